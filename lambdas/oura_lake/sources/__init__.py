"""What the providers offer: one file per provider, each with a SOURCE."""
