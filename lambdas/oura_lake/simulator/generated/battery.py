"""The ring's battery: a charge every fifth morning, a row every half hour."""

from datetime import UTC, date, datetime, timedelta

from oura_lake.simulator.source import Rows, rows_of

CYCLE_S, CHARGE_S, STEP_S = 5 * 86_400, 4_500, 1_800
CHARGE_AT_S = 27_000  # 07:30 UTC
LOW_PCT = 15
SUFFIX_SINCE = date(2025, 1, 1)  # "+00:00" in older rows, "Z" with milliseconds in newer ones


def battery_rows(day: date) -> Rows:
    """Rows of one UTC day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    moments = [start + timedelta(seconds=at) for at in range(0, 86_400, STEP_S)]
    return rows_of([_row(m) for m in moments], [int(m.timestamp()) * 1000 for m in moments])


def is_battery_low(moment: datetime) -> bool:
    """Check that the ring warned of a low battery at the start of a sleep."""
    return _level(moment)[0] <= LOW_PCT


def utc_text(moment: datetime) -> str:
    """UTC instant in the API's form, which changed over the years."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + (".000Z" if moment.date() >= SUFFIX_SINCE else "+00:00")


def _level(moment: datetime) -> tuple[int, bool]:
    """Level in percent, and whether the ring is charging."""
    since = (int(moment.timestamp()) - CHARGE_AT_S) % CYCLE_S
    if since < CHARGE_S:
        return min(100, 10 + 90 * since // CHARGE_S), True
    return 100 - 90 * (since - CHARGE_S) // (CYCLE_S - CHARGE_S), False


def _row(moment: datetime) -> str:
    level, is_charging = _level(moment)
    known = "null" if moment.hour == 3 else str(is_charging).lower()
    return (
        f'{{"timestamp":"{utc_text(moment)}","timestamp_unix":{int(moment.timestamp()) * 1000},'
        f'"charging":{known},"in_charger":{known},"level":{level}}}'
    )
