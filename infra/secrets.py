"""Secrets: one for each person's token, filled by `oura-lake connect`."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import Config

# Not connected yet. It is a constant, so that a deploy never touches what connect has written since.
PLACEHOLDER = "{}"


class TokenSecrets(Construct):
    """Secret of each person."""

    def __init__(self, scope: Construct, name: str, *, config: Config) -> None:
        super().__init__(scope, name)
        self.arns = [self._secret(config, person.name) for person in config.persons]

    def _secret(self, config: Config, person: str) -> str:
        secret = secretsmanager.Secret(
            self,
            person,
            secret_name=f"{config.token_secret_prefix}{person}",
            description=f"Tokens for Oura of {person}; written by oura-lake connect.",
            secret_string_value=cdk.SecretValue.unsafe_plain_text(PLACEHOLDER),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        cdk.Validations.of(secret).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-SMG4",
                reason="Oura's refresh token is single-use: the function that reads it rotates it on each refresh.",
            )
        )
        return secret.secret_arn
