"""Sources: one file per provider, each with a SOURCE."""
