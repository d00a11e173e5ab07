"""Oura Lake: every record of an Oura ring in the owner's own lake."""
