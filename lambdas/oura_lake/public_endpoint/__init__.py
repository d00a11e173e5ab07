"""The public endpoint: Oura's events and signed reply links."""
