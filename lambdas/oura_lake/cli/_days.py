"""Local days and time zones as options."""

import os
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from oura_lake.errors import SettingsWrong
from oura_lake.lake.keys import FIRST_YEAR
from oura_lake.lake.request_plan import Days, newest_possible_day

DAY = click.DateTime(["%Y-%m-%d"])
# A moment in UTC, as people write it and as a query prints it.
MOMENT = click.DateTime(["%Y-%m-%d", *(f"%Y-%m-%d{t}%H:%M{s}" for t in "T " for s in ("", ":%S", ":%S.%f"))])
LOCALTIME = Path("/etc/localtime")
NO_ZONE = ("This machine's time zone has no IANA name", "add --timezone with one, such as Europe/Berlin")
ZONE_HELP = "IANA zone of the days (default: the last one named, else this machine's)."
DEFAULT_LOOKBACK = timedelta(days=7)


def zone(name: str | None) -> ZoneInfo:
    """Zone of that IANA name, or this machine's; raises SettingsWrong."""
    if name:
        return _zone_named(name, f"{name!r} is not a time zone", "use an IANA name such as Europe/Berlin")
    setting = os.environ.get("TZ", "").strip()
    if not setting:
        return _zone_named(_zone_of_file(LOCALTIME), *NO_ZONE)
    bare = setting.removeprefix(":")
    named = _zone_of_file(Path(bare)) if bare.startswith("/") else bare
    return _zone_named(named, f"TZ={setting} names no IANA time zone", "add --timezone with one, such as Europe/Berlin")


def _zone_named(name: str, problem: str, advice: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsWrong(problem, advice) from error


def _zone_of_file(path: Path) -> str:
    """Zone of a zoneinfo file or of a link to one, on Linux and macOS; UTC where there is none, as in a container."""
    return str(path.resolve()).partition("zoneinfo/")[2] or "UTC"


def window(first: date | None, last: date | None, zone_of_days: tzinfo, now: datetime) -> Days:
    """Days from `first` to `last` (default: the last week); raises SettingsWrong."""
    today = now.astimezone(zone_of_days).date()
    is_trailing = first is None and last is None
    if first and not last and first > today:
        raise SettingsWrong(f"--from {first} lies in the future", f"the latest day there can be is {today}")
    last = last or today
    first = first or last - DEFAULT_LOOKBACK
    if first > last:
        raise SettingsWrong(f"--from {first} lies after --to {last}", "swap them")
    if first.year < FIRST_YEAR:
        raise SettingsWrong(f"--from {first} lies before any Oura ring", f"ask from {FIRST_YEAR}-01-01 on")
    if last > newest_possible_day(now):
        raise SettingsWrong(f"--to {last} lies in the future", f"the latest day there can be is {today}")
    return Days(first=first, last=last, zone=zone_of_days, now=now, is_trailing=is_trailing)
