"""Analysis: illness, judged each morning from that night and the nights before it.

Method: each signal is compared with the person's own trailing weeks (robust z). A two-state filter accumulates the
evidence of all signals over nights. Two levels with hysteresis lie above a threshold, which the person's own past weeks
set so that the budget of false alarms is met. The analysis sees physiological strain, whatever the cause: it is no
diagnosis. Figures and limits: docs/explanation/detection.md. "Not enough data" below 14 nights of every nightly signal.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from oura_lake.analyses.baseline import MIN_NIGHTS, NEW_NORMAL_NIGHTS, Trailing, Usual
from oura_lake.analyses.confounders import confounders
from oura_lake.analyses.evidence_filter import FALLS_ILL, Push, after_night, log_odds
from oura_lake.analyses.hysteresis import level_of, score_of
from oura_lake.analyses.measurement_breaks import Breaks
from oura_lake.analyses.model import ILLNESS, MAJOR, NONE, NOT_ENOUGH_DATA, OK, Analysis, Driver, Finding, PersonDay
from oura_lake.analyses.personal_threshold import EVENTS_A_MONTH, Budget, Known, Threshold, scale_of
from oura_lake.analyses.signal_description import SignalDescription, value_of
from oura_lake.analyses.signals import OF_ILLNESS, TEMPERATURE
from oura_lake.analyses.usual_range import driver_of

KIND = ILLNESS
METHOD_VERSION = "illness-4"
FALSE_EVENTS_PER_MONTH = 0.45  # in healthy months of an ordinary person; docs/explanation/detection.md

LEAST_Z = -3.0
ALONE = 0.5  # spreads by which a temperature must be higher if it is the only signal
SHARED = 0.3  # correlation of two signals on healthy nights, for the size of the combined deviation
MOST_SIGNALS = 5  # steps and inactive time count as one
TO_95 = 1.96


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One signal on one morning: the value, and the baseline (None: too few nights)."""

    signal: SignalDescription
    value: float
    usual: Usual | None

    @property
    def push(self) -> float:
        """Deviation towards illness in spreads, clipped."""
        assert self.usual is not None
        return min(self.signal.most, max(LEAST_Z, self.signal.direction * self.usual.z(self.value)))


def analyse(
    days: Iterable[PersonDay], events_a_month: float = EVENTS_A_MONTH, known: Iterable[Known] = ()
) -> list[Finding]:
    """One finding per morning on which any nightly signal was measured, oldest first.

    `events_a_month` is the accepted number of false alarms in 30 healthy days. A `known` fact counts from the morning
    after the day on which it became known.
    """
    by_day = {d.day: d for d in days}
    judge = _Judge(events_a_month, known)
    return [f for day in sorted(by_day) if (f := judge.judge(day, by_day))]


class _Judge:
    """Memory from night to night: the baselines, the last deviations, the belief, the person's threshold."""

    def __init__(self, events_a_month: float, known: Iterable[Known]) -> None:
        self._known = deque(sorted(known, key=lambda k: (k.on, not k.is_ill)))  # the "not ill" of a day comes last
        self._trailing = {s.column: Trailing(s.floor) for s in OF_ILLNESS}
        self._breaks = Breaks()
        self._budget = Budget(events_a_month)
        self._pushed: dict[str, tuple[date, float]] = {}
        self._chance, self._level = FALLS_ILL, NONE
        self._last: date | None = None
        self._unusual: list[tuple[date, list[Reading]]] = []

    def judge(self, day: date, days: Mapping[date, PersonDay]) -> Finding | None:
        for signal in self._breaks.broken_by(days[day], OF_ILLNESS):
            self._trailing[signal.column].restart()
            self._pushed.pop(signal.column, None)
        readings = list(self._readings(day, days))
        if all(r.signal.lag_days for r in readings):
            return None  # no night: yesterday's activity alone is weak evidence
        judged = _judged(readings)
        if all(r.signal.lag_days for r in judged):
            finding = _unknown(day, self._n_nights(day, readings))
            self._learn(day, readings)
            return finding
        while self._known and self._known[0].on < day:
            self._budget.know(self._known.popleft())
        threshold = self._budget.threshold(day, scale_of(len(judged), _warmth(judged) is not None))
        self._believe(day, judged, threshold)
        finding = self._finding(day, days, judged, threshold)
        self._remember(day, readings)
        return finding

    def _readings(self, day: date, days: Mapping[date, PersonDay]) -> Iterator[Reading]:
        for signal in OF_ILLNESS:
            value = value_of(signal, days, day)
            if value is not None:
                yield Reading(signal=signal, value=value, usual=self._trailing[signal.column].usual(day))

    def _n_nights(self, day: date, readings: list[Reading]) -> int:
        """Return the number of nights of the signal that is nearest to being judged."""
        return max(self._trailing[r.signal.column].n_nights(day) for r in readings if not r.signal.lag_days)

    def _believe(self, day: date, judged: list[Reading], threshold: Threshold) -> None:
        since = (day - self._last).days if self._last else 1
        self._chance = after_night(self._chance, since, [self._push(day, r) for r in judged], _warmth(judged))
        nightly = {r.signal.column: r.push for r in judged if not r.signal.lag_days}
        self._budget.add(day, log_odds(self._chance), is_going_on=self._level != NONE, deviations=nightly)
        self._level = level_of(score_of(log_odds(self._chance), threshold.log_odds), self._level)
        self._last = day
        self._pushed |= {r.signal.column: (day, r.push) for r in judged}

    def _push(self, day: date, reading: Reading) -> Push:
        then, before = self._pushed.get(reading.signal.column, (day, 0.0))
        return Push(
            deviation=reading.push,
            before=before,
            since=max((day - then).days, 1),
            shift=reading.signal.shift,
            share=reading.signal.share,
            is_nightly=not reading.signal.lag_days,
        )

    def _remember(self, day: date, readings: list[Reading]) -> None:
        """Keep clear illness out of the baseline; a shift that stays for long is the new normal."""
        self._unusual = [] if self._level == NONE else [*self._unusual, (day, readings)]
        if len(self._unusual) >= NEW_NORMAL_NIGHTS:
            self._start_again()
        elif self._level != MAJOR:
            self._learn(day, readings)

    def _start_again(self) -> None:
        for trailing in self._trailing.values():
            trailing.restart()
        for day, readings in self._unusual:
            self._learn(day, readings)
        self._unusual, self._pushed = [], {}
        self._chance, self._level = FALLS_ILL, NONE

    def _learn(self, day: date, readings: list[Reading]) -> None:
        for reading in readings:
            self._trailing[reading.signal.column].add(day, reading.value)

    def _finding(
        self, day: date, days: Mapping[date, PersonDay], judged: list[Reading], threshold: Threshold
    ) -> Finding:
        deviation, error = _combined(judged)
        return Finding(
            day=day,
            kind=KIND,
            status=OK,
            level=self._level,
            score=round(score_of(log_odds(self._chance), threshold.log_odds), 6),
            deviation=round(deviation, 3),
            deviation_low=round(deviation - TO_95 * error, 3),
            deviation_high=round(deviation + TO_95 * error, 3),
            n_baseline_nights=max(r.usual.n for r in judged if r.usual),
            coverage=_coverage(judged),
            drivers=_drivers(judged),
            confounders=confounders(day, days),
            method_version=METHOD_VERSION,
            chance_a_month=round(threshold.events_a_month, 3),
        )


def _judged(readings: list[Reading]) -> list[Reading]:
    """Return the readings with a baseline, none of which repeats another."""
    known = {r.signal.column: r for r in readings if r.usual is not None}
    return [r for r in known.values() if r.signal.unless not in known]


def _combined(readings: list[Reading]) -> tuple[float, float]:
    """Return the combined deviation and its error, in healthy spreads; a signal weighs as illness moves it."""
    weights = [r.signal.shift * r.signal.share for r in readings]
    spread = ((1 - SHARED) * sum(w * w for w in weights) + SHARED * sum(weights) ** 2) ** 0.5
    total = sum(w * r.push for w, r in zip(weights, readings, strict=True))
    variance = sum((w * r.usual.z_error) ** 2 for w, r in zip(weights, readings, strict=True) if r.usual)
    return total / spread, float(variance**0.5) / spread


def _warmth(readings: list[Reading]) -> float | None:
    """Push of the temperature, reduced where it is the only signal.

    Alcohol and training raise the heart rate alone, illness raises both.
    """
    push = next((r.push for r in readings if r.signal.column == TEMPERATURE.column), None)
    return push if push is None or len(readings) > 1 else push - ALONE


def _coverage(readings: list[Reading]) -> float:
    return round(len(readings) / MOST_SIGNALS, 2)


def _drivers(readings: list[Reading]) -> tuple[Driver, ...]:
    ranked = sorted(readings, key=lambda r: -r.push)
    return tuple(driver_of(r.signal, r.value, r.usual) for r in ranked if r.usual)


def _unknown(day: date, n_nights: int) -> Finding:
    return Finding(
        day=day,
        kind=KIND,
        status=NOT_ENOUGH_DATA,
        level=NONE,
        score=None,
        deviation=None,
        deviation_low=None,
        deviation_high=None,
        n_baseline_nights=n_nights,
        coverage=0.0,
        drivers=(),
        confounders=(),
        method_version=METHOD_VERSION,
    )


ANALYSIS = Analysis(
    name=KIND,
    question="Is this person getting ill?",
    method_version=METHOD_VERSION,
    needs_nights=MIN_NIGHTS,
    starts_again=True,
    analyse=analyse,
)
