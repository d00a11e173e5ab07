"""The boto3 session of a function, imported early because each first call would wait for it."""

import boto3

session = boto3.Session
"""Makes the session that a function's environment keeps."""
