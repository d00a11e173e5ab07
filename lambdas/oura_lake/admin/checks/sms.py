"""Check of the sender of an SMS: some countries drop what comes from a sender that nobody registered there.

SNS takes such a message without an error. Amazon calls a registered sender an origination identity.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.admin.checks.model import Finding, State, hidden
from oura_lake.aws.refusals import explained

CONSOLE = "the SNS console under Text messaging"
PAGE = "https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-sms-by-country.html"
# Calling codes, each with the countries behind it, that Amazon has a registration of senders for (read 2026-11-30):
# "Registration forms" of its SMS guide, and for +1 the numbers that the United States and Canada demand.
REGISTERED = {
    "+1": ("US", "CA", "PR"), "+20": ("EG",), "+254": ("KE",), "+260": ("ZM",), "+353": ("IE",), "+358": ("FI",),
    "+375": ("BY",), "+61": ("AU",), "+62": ("ID",), "+63": ("PH",), "+65": ("SG",), "+66": ("TH",),
    "+7": ("RU", "KZ"), "+84": ("VN",), "+86": ("CN",), "+90": ("TR",), "+91": ("IN",), "+94": ("LK",),
    "+962": ("JO",), "+965": ("KW",), "+966": ("SA",), "+971": ("AE",), "+974": ("QA",),
}  # fmt: skip


def sandbox(numbers: Sequence[str], sns: Any) -> Finding:
    """Check that the account may send SMS to these numbers."""
    if not sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        return State.OK, "The account may send SMS to any number."
    pages = sns.get_paginator("list_sms_sandbox_phone_numbers").paginate()
    verified = {n["PhoneNumber"] for page in pages for n in page["PhoneNumbers"] if n["Status"] == "Verified"}
    if missing := [hidden(number) for number in numbers if number not in verified]:
        return State.FAILED, (
            f"The account is in the SMS sandbox and {', '.join(missing)} is not verified; verify it in {CONSOLE}, "
            "or ask there to leave the sandbox."
        )
    return State.OK, f"The account is in the SMS sandbox; {', '.join(map(hidden, numbers))} is verified."


def spend_limit(sns: Any) -> Finding:
    """Check the account's limit of spending on SMS in a month."""
    limits = sns.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(limits.get("MonthlySpendLimit") or 1)  # 1 US dollar where nobody set it
    if limit <= 0:
        return State.FAILED, f"The account may spend nothing on SMS; raise the monthly limit in {CONSOLE}."
    return State.OK, f"SMS may cost the account {limit:g} USD a month; at the limit AWS drops them without a word."


def calling_codes(numbers: Iterable[str]) -> tuple[str, ...]:
    """Find the calling codes of these numbers whose countries may want a registered sender."""
    found = {code for number in numbers for code in REGISTERED if number.startswith(code)}
    return tuple(sorted(found))


def sender(numbers: Iterable[str], sms_voice: Any) -> Finding:
    """Check that there is a sender for each of the countries that may want one; raises ClientError, BotoCoreError."""
    if not (codes := calling_codes(numbers)):
        return State.OK, "No number of a country that wants a registered sender."
    known = _countries(sms_voice)
    if missing := [code for code in codes if not known.intersection(REGISTERED[code])]:
        return State.WARNING, _unregistered(missing, "the account has none for it")
    allowed = "SNS uses it only where its resource policy names sns.amazonaws.com"
    return State.OK, f"There is a sender for {' and '.join(codes)}; {allowed}."


def sender_or_warning(numbers: Iterable[str], sms_voice: Any) -> Finding:
    """Check as `sender` does; where AWS does not answer, a warning with the reason."""
    numbers = tuple(numbers)
    try:
        return sender(numbers, sms_voice)
    except (ClientError, BotoCoreError) as error:
        problem, _ = explained(error)
        return State.WARNING, _unregistered(calling_codes(numbers), f"whether you have one is not known: {problem}")


def _unregistered(codes: Iterable[str], why: str) -> str:
    return (
        f"An SMS to {' and '.join(codes)} may need a sender registered with Amazon (an origination identity), and is "
        f"dropped in silence without one; {why}; see {PAGE}"
    )


def _countries(sms_voice: Any) -> set[str]:
    """Countries that the account has an active number or a sender id for."""
    numbers = sms_voice.get_paginator("describe_phone_numbers").paginate()
    senders = sms_voice.get_paginator("describe_sender_ids").paginate()
    of_numbers = {n["IsoCountryCode"] for page in numbers for n in page["PhoneNumbers"] if n["Status"] == "ACTIVE"}
    return of_numbers | {s["IsoCountryCode"] for page in senders for s in page["SenderIds"]}
