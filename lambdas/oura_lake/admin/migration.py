"""Migration of a deployed lake to another region or account, with one token chain and never two.

A move stores no state of its own: each step reads both ends, and a move that died goes on when it is run again.
The order keeps a token alive: both ends are stopped, so that nobody renews it; it is written at the new end,
then deleted at the old one; and only then does the new end start.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from oura_lake.admin import schedules
from oura_lake.admin.dead_letters import is_idle
from oura_lake.aws.accounts import Accounts
from oura_lake.aws.errors import translated
from oura_lake.aws.s3 import S3Store
from oura_lake.aws.secrets import AppParameter, SecretTokens
from oura_lake.aws.stack import resources
from oura_lake.contract import Output
from oura_lake.errors import SettingsWrong, StoreUnavailable
from oura_lake.lake.replication import Difference, Step, bring, bring_ledger, differences, make_tables, rows_of
from oura_lake.person import persons
from oura_lake.privacy.erasure import Confirm

SCHEDULE, MAPPING = "AWS::Scheduler::Schedule", "AWS::Lambda::EventSourceMapping"
SETTLES_S = 120
PAUSE_S = 1.0


@dataclass(frozen=True, kw_only=True)
class End:
    """A deployed lake at one end of a move."""

    stack: str
    outputs: Mapping[str, str]
    client: Callable[[str], Any]

    @property
    def store(self) -> S3Store:
        """Store of the lake's bucket."""
        return S3Store(self.outputs[Output.BUCKET], self.client("s3"))

    @property
    def persons(self) -> tuple[str, ...]:
        """Persons of the lake."""
        return tuple(persons(self.outputs[Output.PERSONS]))

    def tokens(self, person: str) -> SecretTokens:
        """Person's secret."""
        return SecretTokens(f"{self.outputs[Output.TOKEN_SECRET_PREFIX]}{person}", self.client("secretsmanager"))

    def is_connected(self, person: str) -> bool:
        """Return whether a token of the person is stored."""
        return self.tokens(person).load() is not None

    def stop(self) -> None:
        """Stop every schedule and every job of the queue. Raises StoreUnavailable."""
        self._switch(is_on=False)
        if not is_idle(self.client("sqs"), self.outputs[Output.JOBS_QUEUE_URL]):
            raise StoreUnavailable("A job is under way, or waits for its next try", "run it again within half an hour")

    def start(self) -> None:
        """Start the schedules and the jobs."""
        self._switch(is_on=True)

    def is_still(self) -> bool:
        """Return whether neither schedules nor jobs run."""
        return not any(self._is_enabled(name) for name in self._all(SCHEDULE)) and all(
            self._mapping(uuid)["State"] == "Disabled" for uuid in self._all(MAPPING)
        )

    def _switch(self, *, is_on: bool) -> None:
        for name in self._all(SCHEDULE):
            if self._is_enabled(name) != is_on:
                self._set_schedule(name, "ENABLED" if is_on else "DISABLED")
        wanted = "Enabled" if is_on else "Disabled"
        for uuid in self._all(MAPPING):
            if self._mapping(uuid)["State"] != wanted:
                self._set_mapping(uuid, wanted)

    def _all(self, kind: str) -> list[str]:
        with translated(f"the parts of {self.stack}"):
            return resources(self.stack, kind, self.client)

    def _schedule(self, name: str) -> dict[str, Any]:
        """Schedule by its name; empty where it was deleted, such as that of an erased person."""
        with suppress(SettingsWrong), translated(f"the schedule {name}"):
            return dict(self.client("scheduler").get_schedule(Name=name))
        return {}

    def _is_enabled(self, name: str) -> bool:
        return bool(self._schedule(name).get("State") == "ENABLED")

    def _set_schedule(self, name: str, state: str) -> None:
        if not (known := self._schedule(name)):
            return
        with translated(f"the schedule {name}"):
            schedules.change(self.client("scheduler"), known, State=state)

    def _mapping(self, uuid: str) -> dict[str, Any]:
        with translated("the queue's function"):
            return dict(self.client("lambda").get_event_source_mapping(UUID=uuid))

    def _set_mapping(self, uuid: str, wanted: str) -> None:
        with translated("the queue's function"):
            self.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=wanted == "Enabled")
        deadline = time.monotonic() + SETTLES_S
        while self._mapping(uuid)["State"] != wanted:
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"The queue's function is not {wanted.lower()} yet", "run it again in a minute")
            time.sleep(PAUSE_S)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The lake at the new place: its number of rows, and the tables with another number of rows than before.

    `is_again`: all tokens had been moved before, so that the new lake may have fetched since.
    """

    n_rows: int
    differing: list[Difference]
    is_again: bool = False

    @property
    def sentence(self) -> str:
        """Sentence about the comparison."""
        if not self.differing:
            return f"{self.n_rows:,} rows there, as many as here."
        since = "All was moved before, and the lake there may have gone on. " if self.is_again else ""
        return f"{since}{differences_sentence(self.differing)}"


def require_another_place(here: Callable[[str], Any], there: Callable[[str], Any]) -> None:
    """Raise SettingsWrong where both are the same account and region."""
    with translated("the account"):
        places = [(c("sts").get_caller_identity()["Account"], c("s3").meta.region_name) for c in (here, there)]
    if places[0] == places[1]:
        raise SettingsWrong(f"The lake is in {places[0][1]} of this account already", "name another place to move to")


def move(old: End, new: End, step: Step, go_on: Confirm) -> Moved:
    """Copy the data, then hand over each token; returns the comparison of the tables. Raises OuraLakeError."""
    new.stop()
    old.stop()
    bring(old.store, new.store, step)
    for person in old.persons:
        if not new.is_connected(person):
            bring_ledger(old.store, new.store, person)
    make_tables(new.store, step)
    rows = rows_of(new.store)
    found = differences(rows_of(old.store), rows)
    waiting = [person for person in old.persons if old.is_connected(person)]
    if waiting and found and not go_on(differences_sentence(found)):
        raise SettingsWrong(
            "The tokens were not moved, and both lakes stand still",
            "`oura-lake rebuild --deployed` mends the old one, and --back starts it again",
        )
    _bring_app(old, new)
    for person in waiting:
        hand_over(old, new, person)
    new.start()
    return Moved(n_rows=rows.total(), differing=found, is_again=not waiting)


def hand_over(old: End, new: End, person: str) -> None:
    """Write a person's token at the new end, then delete it at the old one; raises SettingsWrong, StoreError.

    A token that the new end has already is this one or a later one.
    """
    if not old.is_still():
        raise SettingsWrong("Somebody started the old lake meanwhile", "run it again")
    secret = old.tokens(person)
    stored = secret.load()
    if stored and not new.is_connected(person):
        new.tokens(person).connect(stored.token)
    secret.forget()


def back(old: End, new: End | None) -> None:
    """Start the old end again; raises SettingsWrong where a token has moved."""
    if new and (moved := [person for person in old.persons if new.is_connected(person)]):
        raise SettingsWrong(f"The token of {', '.join(moved)} is at the new place", "run the move again to end it")
    old.start()


def differences_sentence(found: list[Difference]) -> str:
    """Sentence that names the tables with different numbers of rows."""
    named = ", ".join(f"{d.table} of {d.person} {d.n_old:,} here and {d.n_new:,} there" for d in found)
    return f"The tables differ: {named}."


def _bring_app(old: End, new: End) -> None:
    """Copy the app's credentials and the accounts' persons."""
    parameter = old.outputs[Output.APP_PARAMETER]
    new_app = AppParameter(new.outputs[Output.APP_PARAMETER], new.client("ssm"))
    if not new_app.find() and (app := AppParameter(parameter, old.client("ssm")).find()):
        new_app.save(app)
    new_accounts = Accounts(new.outputs[Output.APP_PARAMETER], new.client("ssm"))
    known = new_accounts.all()
    for user_id, person in Accounts(parameter, old.client("ssm")).all().items():
        if person not in known.values():
            new_accounts.keep(user_id, person)
