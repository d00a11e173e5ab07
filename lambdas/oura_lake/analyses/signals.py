"""Table of the signals: one row each, read by the analyses, the alerts, the weekly mail and the report.

A floor is the smallest spread, so that a small change after a quiet month is not unusual. HRV swings for many reasons
and steps fall for more, so their rows assume that an illness moves them less, and less surely, than temperature and
heart rate. Steps are known a day late, since an activity day ends at 04:00 the next morning.
"""

from math import exp, log, sqrt

from oura_lake.analyses.model import PersonDay
from oura_lake.analyses.signal_description import Form, Place, SignalDescription, plain, positive, worn_only

NOON_H = 12.0


def _square(value: float) -> float:
    return value * value


def _hours_after_noon(day: PersonDay) -> float | None:
    """Bedtime in hours after noon, so that no midnight splits the nights."""
    begin = day.bedtime_start_local
    return None if begin is None else (begin.hour + begin.minute / 60 - NOON_H) % 24


def _hour_of_the_clock(hours: float) -> float:
    """Hour of the clock: 13.5 hours after noon are 1.5."""
    return (hours + NOON_H) % 24


SLEEP = SignalDescription(
    column="sleep_h", title="Sleep", unit="h", form=Form.DURATION, direction=-1, lowest=0.0, highest=24.0,
    report=Place.CHART, week_floor=0.25, read=plain("sleep_h"), floor=0.25,
)  # fmt: skip
BEDTIME = SignalDescription(
    column="bedtime_h", title="Bedtime", form=Form.CLOCK, direction=0, week_floor=0.25, read=_hours_after_noon,
    show=_hour_of_the_clock, floor=0.25,
)  # fmt: skip
READINESS = SignalDescription(
    column="readiness_score", title="Readiness", short="Ready", direction=-1, lowest=1.0, highest=100.0,
    report=Place.CHART, week_floor=3.0, read=plain("readiness_score"), floor=3.0,
)  # fmt: skip
RESTING_HEART_RATE = SignalDescription(
    column="resting_heart_rate_bpm", title="Resting heart rate", short="Heart", unit="bpm", direction=1,
    lowest=25.0, highest=150.0, report=Place.CHART, week_floor=1.0, read=positive("resting_heart_rate_bpm"),
    floor=1.0, is_of_sleep=True, shift=1.6, share=0.87,
)  # fmt: skip
HRV = SignalDescription(
    column="hrv_rmssd_ms", title="Heart rate variability", short="HRV", unit="ms", direction=-1, lowest=2.0,
    highest=254.0, report=Place.CHART, week_floor=2.0, read=positive("hrv_rmssd_ms", log), show=exp, floor=0.05,
    is_of_sleep=True, shift=1.3, share=0.77, most=4.0,
)  # fmt: skip
TEMPERATURE = SignalDescription(
    column="temperature_deviation_c", title="Skin temperature", short="Temp.", unit="°C", digits=1, form=Form.SIGNED,
    relative_to="your average", direction=1, lowest=-10.0, highest=10.0, report=Place.CHART, week_floor=0.1,
    read=plain("temperature_deviation_c"), floor=0.1, shift=1.75, share=0.87,
)  # fmt: skip
RESPIRATORY_RATE = SignalDescription(
    column="respiratory_rate_bpm", title="Breathing rate", unit="breaths/min", digits=1, direction=1, lowest=4.0,
    highest=60.0, report=Place.LINE, read=positive("respiratory_rate_bpm"), floor=0.2, is_of_sleep=True, shift=1.15,
    share=0.72,
)  # fmt: skip
STEPS = SignalDescription(
    column="steps", title="Steps", direction=-1, lowest=0.0, highest=150_000.0, report=Place.CHART, week_floor=1000.0,
    read=worn_only(positive("steps", sqrt)), show=_square, floor=8.0, lag_days=1, shift=1.4, share=0.3, most=3.0,
)  # fmt: skip
INACTIVE_TIME = SignalDescription(
    column="inactive_h", title="Inactive time", unit="h", form=Form.DURATION, direction=1, lowest=0.0, highest=24.0,
    read=worn_only(positive("inactive_h")), floor=0.5, lag_days=1, shift=1.4, share=0.3, most=3.0, unless=STEPS.column,
)  # fmt: skip
HIGH_STRAIN = SignalDescription(
    column="stress_high_min", title="Time of high strain", unit="min", direction=1, lowest=0.0, highest=1440.0,
    read=plain("stress_high_min"), floor=15.0, lag_days=1,
)  # fmt: skip

LOAD = SignalDescription(column="load_pct", title="Load of the week", unit="% of before", direction=1, lowest=0.0)
BATTERY = SignalDescription(
    column="last_battery_pct", title="The battery", unit="%", direction=-1, lowest=0.0, highest=100.0
)  # fmt: skip

# the order in which a person reads the signals
SIGNALS: tuple[SignalDescription, ...] = (
    SLEEP,
    BEDTIME,
    READINESS,
    RESTING_HEART_RATE,
    HRV,
    TEMPERATURE,
    SignalDescription(
        column="sleep_score", title="Sleep score", direction=-1, lowest=1.0, highest=100.0, report=Place.LINE,
        floor=2.0,
    ),
    SignalDescription(
        column="deep_h", title="Deep sleep", unit="h", form=Form.DURATION, direction=-1, lowest=0.0, highest=24.0,
        report=Place.LINE, floor=0.1,
    ),
    SignalDescription(
        column="rem_h", title="REM sleep", unit="h", form=Form.DURATION, direction=-1, lowest=0.0, highest=24.0,
        report=Place.LINE, floor=0.1,
    ),
    SignalDescription(
        column="efficiency_pct", title="Sleep efficiency", unit="%", direction=-1, lowest=0.0, highest=100.0,
        report=Place.LINE, floor=1.0,
    ),
    RESPIRATORY_RATE,
    SignalDescription(
        column="spo2_pct", title="Blood oxygen", unit="%", digits=1, direction=-1, lowest=0.0, highest=100.0,
        report=Place.LINE, floor=0.3,
    ),
    STEPS,
    INACTIVE_TIME,
    HIGH_STRAIN,
    LOAD,
    BATTERY,
)  # fmt: skip
# the signals that an illness moves, the strongest first
OF_ILLNESS = (TEMPERATURE, RESTING_HEART_RATE, HRV, RESPIRATORY_RATE, STEPS, INACTIVE_TIME)


def described(column: str) -> SignalDescription:
    """Signal of a column; a column that the table lacks, such as an old one, gives its own title."""
    return next((s for s in SIGNALS if s.column == column), None) or SignalDescription(
        column=column, title=column.replace("_", " ").capitalize(), digits=1, direction=1
    )


def charted() -> tuple[SignalDescription, ...]:
    """Signals of the report's tiles, charts and table of days."""
    return tuple(s for s in SIGNALS if s.report is Place.CHART)


def listed() -> tuple[SignalDescription, ...]:
    """Signals of which the report shows only the last night."""
    return tuple(s for s in SIGNALS if s.report is Place.LINE)


def of_a_week() -> tuple[SignalDescription, ...]:
    """Signals that the weekly mail compares."""
    return tuple(s for s in SIGNALS if s.week_floor is not None)
