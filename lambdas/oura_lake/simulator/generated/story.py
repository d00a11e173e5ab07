"""The signals of each day, from which the documents are made.

Nightly signals follow AR(1) processes around the body's normal values and share one hidden strain. The week has a
rhythm; illness, alcohol, jet lag and training shift the signals. A day depends on the seed, on itself and on the days
around it, never on the length of the history.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from oura_lake.simulator.generated.body import Body, body_of, draw_for
from oura_lake.simulator.generated.fate import DAY, Calendar, calendar_of

SIGNALS = ("strain", "heart", "hrv", "temperature", "breath", "sleep", "bedtime", "steps", "quality", "stress")
PERSISTENCE = 0.55
BURN_IN_DAYS = 30  # 0.55 ** 30 is 1e-8: earlier days have no effect

# From the night before the onset. Resting heart rate ends below normal on days 4 to 7 (seen in studies).
HEART_COURSE = (0.1, 0.95, 1.0, 0.85, 0.4, -0.1, -0.25, -0.25, -0.15)
HEAT_COURSE = (0.05, 0.95, 1.0, 0.7, 0.35, 0.15, 0.05)
REST_COURSE = (0.0, 0.8, 1.0, 1.0, 0.8, 0.55, 0.35, 0.15)


@dataclass(frozen=True, kw_only=True)
class Today:
    """One day of the story: the night that ended on it, and the day itself."""

    body: Body
    day: date
    zone: ZoneInfo
    age_days: int
    is_worn: bool
    illness: float
    has_drink: bool
    jet_lag: float
    load: float
    resting_heart_rate_bpm: float
    hrv_rmssd_ms: float
    temperature_deviation_c: float
    temperature_trend_c: float
    breath_per_min: float
    asleep_s: int
    wake_hour: float
    quality: float
    steps: int
    stress: float

    def draw(self, purpose: str) -> np.random.Generator:
        """Random numbers of this day for one purpose."""
        return draw_for(self.body.seed, self.day, purpose)


class Story:
    """Every day from `first` to `last`."""

    def __init__(self, *, seed: int, first: date, last: date, home: ZoneInfo, onset: date | None) -> None:
        self.body = body_of(seed)
        self.first, self.last = first, last
        self.calendar: Calendar = calendar_of(seed, first, last, home, onset)
        self._days: dict[date, Today] = {}

    def on(self, day: date) -> Today:
        """Signals of a day."""
        if day not in self._days:
            self._days[day] = self._today(day)
        return self._days[day]

    @cached_property
    def _wander(self) -> dict[str, npt.NDArray[np.float64]]:
        """Each signal's AR(1) path with standard deviation 1, from `first` - 3 to `last` + 2."""
        start = self.first - timedelta(days=BURN_IN_DAYS + 3)
        days = [start + n * DAY for n in range((self.last - start).days + 3)]
        noise = np.array([draw_for(self.body.seed, d, "wander").standard_normal(len(SIGNALS)) for d in days])
        path = np.zeros_like(noise)
        for n in range(1, len(days)):
            path[n] = PERSISTENCE * path[n - 1] + np.sqrt(1 - PERSISTENCE**2) * noise[n]
        return {name: path[BURN_IN_DAYS:, column] for column, name in enumerate(SIGNALS)}

    def _at(self, name: str, day: date) -> float:
        return float(self._wander[name][(day - self.first).days + 3])

    def _ill(self, day: date, course: tuple[float, ...]) -> float:
        return max((i.at(day, course) for i in self.calendar.illnesses), key=abs, default=0.0)

    def _heat(self, day: date) -> float:
        """Skin temperature against the person's own normal, in °C."""
        drink = 0.18 if self.calendar.has_drink(day) else 0.0
        return 0.14 * self._at("temperature", day) + 1.05 * self._ill(day, HEAT_COURSE) + drink

    def _today(self, day: date) -> Today:
        calendar, has_drink = self.calendar, self.calendar.has_drink(day)
        heart, heat = self._ill(day, HEART_COURSE), self._ill(day, HEAT_COURSE)
        return Today(
            body=self.body,
            day=day,
            zone=calendar.zone(day),
            age_days=(day - self.first).days,
            is_worn=day not in calendar.missing,
            illness=self._ill(day, REST_COURSE),
            has_drink=has_drink,
            jet_lag=calendar.jet_lag(day),
            load=calendar.training_load(day),
            resting_heart_rate_bpm=self._heart_rate(day, heart, has_drink),
            hrv_rmssd_ms=self._hrv(day, heart, has_drink),
            temperature_deviation_c=round(self._heat(day), 2),
            temperature_trend_c=round(sum(self._heat(day - n * DAY) for n in range(3)) / 3, 2),
            breath_per_min=self.body.breath_per_min + 0.22 * self._at("breath", day) + 1.6 * heat,
            asleep_s=self._asleep(day),
            wake_hour=self._wake(day),
            quality=self._at("quality", day) - 1.2 * has_drink - 0.8 * heat - calendar.jet_lag(day),
            steps=self._steps(day),
            stress=self._at("stress", day) + 1.5 * heat,
        )

    def _heart_rate(self, day: date, ill: float, has_drink: bool) -> float:
        season = 0.8 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 20) / 365.25)
        wander = 0.9 * self._at("heart", day) + 0.8 * self._at("strain", day)
        pushed = 7.2 * ill + 4.5 * has_drink + 1.5 * self.calendar.jet_lag(day)
        return float(self.body.resting_heart_rate_bpm + season + wander + pushed)

    def _hrv(self, day: date, ill: float, has_drink: bool) -> float:
        wander = 0.085 * self._at("hrv", day) - 0.075 * self._at("strain", day)
        tired = -0.12 * max(0.0, self.calendar.training_load(day) - 0.5)
        pushed = -0.45 * ill - 0.27 * has_drink - 0.08 * self.calendar.jet_lag(day) + tired
        return float(self.body.hrv_rmssd_ms * np.exp(wander + pushed))

    def _asleep(self, day: date) -> int:
        weekend = 0.6 if day.weekday() in (5, 6) else -0.15
        hours = self.body.asleep_h + weekend + 0.55 * self._at("sleep", day) + 0.7 * self._ill(day, REST_COURSE)
        return round(3600 * float(np.clip(hours - 0.5 * self.calendar.jet_lag(day), 4.2, 10.0)))

    def _wake(self, day: date) -> float:
        weekend = 1.3 if day.weekday() in (5, 6) else 0.0
        return float(np.clip(self.body.wake_hour + weekend + 0.35 * self._at("bedtime", day), 4.6, 10.5))

    def _steps(self, day: date) -> int:
        weekend = 1.12 if day.weekday() == 5 else 0.88 if day.weekday() == 6 else 1.0
        tired = 1 - 0.68 * self._ill(day, REST_COURSE)
        return max(600, round(self.body.steps * weekend * tired * float(np.exp(0.24 * self._at("steps", day)))))
