"""The checks in their order, from the stack's foundation to the delivered message."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from oura_lake.admin.checks import analysis, channels, costs, queues, runs, stack, tokens, views, years
from oura_lake.admin.checks.model import Account, Check, State
from oura_lake.aws.session import session
from oura_lake.aws.stack import outputs
from oura_lake.errors import SettingsWrong


def opened(stack_name: str, person: str | None, step: Callable[[str], None]) -> Account:
    """Account that the environment names, with the outputs of its stack; raises SettingsWrong, StoreUnavailable."""
    named = outputs(stack_name)
    here = session()
    return Account(
        client=here.client,
        outputs=named,
        persons=_persons(named, person),
        step=step,
        is_emulator="amazonaws.com" not in here.client("sts").meta.endpoint_url,
    )


def every_check(account: Account, now: datetime) -> Iterator[Check]:
    """Run all checks; where the stack does not name its parts, the first alone."""
    foundation = account.checked("stack", partial(stack.named_parts, account))
    yield foundation
    if foundation.state is State.FAILED:
        return
    yield account.checked("functions", partial(stack.functions, account))
    for person in account.persons:
        yield account.checked(f"token of {person}", partial(tokens.stored, account, person, now))
        yield account.checked(f"Oura, {person}", partial(tokens.answered, account, person, now))
    yield from _work(account, now)
    yield from _lake(account, now)
    for person in account.persons:
        yield from _ways_out(account, person)
    yield account.checked("budget", partial(costs.budget, account))


def test_messages(account: Account, now: datetime) -> Iterator[Check]:
    """Send one marked message to each person, and one to each webhook."""
    for person in account.persons:
        yield account.checked(f"test to {person}", partial(channels.publish_test, account, person))
        yield account.checked(f"webhook to {person}", partial(channels.webhook_test, account, person, now.date()))


def _work(account: Account, now: datetime) -> Iterator[Check]:
    yield account.checked("jobs", partial(queues.waiting, account))
    for kind in queues.MENDS:
        yield account.checked(f"dead {kind}", partial(queues.dead_letters, account, kind))
    yield account.checked("last run", partial(runs.last_run, account, now))
    for output in stack.FUNCTIONS:
        name = f"log of {output.removesuffix('Function').lower()}"
        yield account.checked(name, partial(runs.errors, account, output, now))


def _lake(account: Account, now: datetime) -> Iterator[Check]:
    query_engine = views.QueryEngine(account)
    yield from views.every_view(account, query_engine)
    first = account.persons[0]  # what Athena reads costs, and one person shows that it can
    yield account.checked("rows", partial(views.rows, query_engine, first, now.date()))
    yield account.checked("years", partial(years.projected, account, now.date()))
    for person in account.persons:
        yield account.checked(f"data of {person}", partial(views.newest, query_engine, person, now.date()))
        yield account.checked(f"analysis, {person}", partial(analysis.judged, account, person))


def _ways_out(account: Account, person: str) -> Iterator[Check]:
    yield account.checked(f"e-mail, {person}", partial(channels.mail, account, person))
    yield account.checked(f"SMS, {person}", partial(channels.sandbox, account, person))
    yield account.checked(f"SMS sender, {person}", partial(channels.sms_sender, account, person))
    yield account.checked(f"SMS limit, {person}", partial(channels.spend_limit, account, person))
    yield account.checked(f"webhook, {person}", partial(channels.webhook, account, person))


def _persons(named: Mapping[str, str], person: str | None) -> tuple[str, ...]:
    known = tuple(json.loads(named.get("Persons", "{}")))
    if person is not None and person not in known:
        raise SettingsWrong(f"The stack has no person '{person}'", f"it has {', '.join(known) or 'none'}")
    return (person,) if person else known
