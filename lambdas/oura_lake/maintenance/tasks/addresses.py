"""Maintenance task: addresses whose subscription ended, since mail scanners follow the link that ends it.

The notice goes out by SMS, and to the remaining addresses. Without either it cannot be sent: each round tries again,
and `oura-lake status` and `verify` report it.
"""

from oura_lake.alerts.model import Message
from oura_lake.maintenance.model import MaintenanceTask, Upkeep
from oura_lake.monitoring.notices import send_once, settle

KIND = "addresses"


def run(upkeep: Upkeep) -> dict[str, int]:
    """Send one notice that fewer addresses get mail than config.toml names, and close it once all do."""
    name, n_wanted = upkeep.person.name, upkeep.person.n_email
    if upkeep.account is None or not n_wanted:
        return {}
    n_reached = upkeep.account.n_confirmed_mails(name)
    if n_reached >= n_wanted:
        return {"n_lost": 0, "n_settled": int(settle(upkeep.store, name, KIND, upkeep.now))}

    if not n_reached and not (upkeep.elsewhere and upkeep.account.has_phone(name)):
        return {"n_lost": n_wanted, "n_told": 0, "n_out_of_reach": 1}

    def everywhere(message: Message) -> None:
        if upkeep.elsewhere:
            upkeep.elsewhere(message)
        if n_reached:
            upkeep.send(message)

    is_sent = send_once(upkeep.store, name, notice(name, n_wanted - n_reached, n_wanted), everywhere, upkeep.now)
    return {"n_lost": n_wanted - n_reached, "n_told": int(is_sent)}


def notice(person: str, n_lost: int, n_wanted: int) -> Message:
    """Notice that mail does not reach some addresses of a person."""
    which = "your address" if n_wanted == 1 else f"{n_lost} of your {n_wanted} addresses"
    return Message(
        kind=KIND,
        level="minor",
        subject=f"Oura Lake: no mail reaches {which}",
        body=(
            f"No message of Oura Lake reaches {which} any more: no alert, and no weekly mail. Somebody followed the "
            "link at the end of a mail, or a mail scanner did, or nobody confirmed it.\n\nWHAT TO DO\n"
            f"oura-lake confirm --person {person}\n\nIt sends a new link, and says how to confirm so that no link can "
            "end it.\n"
        ),
        sms=f"Oura Lake: no mail reaches {which}, so no alert does. Run: oura-lake confirm --person {person}",
    )


TASK = MaintenanceTask(question="Does e-mail still reach this person?", run=run)
