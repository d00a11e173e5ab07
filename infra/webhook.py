"""Signing key of a person's own webhook, made by AWS and seen by no template."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct
from oura_lake.lake.keys import signing_key_name

KEY_LENGTH = 64  # letters and digits: as many as HMAC-SHA256 can use, and safe in any shell


def signing_key(scope: Construct, prefix: str, person: str) -> secretsmanager.Secret:
    """Secret with the key that signs a person's alerts; a deploy never changes it, a destroy removes it."""
    secret = secretsmanager.Secret(
        scope,
        person,
        secret_name=signing_key_name(prefix, person),
        description=f"Signs the alerts that go to the webhook of {person}.",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            exclude_punctuation=True, password_length=KEY_LENGTH
        ),
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    cdk.Validations.of(secret).acknowledge(
        cdk.Acknowledgment(
            id="AwsSolutions-SMG4",
            reason="The program that checks the signature holds the same key: only its owner can change both.",
        )
    )
    return secret
