"""An invented person, day by day: reproducible by seed, plausible to a physiologist."""
