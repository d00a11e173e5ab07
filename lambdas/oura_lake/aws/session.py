"""The boto3 session of a function or a tool; a function imports it early, or its first call would wait for it."""

import boto3

session = boto3.Session
"""Maker of a session from the environment: its credentials, its region and its endpoint."""
