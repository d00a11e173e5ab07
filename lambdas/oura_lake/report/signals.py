"""Signals of the report, and the format of their values."""

from collections.abc import Callable
from dataclasses import dataclass

from oura_lake.analyses.questions.lasting_shift import READINESS
from oura_lake.analyses.questions.short_sleep import SLEEP
from oura_lake.analyses.signals import SIGNALS, plain
from oura_lake.analyses.signals import Signal as Judged

JUDGED = {signal.name: signal for signal in (SLEEP, READINESS, *SIGNALS)}


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

    `floor` is the smallest spread that a quiet stretch may have; 0 where an analysis has the signal, and says it. `bad`
    is the side of bad news: 1 above, -1 below. `write` is for tables, `write_long` for sentences.
    """

    column: str
    title: str
    unit: str
    bad: int
    floor: float = 0.0
    write: Callable[[float], str] = whole
    write_long: Callable[[float], str] | None = None
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

    @property
    def is_judged(self) -> bool:
        """Whether an analysis knows the signal, and with it the scale on which it is judged."""
        return self.column in JUDGED

    @property
    def judged(self) -> Judged:
        """The signal as it is judged."""
        plainly = Judged(name=self.column, read=plain(self.column), show=float, sign=0, floor=self.floor, most=5.0)
        return JUDGED.get(self.column, plainly)


CHARTED = (
    Signal(column="sleep_h", title="Sleep", unit="h", bad=-1, write=clock, write_long=hours),
    Signal(column="readiness_score", title="Readiness", unit="", bad=-1),
    Signal(column="resting_heart_rate_bpm", title="Resting heart rate", unit="bpm", bad=1),
    Signal(column="hrv_rmssd_ms", title="Heart rate variability", unit="ms", bad=-1),
    Signal(column="temperature_deviation_c", title="Skin temperature", unit="°C", bad=1, write=signed),
    Signal(column="steps", title="Steps", unit="", bad=-1, is_nightly=False),
)
ALSO = (
    Signal(column="sleep_score", title="Sleep score", unit="", bad=-1, floor=2),
    Signal(column="deep_h", title="Deep sleep", unit="h", bad=-1, floor=0.1, write=clock, write_long=hours),
    Signal(column="rem_h", title="REM sleep", unit="h", bad=-1, floor=0.1, write=clock, write_long=hours),
    Signal(column="efficiency_pct", title="Sleep efficiency", unit="%", bad=-1, floor=1),
    Signal(column="respiratory_rate_bpm", title="Breathing rate", unit="/min", bad=1, write=tenth),
    Signal(column="spo2_pct", title="Blood oxygen", unit="%", bad=-1, floor=0.3, write=tenth),
)
