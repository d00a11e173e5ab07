"""Maintenance task: one notice of a permission that was taken back or lost, with the command that mends it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from oura_lake.alerts.model import Message
from oura_lake.ledger.token_status import broken, connect_command
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.monitoring.notices import send_once, settle

KIND, APP = "token", "app"


def run(upkeep: Upkeep) -> dict[str, int]:
    """Send a notice of a lost permission, and close it once there is a new permission."""
    name, noted = upkeep.person.name, broken(upkeep.store, upkeep.person.name)
    if noted is None:
        return {"n_told": 0, "n_settled": sum(settle(upkeep.store, name, kind, upkeep.now) for kind in (KIND, APP))}
    words = app_notice if noted.is_app else notice
    is_sent = send_once(upkeep.store, name, words(name, noted.since, upkeep.zone), upkeep.send, upkeep.now)
    return {"n_told": int(is_sent), "n_settled": 0}


def notice(person: str, since: datetime, zone: ZoneInfo) -> Message:
    """Notice that Oura accepts no token of a person any more."""
    command, moment = connect_command(person), _moment(since, zone)
    return Message(
        kind=KIND,
        level="minor",
        subject=f"Oura Lake may no longer read the ring of {person}",
        body=(
            f"Since {moment} Oura accepts no token of {person} any more: the permission was taken back, or the token "
            f"was lost on its way. Nothing that was fetched is lost, and no more is fetched until you run\n\n"
            f"    {command}\n\nand say yes in the browser. The days since then are fetched after that."
        ),
        sms=f"Oura Lake may no longer read the ring of {person}. Run: {command}",
    )


def app_notice(person: str, since: datetime, zone: ZoneInfo) -> Message:
    """Notice that Oura refuses the app, which the lake's owner mends for all persons."""
    command, moment = connect_command(person), _moment(since, zone)
    return Message(
        kind=APP,
        level="minor",
        subject="Oura refuses the app of Oura Lake",
        body=(
            f"Since {moment} Oura renews no token of {person}: it refuses the app that the lake is registered as, "
            "whose secret was made anew, or which was removed. No permission is lost. Whoever set up the lake puts the "
            "secret that https://developer.ouraring.com/applications shows now into OURA_CLIENT_SECRET and runs\n\n"
            f"    {command}\n\nonce, for one person; for all others it goes on by itself. What is more than a week old "
            f"then is fetched by `oura-lake backfill --deployed --person {person} --from DATE`."
        ),
        sms=f"Oura refuses the app of Oura Lake. Put its secret into OURA_CLIENT_SECRET, run: {command}",
    )


def _moment(since: datetime, zone: ZoneInfo) -> str:
    return f"{since.astimezone(zone):%Y-%m-%d %H:%M}"


TASK = MaintenanceTask(question="May the lake still read this person's ring?", run=run)
