"""The status of a person in 80 columns."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from oura_lake.alerts.labels import Precision
from oura_lake.alerts.names import kind_name
from oura_lake.analyses.model import ILLNESS
from oura_lake.cli._complaints import ready
from oura_lake.cli._standing_words import sentence
from oura_lake.cli._status_place import Place, Token, Webhooks
from oura_lake.ledger.gaps import WORDS, Missing
from oura_lake.monitoring.status import Condition, Holding

MOST_RUNS = 5
MOST_NAMES = 3
SHORT = {  # beside the numbers of a collection
    "scope_not_granted": "no scope",
    "membership_lapsed": "refused",
    "api_error": "error",
    "not_asked": "not asked",
}
BAD = {"scope_not_granted", "membership_lapsed", "api_error", "not_asked"}


def show(console: Console, condition: Condition, place: Place) -> None:
    """Print one person: the facts, the collections, the missing days."""
    now = datetime.now(UTC)
    console.print(Text(condition.person, "bold"))
    facts = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    for name, value in _facts(condition, place, now):
        facts.add_row(name, value)
    for shown in (facts, _holdings(condition.holdings)):
        console.print(Padding(shown, (0, 0, 1, 2), expand=False))
    for line in _missing(condition.missing):
        console.print(Padding(line, (0, 0, 0, 2), expand=False))


def answers(kind: Precision) -> str:
    """Sentence on the messages of one kind: how many there were, and how many of them were right."""
    n = kind.n_ill + kind.n_not_ill + kind.n_unknown
    what = "an illness" if kind.kind == ILLNESS else "right"
    counted = ((kind.n_ill, what), (kind.n_not_ill, f"not {what}"), (kind.n_unknown, "not answered yet"))
    parts = [f"{count} {'was' if count == 1 else 'were'} {words}" for count, words in counted if count]
    return f"{kind_name(kind.kind)}: {n} message{'s' if n > 1 else ''}; {', '.join(parts)}"


def age(day: date, today: date) -> str:
    """Age of a day in words."""
    days = max((today - day).days, 0)
    return {0: "today", 1: "yesterday"}.get(days, f"{days:,} days ago")


def _facts(condition: Condition, place: Place, now: datetime) -> Iterator[tuple[str, Text]]:
    newest = condition.newest_day
    text = f"{age(newest, condition.today)}, {newest}" if newest else "none yet"
    yield "newest record", Text(text, "" if newest and condition.today - newest < timedelta(days=3) else "yellow")
    zone = place.zones[condition.person]
    yield "token", _token(place.token(condition.person), condition, place, now)
    yield "webhooks", _webhooks(place.webhooks(), now)
    if place.is_deployed:
        yield from _of_the_account(condition, place)
    for standing in condition.standing:
        yield "watching", Text(sentence(standing, condition.today), "" if standing.watches_since else "yellow")
    for kind in condition.precision:
        yield "alerts", Text(answers(kind))
    for notice in condition.notices:
        day = _moment(notice.get("sent_at") or notice["claimed_at"], zone).partition(" ")[0]
        yield "reported", Text(f"{notice['subject']} ({day})", "yellow")
    here = [*sys.argv[1:], "--person", condition.person]
    for error in condition.errors:
        is_open = error["until"] is None
        when = f"since {_moment(error['since'], zone)}" if is_open else f"over since {_moment(error['until'], zone)}"
        text = f"{_names(error['collections'])}, {when}: {ready(error['says'], here)}"
        yield "last error", Text(text, "red" if is_open else "dim")
    for drift in condition.drift:
        yield "new from Oura", Text(drift)
    where = " --deployed" if place.is_deployed else ""
    for old in condition.outdated:
        objects = f"{old.table} {', '.join(old.periods)}".rstrip()
        mend = ready(f"run `oura-lake rebuild{where} --endpoint {old.table}`", here)
        yield "to rebuild", Text(f"{objects}: written before a column was added; {mend}", "yellow")


def _of_the_account(condition: Condition, place: Place) -> Iterator[tuple[str, Text]]:
    if mail := place.mail(condition.person):
        yield "e-mail", Text(mail.sentence, "" if mail.state == "ok" else "yellow")
    cost = place.cost()
    unknown = "not known; a budget counts it (budget_email in config.toml)"
    yield "cost", Text(f"${cost:,.2f} so far this month, the whole account" if cost is not None else unknown)


def _token(token: Token, condition: Condition, place: Place, now: datetime) -> Text:
    where = " --deployed" if place.is_deployed else ""
    connect = f"run `oura-lake connect{where} --person {condition.person}`"
    if condition.token_broken_since:
        since = _moment(condition.token_broken_since, place.zones[condition.person])
        return Text(f"Oura rejects it since {since}; {connect}", "red")
    if token.is_connected and token.expires_at is None:
        return Text("of OURA_ACCESS_TOKEN, which nobody renews")
    if not token.is_connected or token.expires_at is None:
        return Text(f"none stored; {connect}", "yellow")
    stored = f"stored {_span(now - token.stored_at)} ago, " if token.stored_at else ""
    left = token.expires_at - now
    ends = f"ends in {_span(left)}" if left > timedelta() else f"ended {_span(-left)} ago"
    return Text(f"{stored}{ends}, {'is renewed by itself' if token.can_renew else 'cannot be renewed'}")


def _webhooks(found: Webhooks | None, now: datetime) -> Text:
    if found is None:
        return Text("off; Oura is polled")
    if found.trouble:
        return Text(f"not known: {found.trouble}", "yellow")
    if found.first_ends is None:
        return Text("none at Oura; the daily round makes them", "yellow")
    return Text(f"{found.n_held} at Oura, the first ends in {_span(found.first_ends - now)}; renewed by themselves")


def _holdings(holdings: list[Holding]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("collection", no_wrap=True)
    for heading in ("records", "first day", "last day", "missing"):
        grid.add_column(heading, justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True)
    for h in holdings:
        days = (str(day or "") for day in (h.first_day, h.last_day))
        n_missing = "" if h.n_days_missing is None else f"{h.n_days_missing:,}"
        remark = Text(SHORT.get(h.says, ""), "red" if h.says in BAD else "dim")
        grid.add_row(h.collection, f"{h.n_records:,}", *days, n_missing, remark)
    return grid


def _missing(runs: list[Missing]) -> Iterator[Text]:
    """Lines on each reason with its days, the newest first."""
    if not runs:
        yield Text("No day is missing.")
    by_state = sorted(runs, key=lambda run: list(WORDS).index(run.state))
    for state, found in groupby(by_state, key=lambda run: run.state):
        spans = list(found)
        n_days = sum(run.n_days for run in spans)
        yield Text(f"{n_days:,} day{'s' if n_days > 1 else ''} {WORDS[state]}", "bold")
        for run in spans[:MOST_RUNS]:
            yield Text(f"  {_days(run):<27}{_names(run.collections)}")
        if rest := spans[MOST_RUNS:]:
            yield Text(f"  and {sum(run.n_days for run in rest):,} before", "dim")


def _days(run: Missing) -> str:
    return str(run.first_day) if run.n_days == 1 else f"{run.first_day} to {run.last_day}"


def _names(collections: list[str] | tuple[str, ...]) -> str:
    if len(collections) <= MOST_NAMES:
        return ", ".join(collections)
    return f"{len(collections)} collections"


def _moment(text: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"


def _span(length: timedelta) -> str:
    hours = max(length, timedelta()) / timedelta(hours=1)
    if hours >= 48:
        return f"{hours / 24:,.0f} days"
    return f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
