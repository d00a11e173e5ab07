"""Analysis: a body that no longer copes with the load of the last weeks.

Method (Plews, Vesterinen, Meeusen; docs/explanation/alerts.md): the 7-day mean of ln rMSSD is compared with a band of
the 42 days that end two weeks before, its mean and BAND spreads to either side. The band is two-sided, since
overreaching shows low or unusually high HRV. A night counts for at most CLIP spreads, and four nights of the seven must
exist, so that one bad night never suffices.

An alert day needs 6 of the last 10 such means below the band while the resting heart rate is up or the load has risen,
or 3 of them far below, or 13 of 14 above the band; and never a low load. The finding describes the nights and is no
diagnosis: no single marker shows overtraining. Only performance, and ruling out all else, does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum, log, sqrt
from statistics import fmean

from oura_lake.analyses.confounders import confounders
from oura_lake.analyses.model import MINOR, NONE, NOT_ENOUGH_DATA, OK, Analysis, Driver, Finding, PersonDay
from oura_lake.analyses.signal_description import SignalDescription
from oura_lake.analyses.signals import HRV, LOAD, RESTING_HEART_RATE

KIND = "strain"
METHOD_VERSION = "strain-1"

WEEK, LEAST_NIGHTS = 7, 4
BAND_DAYS, BAND_ENDS, LEAST_IN_BAND = 42, 14, 21
BAND = 0.75  # spreads of single nights; a 7-day mean of them spreads by 0.6
CLIP = 2.0
FAR = 1.1  # spreads below, where no second sign is needed
LOW_OF, LOW_DAYS, FAR_DAYS = 10, 6, 3
HIGH_OF, HIGH_DAYS = 14, 13
HEART_RATE_UP = 0.5  # spreads of its own band
LOAD_RISEN, LOAD_LOW = 1.1, 0.5  # load of the last week relative to the band's days
Series = Mapping[int, float]
"""Values by the ordinal of their day, since a day before is one subtraction of numbers."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """Last week of one signal beside its band, in spreads of single nights."""

    mean: float
    middle: float
    spread: float
    n: int

    @property
    def shift(self) -> float:
        """Distance of the week's mean from the middle of the band, in spreads."""
        return (self.mean - self.middle) / self.spread


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding for each night with an HRV, oldest first."""
    by_day = {d.day: d for d in days}
    hrv = {d.toordinal(): log(r.hrv_rmssd_ms) for d, r in by_day.items() if r.hrv_rmssd_ms}
    heart_rate = {d.toordinal(): r.resting_heart_rate_bpm for d, r in by_day.items() if r.resting_heart_rate_bpm}
    load = {d.toordinal(): value for d, r in by_day.items() if (value := _load(r)) is not None}
    shifts: dict[int, float] = {}
    findings = []
    for day in sorted(hrv):
        week = _week(hrv, day, HRV.floor)
        if week is None:
            findings.append(_finding(date.fromordinal(day), by_day, NONE, None, (), _nights_before(hrv, day)))
            continue
        shifts[day] = week.shift
        pulse = _week(heart_rate, day, RESTING_HEART_RATE.floor)
        ratio = _load_ratio(load, day)
        is_strained = _is_strained(shifts, day, pulse, ratio)
        drivers = [_driver(HRV, week)]
        drivers += [_driver(RESTING_HEART_RATE, pulse)] if pulse else []
        drivers += [] if ratio is None else [_load_driver(ratio)]
        level = MINOR if is_strained else NONE
        findings.append(_finding(date.fromordinal(day), by_day, level, week, tuple(drivers), week.n))
    return findings


def _load(day: PersonDay) -> float | None:
    """MET minutes of medium and high activity, else the steps."""
    return day.steps if day.met_min is None else day.met_min


def _week(series: Series, day: int, floor: float) -> Week | None:
    """Week that ends on a day; None where the week or its band has too few nights."""
    band = _band(series, day)
    nights = [v for n in range(WEEK) if (v := series.get(day - n)) is not None]
    if len(band) < LEAST_IN_BAND or len(nights) < LEAST_NIGHTS:
        return None
    middle = fmean(band)
    spread = max(_stdev(band, middle), floor)
    clipped = [middle + spread * max(-CLIP, min(CLIP, (v - middle) / spread)) for v in nights]
    return Week(mean=fmean(clipped), middle=middle, spread=spread, n=len(band))


def _stdev(values: list[float], mean: float) -> float:
    """Sample standard deviation; statistics.stdev adds fractions, which takes fifty times as long."""
    return sqrt(fsum([(v - mean) ** 2 for v in values]) / (len(values) - 1))


def _band(series: Series, day: int) -> list[float]:
    """Values of the days of the band."""
    return [v for n in range(BAND_DAYS) if (v := series.get(day - BAND_ENDS - n)) is not None]


def _nights_before(series: Series, day: int) -> int:
    """Return the number of nights from the band's first day to the day before."""
    return sum(day - n in series for n in range(1, BAND_ENDS + BAND_DAYS))


def _load_ratio(load: Series, day: int) -> float | None:
    """Load of the week before a night relative to the band's; None where it is not known."""
    recent = [v for n in range(1, WEEK + 1) if (v := load.get(day - n)) is not None]
    band = _band(load, day)
    if len(recent) < LEAST_NIGHTS or len(band) < LEAST_IN_BAND or not fmean(band):
        return None
    return fmean(recent) / fmean(band)


def _is_strained(shifts: Series, day: int, pulse: Week | None, load: float | None) -> bool:
    if load is not None and load < LOAD_LOW:
        return False
    is_seconded = (pulse is not None and pulse.shift >= HEART_RATE_UP) or (load is not None and load >= LOAD_RISEN)
    is_low = _lasts(shifts, day, -BAND, LOW_OF, LOW_DAYS)
    is_high = _lasts(shifts, day, BAND, HIGH_OF, HIGH_DAYS)
    return (is_seconded and (is_low or is_high)) or _lasts(shifts, day, -FAR, LOW_OF, FAR_DAYS)


def _lasts(shifts: Series, day: int, threshold: float, of: int, days: int) -> bool:
    """Return whether the week is beyond a threshold today, and was so on enough of the last days."""
    side = 1 if threshold > 0 else -1
    beyond = [side * shifts.get(day - n, 0.0) >= abs(threshold) for n in range(of)]
    return beyond[0] and sum(beyond) >= days


def _driver(signal: SignalDescription, week: Week) -> Driver:
    reach = BAND * week.spread
    shown = [signal.show(v) for v in (week.mean, week.middle, week.middle - reach, week.middle + reach)]
    value, baseline, low, high = (round(v, 2) for v in shown)
    return Driver(signal=signal.column, value=value, baseline=baseline, low=low, high=high, z=round(week.shift, 2))


def _load_driver(ratio: float) -> Driver:
    """Load in per cent of the band's; `z` is in units of the rise that confirms a low HRV."""
    value, low, high = (round(100 * share, 1) for share in (ratio, LOAD_LOW, LOAD_RISEN))
    return Driver(
        signal=LOAD.column, value=value, baseline=100.0, low=low, high=high, z=round((ratio - 1) / (LOAD_RISEN - 1), 2)
    )


def _finding(
    day: date, days: Mapping[date, PersonDay], level: str, week: Week | None, drivers: tuple[Driver, ...], n: int
) -> Finding:
    shift = None if week is None else round(abs(week.shift), 3)
    return Finding(
        day=day,
        kind=KIND,
        status=OK if week else NOT_ENOUGH_DATA,
        level=level,
        score=shift,
        deviation=shift,
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=n,
        coverage=round(len(drivers) / 3, 2),
        drivers=drivers,
        confounders=confounders(day, days),
        method_version=METHOD_VERSION,
    )


ANALYSIS = Analysis(
    name=KIND,
    question="Has the body stopped coping with the load of the last weeks?",
    method_version=METHOD_VERSION,
    needs_nights=LEAST_IN_BAND + BAND_ENDS - 1,
    starts_again=False,
    analyse=analyse,
)
