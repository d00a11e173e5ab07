"""Which signals does the report show, and how is a value of each written?"""

import math
from collections.abc import Callable
from dataclasses import dataclass


def hours(value: float) -> str:
    """7.2 -> '7 h 12 min'."""
    minutes = round(value * 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def clock(value: float) -> str:
    """7.2 -> '7:12'."""
    minutes = round(value * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def whole(value: float) -> str:
    """8412.3 -> '8,412'."""
    return f"{round(value):,}"


def tenth(value: float) -> str:
    """15.125 -> '15.1'."""
    return f"{value:.1f}"


def signed(value: float) -> str:
    """0.12 -> '+0.1', with a true minus sign and no negative zero."""
    rounded = round(value, 1)
    return "0.0" if rounded == 0 else f"{rounded:+.1f}".replace("-", "−")


DIGITS: dict[Callable[[float], str], float] = {clock: 1 / 60, whole: 1.0, tenth: 0.1, signed: 0.1}


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One column of `person_day` as the report shows it.

    `floor` is the smallest spread (1.4826 x MAD) a quiet stretch may have, in the unit of the column,
    or of its logarithm where `is_log`; `write` is for tables, `write_long` for sentences.
    """

    column: str
    title: str
    unit: str
    floor: float
    write: Callable[[float], str] = whole
    write_long: Callable[[float], str] | None = None
    is_log: bool = False
    is_nightly: bool = True

    @property
    def digit(self) -> float:
        """The smallest difference that is written."""
        return DIGITS[self.write]

    def text(self, value: float) -> str:
        """The value with its unit, as a sentence says it."""
        if self.write_long:
            return self.write_long(value)
        return f"{self.write(value)} {self.unit}".strip()

    def scaled(self, value: float) -> float:
        """The value on the scale where its nights are symmetric."""
        return math.log(max(value, 1e-9)) if self.is_log else value


CHARTED = (
    Signal(column="sleep_h", title="Sleep", unit="h", floor=0.25, write=clock, write_long=hours),
    Signal(column="readiness_score", title="Readiness", unit="", floor=2),
    Signal(column="resting_heart_rate_bpm", title="Resting heart rate", unit="bpm", floor=1),
    Signal(column="hrv_rmssd_ms", title="Heart rate variability", unit="ms", floor=0.03, is_log=True),
    Signal(column="temperature_deviation_c", title="Temperature", unit="°C", floor=0.1, write=signed),
    Signal(column="steps", title="Steps", unit="", floor=500, is_nightly=False),
)

# Named in alerts, not shown as a figure of its own.
INACTIVE = Signal(
    column="inactive_h", title="Inactive time", unit="h", floor=0.5, write=clock, write_long=hours, is_nightly=False
)
ALSO = (
    Signal(column="sleep_score", title="Sleep score", unit="", floor=2),
    Signal(column="deep_h", title="Deep sleep", unit="h", floor=0.1, write=clock, write_long=hours),
    Signal(column="rem_h", title="REM sleep", unit="h", floor=0.1, write=clock, write_long=hours),
    Signal(column="efficiency_pct", title="Sleep efficiency", unit="%", floor=1),
    Signal(column="respiratory_rate_bpm", title="Breathing rate", unit="/min", floor=0.2, write=tenth),
    Signal(column="spo2_pct", title="Blood oxygen", unit="%", floor=0.3, write=tenth),
)
