"""Hypnogram: a stage for every half minute of a sleep.

Cycles last about 90 minutes: deep sleep early, REM late, awakenings in between. The digits are Oura's.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DEEP, LIGHT, REM, AWAKE = 1, 2, 3, 4
EPOCH_S = 30
CYCLE_EPOCHS = 180
DEEP_SHARE = (0.42, 0.32, 0.16, 0.06, 0.02)
REM_SHARE = (0.08, 0.20, 0.30, 0.34, 0.36)

Epochs = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Hypnogram:
    """The stages of one sleep, 30 seconds each."""

    epochs: Epochs
    in_bed_s: int

    def seconds(self, stage: int) -> int:
        """Time in a stage; the part of the night beyond the last half minute is time awake."""
        if stage == AWAKE:
            return self.in_bed_s - int(np.count_nonzero(self.epochs != AWAKE)) * EPOCH_S
        return int(np.count_nonzero(self.epochs == stage)) * EPOCH_S

    @property
    def latency_s(self) -> int:
        """Time until the first stage of sleep."""
        asleep = np.flatnonzero(self.epochs != AWAKE)
        return int(asleep[0]) * EPOCH_S if len(asleep) else 0

    @property
    def half_minutes(self) -> str:
        """Digits of the half minutes."""
        return digits(self.epochs)

    @property
    def five_minutes(self) -> str:
        """Most frequent stage of every five minutes, the last incomplete ones included."""
        length = -(-self.in_bed_s // 300)
        padded = np.pad(self.epochs, (0, length * 10 - len(self.epochs)), mode="edge").reshape(length, 10)
        counts = np.stack([(padded == stage).sum(axis=1) for stage in (DEEP, LIGHT, REM, AWAKE)])
        return digits((counts.argmax(axis=0) + 1).astype(np.uint8))


def digits(values: Epochs) -> str:
    """Small numbers as a string of digits."""
    return (values + ord("0")).astype(np.uint8).tobytes().decode("ascii")


def long_night(draw: np.random.Generator, asleep_s: int, efficiency: float, rem_factor: float) -> Hypnogram:
    """Draw a main sleep of about that duration at that efficiency."""
    in_bed_s = round(asleep_s / efficiency) + int(draw.integers(0, EPOCH_S))
    count = in_bed_s // EPOCH_S
    epochs = _cycles(draw, count, rem_factor)
    latency = int(np.clip(draw.gamma(3.0, 8.0), 3, 90))
    epochs[:latency] = AWAKE
    epochs[count - int(draw.integers(4, 14)) :] = AWAKE
    _wake(draw, epochs, in_bed_s - asleep_s)
    return Hypnogram(epochs=epochs, in_bed_s=in_bed_s)


def short_rest(draw: np.random.Generator, in_bed_s: int, asleep_s: int) -> Hypnogram:
    """Draw a nap: light sleep without a break, and a little deep sleep in a long one."""
    count, asleep = in_bed_s // EPOCH_S, min(asleep_s, in_bed_s) // EPOCH_S
    epochs = np.full(count, AWAKE, dtype=np.uint8)
    start = int(draw.integers(0, max(1, count - asleep)))
    epochs[start : start + asleep] = LIGHT
    if asleep > 60:
        epochs[start + asleep // 2 : start + asleep // 2 + asleep // 6] = DEEP
    return Hypnogram(epochs=epochs, in_bed_s=in_bed_s)


def _cycles(draw: np.random.Generator, count: int, rem_factor: float) -> Epochs:
    epochs = np.full(count, LIGHT, dtype=np.uint8)
    start, cycle = 0, 0
    while start < count:
        length = int(CYCLE_EPOCHS * draw.uniform(0.88, 1.15))
        deep = int(length * DEEP_SHARE[min(cycle, 4)] * draw.uniform(0.8, 1.2))
        rem = int(length * REM_SHARE[min(cycle, 4)] * rem_factor * draw.uniform(0.8, 1.2))
        deep_start = start + length // 6
        epochs[deep_start : deep_start + deep] = DEEP
        epochs[start + length - rem : start + length] = REM
        start, cycle = start + length, cycle + 1
    return epochs


def _wake(draw: np.random.Generator, epochs: Epochs, awake_s: int) -> None:
    """Add awakenings of one to ten minutes until the time awake is reached."""
    missing = awake_s // EPOCH_S - int(np.count_nonzero(epochs == AWAKE))
    while missing > 0:
        length = min(missing, int(draw.integers(2, 20)))
        at = int(draw.integers(0, len(epochs) - length))
        missing -= int(np.count_nonzero(epochs[at : at + length] != AWAKE))
        epochs[at : at + length] = AWAKE
