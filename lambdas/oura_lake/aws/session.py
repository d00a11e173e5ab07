"""What does a function load before it has anything to do? boto3, which each first call would wait for."""

import boto3

session = boto3.Session
"""Makes the session that a function's environment keeps."""
