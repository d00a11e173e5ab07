"""Is this person getting ill, judged each morning from that night and the nights before it?

Method: each signal against the person's own trailing weeks (robust z), the sum of the three strongest of
whatever signals there are, scaled by how far that sum usually swings for this person, accumulated over nights
into a probability-like score with two levels and hysteresis. It sees physiological strain, whatever the cause:
it is no diagnosis. Figures and limits: docs/detection.md. "Not enough data" below 14 nights of every signal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from oura_lake.analyses._baseline import Trailing, Usual
from oura_lake.analyses._confounders import confounders
from oura_lake.analyses._evidence import Belief, Night, after_night
from oura_lake.analyses._model import NONE, NOT_ENOUGH_DATA, OK, Driver, Finding, PersonDay
from oura_lake.analyses._signals import SIGNALS, Signal, value_of

QUESTION = "Is this person getting ill?"
KIND = "illness"
METHOD_VERSION = "illness-1"
FALSE_EVENTS_PER_MONTH = 1 / 3  # in healthy months; docs/detection.md

LEAST_Z = -2.0
WARMTH, ALONE = "temperature_deviation_c", 0.5
STRONGEST = 3  # signals that are summed: an illness moves some of them, and not the same in everyone
# middle and spread of that sum over n healthy signals that share a fifth of their variance (400,000 draws)
SUM_OF_STRONGEST = {1: (0.0, 1.0), 2: (0.0, 1.5), 3: (0.0, 2.0), 4: (0.9, 1.95), 5: (1.5, 1.9)}
MOST_SIGNALS = 5  # steps and inactive time count as one
LEAST_SWING, MOST_SWING = 0.85, 1.5
ORDINARY_NIGHTS = 14  # how many nights of an ordinary person the own ones are weighed against
USUAL_RANGE = 2.0  # spreads: about 19 of 20 healthy nights
NEW_NORMAL_NIGHTS = 14  # a shift that lasts longer is no illness but the new baseline
TO_95 = 1.96


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One signal on one morning: the value, and what was usual (None: too few nights)."""

    signal: Signal
    value: float
    usual: Usual | None

    @property
    def push(self) -> float:
        """The deviation towards illness in spreads, clipped."""
        assert self.usual is not None
        return min(self.signal.most, max(LEAST_Z, self.signal.sign * self.usual.z(self.value)))


def analyse(days: Iterable[PersonDay]) -> list[Finding]:
    """One finding per morning on which any nightly signal was measured, oldest first."""
    by_day = {d.day: d for d in days}
    judge = _Judge()
    return [f for day in sorted(by_day) if (f := judge.judge(day, by_day))]


class _Judge:
    """What is remembered from night to night: the baselines, the usual swing and the belief."""

    def __init__(self) -> None:
        self._trailing = {s.name: Trailing(s.floor) for s in SIGNALS}
        self._swing = Trailing(floor=0.0)
        self._belief = Belief()
        self._last: date | None = None
        self._held_back: list[tuple[date, list[Reading], float]] = []

    def judge(self, day: date, days: Mapping[date, PersonDay]) -> Finding | None:
        readings = list(self._readings(day, days))
        if all(r.signal.lag_days for r in readings):
            return None  # no night: activity alone says little, and yesterday's is known anyway
        judged = _judged(readings)
        if not judged:
            self._learn(day, readings, None)
            return _unknown(day)
        raw = _combined(judged)
        deviation = raw / self._usual_swing(day)
        since = (day - self._last).days if self._last else 1
        echo = self._swing.persistence(day) ** since
        night = Night(deviation=deviation, since=since, echo=echo, warmth=_warmth(judged))
        self._belief = after_night(self._belief, night)
        self._last = day
        finding = self._finding(day, days, judged, deviation)
        self._remember(day, readings, raw)
        return finding

    def _readings(self, day: date, days: Mapping[date, PersonDay]) -> Iterator[Reading]:
        for signal in SIGNALS:
            value = value_of(signal, days, day)
            if value is not None:
                yield Reading(signal=signal, value=value, usual=self._trailing[signal.name].usual(day))

    def _usual_swing(self, day: date) -> float:
        """How far the sum swings upwards on this person's healthy nights; a new person is taken as ordinary."""
        swings = self._swing.recent(day)
        upward = sum(min(s, MOST_SWING) ** 2 for s in swings if s > 0) + ORDINARY_NIGHTS / 2
        return max(LEAST_SWING, float((2 * upward / (len(swings) + ORDINARY_NIGHTS)) ** 0.5))

    def _remember(self, day: date, readings: list[Reading], raw: float) -> None:
        """Keep days of illness out of the baseline, unless they last so long that they are the new normal."""
        if self._belief.level == NONE:
            self._held_back.clear()
            self._learn(day, readings, raw)
            return
        self._held_back.append((day, readings, raw))
        if len(self._held_back) >= NEW_NORMAL_NIGHTS:
            self._start_again()

    def _start_again(self) -> None:
        for trailing in self._trailing.values():
            trailing.restart()
        for day, readings, _ in self._held_back:
            self._learn(day, readings, None)
        self._held_back.clear()
        self._belief = Belief()

    def _learn(self, day: date, readings: list[Reading], raw: float | None) -> None:
        for reading in readings:
            self._trailing[reading.signal.name].add(day, reading.value)
        if raw is not None:
            self._swing.add(day, raw)

    def _finding(self, day: date, days: Mapping[date, PersonDay], judged: list[Reading], deviation: float) -> Finding:
        error = TO_95 * _combined_error(judged)
        return Finding(
            day=day, kind=KIND, status=OK, level=self._belief.level, score=round(self._belief.score, 4),
            deviation=round(deviation, 3), deviation_low=round(deviation - error, 3),
            deviation_high=round(deviation + error, 3),
            n_baseline_nights=max(r.usual.n for r in judged if r.usual), coverage=_coverage(judged),
            drivers=_drivers(judged), confounders=confounders(day, days), method_version=METHOD_VERSION,
        )


def _judged(readings: list[Reading]) -> list[Reading]:
    """The readings with a baseline, none of them saying the same as another."""
    known = {r.signal.name: r for r in readings if r.usual is not None}
    return [r for r in known.values() if r.signal.unless not in known]


def _combined(readings: list[Reading]) -> float:
    """The sum of the strongest pushes, with middle 0 and spread 1 on healthy nights whatever signals are there."""
    middle, spread = SUM_OF_STRONGEST[len(readings)]
    return (sum(sorted((r.push for r in readings), reverse=True)[:STRONGEST]) - middle) / spread


def _warmth(readings: list[Reading]) -> float | None:
    """The temperature's push: drink and training raise the heart rate, illness raises both; alone it must be higher."""
    push = next((r.push for r in readings if r.signal.name == WARMTH), None)
    return push if push is None or len(readings) > 1 else push - ALONE


def _combined_error(readings: list[Reading]) -> float:
    strongest = sorted(readings, key=lambda r: -r.push)[:STRONGEST]
    variance = sum(r.usual.z_error**2 for r in strongest if r.usual)
    return float(variance**0.5) / SUM_OF_STRONGEST[len(readings)][1]


def _coverage(readings: list[Reading]) -> float:
    return round(len(readings) / MOST_SIGNALS, 2)


def _drivers(readings: list[Reading]) -> tuple[Driver, ...]:
    ranked = sorted(readings, key=lambda r: -r.push)
    return tuple(_driver(r.signal, r.value, r.usual) for r in ranked if r.usual)


def _driver(signal: Signal, value: float, usual: Usual) -> Driver:
    reach = USUAL_RANGE * usual.spread
    return Driver(
        signal=signal.name, value=round(signal.show(value), 2), baseline=round(signal.show(usual.median), 2),
        low=round(signal.show(max(usual.median - reach, signal.least)), 2),
        high=round(signal.show(usual.median + reach), 2), z=round(usual.z(value), 2),
    )


def _unknown(day: date) -> Finding:
    return Finding(
        day=day, kind=KIND, status=NOT_ENOUGH_DATA, level=NONE, score=None, deviation=None, deviation_low=None,
        deviation_high=None, n_baseline_nights=0, coverage=0.0, drivers=(), confounders=(),
        method_version=METHOD_VERSION,
    )
