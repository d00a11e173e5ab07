"""Mutation run: small faults planted one by one in a copy of the code, each of which a test should catch."""
