"""Daily maintenance of each person's lake."""
