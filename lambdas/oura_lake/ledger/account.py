"""The Oura account of a person, compared before a run writes anything.

Lists and 404s of another account would mark the person's records as deleted. The first run notes the account in the
ledger. An older lake has it in the table `personal_info`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from oura_lake.errors import MembershipLapsed, ScopeMissing, SettingsWrong, SourceError, TokenRejected
from oura_lake.lake.keys import account_key
from oura_lake.lake.partition import Table
from oura_lake.lake.store import Store
from oura_lake.ledger.document import REMAKE, Moment, read, record, update
from oura_lake.sources.model import Endpoint
from oura_lake.sources.oura import SOURCE

PERSONAL_INFO = SOURCE.endpoint("personal_info")


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The Oura account whose records the lake holds, and since when, if another account came before."""

    user_id: str = ""
    since: Moment | None = None


NOTE = record(Account, advice=REMAKE)


class Page(Protocol):
    """One page of an answer."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Records as they came."""


class Client(Protocol):
    """Client of the provider with the token to check."""

    def pages(self, endpoint: Endpoint, params: Mapping[str, str]) -> Iterable[Page]:
        """All pages of an answer; raises SourceError."""


def account_of(client: Client) -> str:
    """Request the id of the account that a token reads; empty without the scope. Raises SourceError."""
    try:
        rows = [row for page in client.pages(PERSONAL_INFO, {}) for row in page.rows]
    except ScopeMissing:
        return ""
    ids = (row.get("id") for row in rows if isinstance(row, dict))  # a row may be any JSON value
    return next((user_id for user_id in ids if user_id and isinstance(user_id, str)), "")


def require_account(
    store: Store,
    person: str,
    client: Client,
    now: datetime,
    *,
    is_other_welcome: bool = False,
    connect: str = "",
) -> datetime | None:
    """Check the token's account; returns the moment before which its answers delete no stored record.

    None: the account never changed. `now`: the account is unknown, as where the answer names none, so no record stored
    before this run is marked as deleted. Raises SettingsWrong for another account than the lake's, TokenRejected, and
    StoreError.
    """
    try:
        user_id = account_of(client)
    except TokenRejected:
        raise
    except MembershipLapsed:  # not shared, as with a scope that was not granted
        user_id = ""
    except SourceError:  # the run meets the same error and reports it; the account stays unknown until then
        return now
    known, since = _known(store, person)
    if not user_id:
        return now if known else since
    if user_id == known:
        return since
    if known and not is_other_welcome:
        raise SettingsWrong(
            f"The token reads another Oura account than the one whose records are stored for {person}",
            "nothing was "
            f"fetched. {connect or 'Use the token of that account, or name another person with --person'}; if {person} "
            "has changed accounts, add --another-account",
        )
    return accept_account(store, person, user_id, now)


def accept_account(store: Store, person: str, user_id: str, now: datetime) -> datetime | None:
    """Note the person's account from now on; returns since when. Raises StoreError."""
    known, since = _known(store, person)
    if known and known != user_id:
        since = now
    update(store, account_key(person), NOTE, lambda _: Account(user_id=user_id, since=since))
    return since


def _known(store: Store, person: str) -> tuple[str, datetime | None]:
    """Account whose records the lake holds (empty: unknown), and since when, if another account came before."""
    note = read(store, account_key(person), NOTE) or Account()
    if note.user_id:
        return note.user_id, note.since
    table = Table(store=store, source=SOURCE.name, endpoint=PERSONAL_INFO, person=person)
    stored = {str(row["id"]) for row in table.partition("").heads.values() if row.get("id") and not row["is_deleted"]}
    return (stored.pop() if len(stored) == 1 else ""), note.since
