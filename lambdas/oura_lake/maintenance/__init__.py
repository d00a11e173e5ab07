"""The daily maintenance of each person's lake."""
