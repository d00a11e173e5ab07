"""A person who does not exist, day by day: reproducible by seed, plausible to a physiologist."""
