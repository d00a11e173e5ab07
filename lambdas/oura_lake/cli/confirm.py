"""`oura-lake confirm`: confirms mail subscriptions so that no mail scanner can end one."""

import tomllib
from typing import TYPE_CHECKING, Any

import click

from oura_lake.errors import SettingsWrong

if TYPE_CHECKING:
    from oura_lake.admin.checks.model import Account

EXAMPLES = """\b
Examples:
  oura-lake confirm                     list who gets mail; request a new link where one is missing
  oura-lake confirm "https://sns…"      confirm by the link of Amazon's mail, so that no link can end it
  oura-lake confirm --again             the same for subscribers who confirmed by a click: a new link to each
"""
NEXT = 'copy the link of the mail that Amazon sends there, do not follow it, and run `oura-lake confirm "LINK"`'


@click.command(name="confirm", short_help="Confirm mails so that no link in them can end them.", epilog=EXAMPLES)
@click.argument("link", required=False)
@click.option("--person", help="Whose mails (default: of the one person of the stack).")
@click.option("--again", is_flag=True, help="End subscriptions that a link can end; Amazon sends new links.")
@click.option("--stack", default="OuraLake", show_default=True, help="The deployed stack's name.")
def command(link: str | None, person: str | None, again: bool, stack: str) -> None:
    """Confirm the mails of a person so that only your AWS account can end them.

    The link at the end of a mail ends the subscription, and mail scanners follow every link. CloudFormation has no
    setting against it; a confirmation signed by the account prevents it, and this command makes one.
    """
    from oura_lake.admin.checks.all_checks import opened
    from oura_lake.admin.checks.channels import topic_of
    from oura_lake.aws import sns_subscriptions as held  # boto3 is slow: not for every `--help`

    account = opened(stack, person, lambda _step: None)
    if len(account.persons) != 1:
        raise SettingsWrong(f"Whose mails? Add --person, one of: {', '.join(account.persons)}")
    sns, topic = account.client("sns"), topic_of(account, account.persons[0])
    if link:
        held.confirm(sns, topic, link)
        click.echo("Confirmed; from now on only your AWS account can end it.")
        return
    found = {s.endpoint: s for s in held.subscribers(sns, topic, *held.BY_MAIL)}
    for address in _addresses(account, stack):
        click.echo(f"{address}: {_mail_status(sns, topic, address, found.pop(address, None), again=again)}")
    for address, stranger in found.items():
        mend = f"`aws sns unsubscribe --subscription-arn {stranger.arn}` ends it"
        click.echo(f"{address}: gets these mails though config.toml does not name it; {mend}.")


def _mail_status(sns: Any, topic: str, address: str, subscriber: Any, *, again: bool) -> str:
    """Request a link where one is needed, and return the state of the address with the next step."""
    from oura_lake.aws import sns_subscriptions as held

    if subscriber is None or not subscriber.is_confirmed:
        held.ask_again(sns, topic, address)
        return f"gets no mail so far; {NEXT}."
    if not held.can_be_ended_by_a_link(sns, subscriber):
        return "gets the mails; only your AWS account can end that."
    if not again:
        return "gets the mails, and any link at their end can stop them; run this with --again for a safe one."
    sns.unsubscribe(SubscriptionArn=subscriber.arn)
    held.ask_again(sns, topic, address)
    return f"is asked anew, and gets no mail until then; {NEXT}."


def _addresses(account: "Account", stack: str) -> list[str]:
    """Addresses of this person's mails by the deployed config.toml: their own, and those of `share_with`."""
    from oura_lake.admin.deployed_config import deployed_config_text

    persons = tomllib.loads(deployed_config_text(stack, account.client))["persons"]
    whose = [account.persons[0], *persons[account.persons[0]].get("share_with", [])]
    given = [persons[name].get("email", []) for name in whose]
    return list(dict.fromkeys(a for some in given for a in ([some] if isinstance(some, str) else some)))
