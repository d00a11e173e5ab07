"""CDK app: one stack from config.toml, for AWS or (`-c target=emulator`) for the emulator."""

from pathlib import Path

import aws_cdk as cdk
from oura_lake.errors import SettingsWrong

from infra import config, target
from infra.bundling import BundlingFailed
from infra.removals import refuse_removals
from infra.stack import OuraLake

MOST_RESOURCES = 500  # in one stack, by CloudFormation's limit


def main() -> None:
    """Synthesize; a mistake in the configuration ends in one sentence."""
    app = cdk.App()
    try:
        settings, where = config.load(Path(app.node.try_get_context("config") or "config.toml")), _target(app)
        if not where.has_loopback:
            config.check_public(settings)
        refuse_removals(OuraLake(app, "OuraLake", config=settings, target=where), settings)
    except (config.ConfigWrong, BundlingFailed, SettingsWrong) as error:
        raise SystemExit(f"oura-lake: {error}") from error
    synthesize(app, len(settings.persons))


def synthesize(app: cdk.App, n_persons: int) -> None:
    """Write the template; more persons than CloudFormation's 500 resources allow end in one sentence."""
    try:
        app.synth()
    except RuntimeError as error:
        if _n_resources(app) <= MOST_RESOURCES:
            raise
        raise SystemExit(
            f"oura-lake: {n_persons} persons are more than one stack takes; deploy some of them as a second lake in "
            "another region or account (docs/how-to/persons.md)."
        ) from error


def _n_resources(app: cdk.App) -> int:
    return sum(cdk.CfnResource.is_cfn_resource(construct) for construct in app.node.find_all())


def _target(app: cdk.App) -> target.Target:
    context = app.node.try_get_context
    match context("target"):
        case None | "aws":
            return target.AWS
        case "emulator":
            names = ("schedule", "oura_api_base_url", "oura_token_url", "url_gateway")
            return target.emulator(*(context(name) or "" for name in names))
        case other:
            raise config.ConfigWrong(f"The target '{other}' is not known", "it is aws or emulator")


if __name__ == "__main__":
    main()
