"""AWS services behind the project's own words: boto3 lives here and in channels/."""
