"""AWS services behind the project's own words; `session` alone makes the clients."""
