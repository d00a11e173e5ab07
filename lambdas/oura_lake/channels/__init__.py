"""Ways out to a person: one file per channel, each with `send`."""
