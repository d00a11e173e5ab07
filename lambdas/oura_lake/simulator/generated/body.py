"""The body of a generated person, drawn from the seed."""

from dataclasses import dataclass
from datetime import date

import numpy as np

AGE_AT_REFERENCE = date(2026, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Body:
    """A healthy adult's normal values; names end with the units."""

    seed: int
    resting_heart_rate_bpm: float
    hrv_rmssd_ms: float
    breath_per_min: float
    asleep_h: float
    wake_hour: float
    steps: float
    weight_kg: float
    height_m: float
    age_y: int
    sex: str
    vo2_max: float

    @property
    def basal_kcal(self) -> float:
        """Energy of a day at rest (Mifflin-St Jeor)."""
        return 10 * self.weight_kg + 625 * self.height_m - 5 * self.age_y + (5 if self.sex == "male" else -161)

    @property
    def maximal_heart_rate_bpm(self) -> float:
        """Maximal heart rate by Tanaka: 208 - 0.7 age."""
        return 208 - 0.7 * self.age_y


def body_of(seed: int) -> Body:
    """Body of the person of a seed."""
    draw = np.random.default_rng([seed, 0])
    sex = str(draw.choice(["female", "male"]))
    return Body(
        seed=seed,
        resting_heart_rate_bpm=float(draw.uniform(49, 60)),
        hrv_rmssd_ms=float(draw.uniform(38, 70)),
        breath_per_min=float(draw.uniform(13.4, 16.0)),
        asleep_h=float(draw.uniform(6.9, 7.7)),
        wake_hour=float(draw.uniform(6.3, 7.4)),
        steps=float(draw.uniform(7800, 10500)),
        weight_kg=round(float(draw.uniform(56, 88)), 1),
        height_m=round(float(draw.uniform(1.6, 1.78) + (0.08 if sex == "male" else 0)), 2),
        age_y=int(draw.integers(27, 55)),
        sex=sex,
        vo2_max=float(draw.uniform(36, 50)),
    )


def draw_for(seed: int, day: date, purpose: str) -> np.random.Generator:
    """Return a generator of random numbers that depends on seed, day and purpose alone."""
    return np.random.default_rng([seed, day.toordinal(), *purpose.encode("ascii")])
