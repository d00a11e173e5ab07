"""The boto3 session of a function or a tool; a function imports it early because each first call would wait for it."""

import boto3

session = boto3.Session
"""Makes a session from the environment: the credentials, the region and the endpoint that it names."""
