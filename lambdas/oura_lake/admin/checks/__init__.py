"""Does each part of the deployed lake work? One file per group of checks; every.py says in which order."""
