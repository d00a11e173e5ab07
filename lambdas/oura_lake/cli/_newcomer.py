"""Addition of a person to config.toml, and a deploy, where the deployed lake does not know the person."""

from collections.abc import Mapping
from pathlib import Path

import click

from oura_lake.cli._days import zone
from oura_lake.cli._deploying import deploy
from oura_lake.errors import SettingsWrong
from oura_lake.local.config_file import add_person, persons_in
from oura_lake.person import persons

NO_EMAIL = "Messages about {person} go to nobody until [persons.{person}] has an email."


def welcome(person: str, stack: str, config: Path, given: Mapping[str, str | None], *, is_sure: bool) -> None:
    """Add the person where they are missing, after a question; raises SettingsWrong where the answer is no.

    Each step checks the present state first, so the same command continues after an interruption.
    """
    from oura_lake.aws.stack import outputs  # boto3 takes a second to load; others need not wait

    known = outputs(stack).get("Persons")
    if known is None or person in persons(known):  # a stack without this output is too old: later checks name it
        return
    is_new = person not in persons_in(config)
    table = {"timezone": zone(given.get("timezone")).key, **({"email": e} if (e := given.get("email")) else {})}
    addition = f"add [persons.{person}] to {config} ({', '.join(table.values())}) and " if is_new else ""
    question = f"{person} is not deployed yet. Shall I {addition}deploy?"
    if not is_sure and not click.confirm(question):
        raise SettingsWrong(f"{person} was not connected", "nothing was changed")
    if is_new:
        add_person(config, person, table)
        click.echo(f"{config} has a table [persons.{person}] now; edit it as you like.")
        if "email" not in table:
            click.echo(NO_EMAIL.format(person=person))
    deploy(config)
