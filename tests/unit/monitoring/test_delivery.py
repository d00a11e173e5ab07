"""Delivery of an episode by each way: order, refusals, marks and what a message carries."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Never

import pytest
from oura_lake.alerts.decision import EMAIL, TERMINAL
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.alerts.ledger import stored_entries
from oura_lake.alerts.model import Way
from oura_lake.errors import MessageNotSent
from oura_lake.lake.documents import Table
from oura_lake.lake.store import MemoryStore
from oura_lake.monitoring.delivery import AlertRun
from oura_lake.person import Person
from oura_lake.registry import plugins
from oura_lake.sources.lake import SOURCE
from support.illness_days import NOW, TODAY, Outbox, a_finding, a_moment, deliver

BUS = Way(name="bus", is_for_person=False)
SMS = Way(name="sms", least="major", reports_end=False)
ILLNESS = plugins(ALERT_KINDS, AlertKind)["illness"]
ILL_TODAY = [a_finding(TODAY, "major")]


def finish(run: AlertRun) -> None:
    """End of a run after all kinds, as `watch` does it."""
    run.send_to_programs()
    run.land_entries()
    run.raise_failures()


def a_run(store: MemoryStore, **ways: Outbox | Callable[..., None]) -> AlertRun:
    """Run over one person with these ways, in the order of their names."""
    known = {"email": EMAIL, "sms": SMS, "bus": BUS}
    moment = a_moment(NOW, ways=tuple(known[name] for name in ways) or (TERMINAL,))
    table = Table(store=store, source="lake", endpoint=SOURCE.endpoint("alerts"), person="me")
    return AlertRun(store=store, person=Person(name="me"), moment=moment, ways=ways, table=table)


def statuses(store: MemoryStore, kind: str = "illness") -> dict[Any, Any]:
    """Read the outcome of each delivery, by way."""
    return {t.way: t.status for e in stored_entries(store, "me", kind) for t in e.tellings}


def rows(store: MemoryStore) -> list[Any]:
    """Rows of the table of alerts."""
    return list(a_run(store).table.partition(str(TODAY.year)).rows().values())


def test_a_way_that_refuses_keeps_no_other_from_telling_and_is_raised_at_the_end() -> None:
    store, broken, sms = MemoryStore(), Outbox(broken=True), Outbox()
    run = a_run(store, email=broken, sms=sms)
    assert deliver(run, ILLNESS, ILL_TODAY)[0] == 1
    assert len(sms.messages) == 1
    with pytest.raises(MessageNotSent):
        finish(run)
    assert statuses(store) == {"email": "failed", "sms": "sent"}
    assert [row["status"] for row in rows(store)] == ["failed"]


def test_of_several_refusals_the_first_is_raised() -> None:
    def refusing(words: str) -> Callable[[object], Never]:
        def send(_message: object) -> Never:
            raise MessageNotSent(words)

        return send

    run = a_run(MemoryStore(), bus=refusing("The bus."), email=refusing("The mail."))
    deliver(run, ILLNESS, ILL_TODAY)
    with pytest.raises(MessageNotSent, match="The mail"):
        finish(run)


def test_programs_are_told_after_people_of_every_kind() -> None:
    order = []
    ways = {name: lambda message, name=name: order.append((name, message.kind)) for name in ("bus", "email")}
    run = a_run(MemoryStore(), **ways)
    strain = plugins(ALERT_KINDS, AlertKind)["strain"]
    deliver(run, ILLNESS, ILL_TODAY)
    deliver(run, strain, [replace(ILL_TODAY[0], kind="strain", level="minor")])
    assert order == [("email", "illness"), ("email", "strain")]
    finish(run)
    assert order[2:] == [("bus", "illness"), ("bus", "strain")]


def test_the_claim_is_stored_before_anything_is_sent_and_the_mark_after() -> None:
    store, seen = MemoryStore(), []
    run = a_run(store, email=lambda _message: seen.append(statuses(store)))
    deliver(run, ILLNESS, ILL_TODAY)
    assert (seen, statuses(store)) == ([{"email": "sending"}], {"email": "sent"})


def test_a_second_run_tells_nothing_again() -> None:
    store, outbox = MemoryStore(), Outbox()
    for _ in range(2):
        run = a_run(store, email=outbox)
        delivered = deliver(run, ILLNESS, ILL_TODAY)
        finish(run)
    assert (delivered, len(outbox.messages), len(rows(store))) == ((0, []), 1, 1)


def test_a_message_names_its_episode_and_its_commands_and_is_what_the_ledger_keeps() -> None:
    store, outbox = MemoryStore(), Outbox()
    deliver(a_run(store, email=outbox), ILLNESS, ILL_TODAY)
    [message], [entry] = outbox.messages, stored_entries(store, "me", "illness")
    assert (message.episode, message.step, message.event["id"]) == (entry.id, "opened", f"me/{entry.id}/opened")
    assert f"\noura-lake feedback {entry.id} --ill --deployed --person me\n" in message.body
    assert (entry.subject, entry.message) == (message.subject, message.body)


@pytest.mark.parametrize("numbers", [True, False])
def test_the_event_of_a_message_has_measurements_only_where_the_person_chose_so(numbers: bool) -> None:
    outbox = Outbox()
    run = a_run(MemoryStore(), email=outbox)
    deliver(replace(run, person=Person(name="me", numbers_in_messages=numbers)), ILLNESS, ILL_TODAY)
    [message] = outbox.messages
    assert ("temperature_deviation_c" in str(message.event)) == numbers
    assert ("°C against your average" in message.body) == numbers


def test_a_kind_waits_for_its_hour() -> None:
    battery = plugins(ALERT_KINDS, AlertKind)["ring_battery"]
    low = [a_finding(TODAY, "minor", kind="ring_battery")]
    for hour, n_sent in ((16, 0), (17, 1)):
        outbox = Outbox()
        run = a_run(MemoryStore(), email=outbox)
        deliver(replace(run, moment=replace(run.moment, hour=hour)), battery, low)
        assert len(outbox.messages) == n_sent


def test_without_a_channel_a_message_is_given_back_and_marked_as_shown() -> None:
    store = MemoryStore()
    _, messages = deliver(a_run(store), ILLNESS, ILL_TODAY)
    assert ([m.kind for m in messages], statuses(store)) == (["illness"], {"terminal": "shown"})
