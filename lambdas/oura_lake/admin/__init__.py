"""Tools of the lake's owner over a deployed stack: checks, migration, erasure; never shipped to Lambda."""
