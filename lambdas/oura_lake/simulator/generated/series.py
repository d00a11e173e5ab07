"""Heart-rate rows of a UTC day: every five minutes, with gaps by day, every five seconds in workouts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from oura_lake.simulator.generated.battery import SUFFIX_SINCE
from oura_lake.simulator.generated.body import draw_for
from oura_lake.simulator.generated.events import Exercise
from oura_lake.simulator.generated.night import Period
from oura_lake.simulator.generated.story import Today
from oura_lake.simulator.source import Rows, rows_of

DAY_S, STEP_S, WORKOUT_STEP_S = 86_400, 300, 5
AWAKE, SLEEP, WORKOUT = 0, 1, 2
NAMES = ("awake", "sleep", "workout")
SHARE_AWAKE = 0.82  # a moving hand often leaves no row

Ints = npt.NDArray[np.int64]


def heart_rows(
    today: Today, day: date, asleep: Sequence[Period], done: Sequence[Exercise], is_worn: Sequence[tuple[int, int]]
) -> Rows:
    """Rows of a UTC day; `is_worn` are the spans (in seconds of the day) in which there may be rows."""
    draw = draw_for(today.body.seed, day, "rows")
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    seconds, sources = _calm(draw, start, asleep)
    is_shown = np.zeros(len(seconds), dtype=bool)
    for first, last in is_worn:
        is_shown |= (seconds >= first) & (seconds < last)
    seconds, sources = seconds[is_shown], sources[is_shown]
    seconds, sources = _with_workouts(seconds, sources, start, done)
    order = np.lexsort((sources, seconds))
    seconds, sources = seconds[order], sources[order]
    return write_rows(day, start, seconds, sources, _beats(draw, today, seconds, sources, done, start))


def write_rows(day: date, start: int, seconds: Ints, sources: Ints, beats: Ints) -> Rows:
    """Rows as JSON in the API's form of that time."""
    suffix = ".000Z" if day >= SUFFIX_SINCE else "+00:00"
    texts = np.datetime_as_string((start + seconds).astype("datetime64[s]")).tolist()
    instants = ((start + seconds) * 1000).tolist()
    rows = [
        f'{{"timestamp":"{text}{suffix}","timestamp_unix":{instant},"bpm":{bpm},"source":"{NAMES[source]}"}}'
        for text, instant, bpm, source in zip(texts, instants, beats.tolist(), sources.tolist(), strict=True)
    ]
    return rows_of(rows, instants)


def _calm(draw: np.random.Generator, start: int, asleep: Sequence[Period]) -> tuple[Ints, Ints]:
    seconds = np.arange(0, DAY_S, STEP_S) + int(draw.integers(0, STEP_S))
    seconds = seconds[seconds < DAY_S]
    sources = np.full(len(seconds), AWAKE, dtype=np.int64)
    for period in asleep:
        inside = (start + seconds >= period.start.timestamp()) & (start + seconds <= period.end.timestamp())
        sources[inside] = SLEEP
    is_shown = (sources == SLEEP) | (draw.random(len(seconds)) < SHARE_AWAKE)
    return seconds[is_shown], sources[is_shown]


def _with_workouts(seconds: Ints, sources: Ints, start: int, done: Sequence[Exercise]) -> tuple[Ints, Ints]:
    """Add rows every five seconds in workouts; at the first of each there is also a row of source `awake`."""
    for exercise in done:
        first = int(exercise.start.timestamp()) - start
        span = np.arange(first, first + 60 * exercise.minutes, WORKOUT_STEP_S)
        span = span[(span >= 0) & (span < DAY_S)]
        outside = (seconds < first) | (seconds >= first + 60 * exercise.minutes)
        kinds = np.full(len(span), WORKOUT, dtype=np.int64)
        twice = span[:1]
        seconds = np.concatenate([seconds[outside], twice, span])
        sources = np.concatenate([sources[outside], np.full(len(twice), AWAKE, dtype=np.int64), kinds])
    return seconds, sources


def _beats(
    draw: np.random.Generator, today: Today, seconds: Ints, sources: Ints, done: Sequence[Exercise], start: int
) -> Ints:
    resting = today.resting_heart_rate_bpm
    noise = draw.standard_normal(len(seconds))
    beats = np.where(sources == SLEEP, resting + 4 + 2 * noise, resting + 21 + 7 * noise)
    for exercise in done:
        into = (start + seconds - exercise.start.timestamp()) / 60
        inside = (sources == WORKOUT) & (into >= 0) & (into < exercise.minutes)
        reserve = today.body.maximal_heart_rate_bpm - resting
        plateau = resting + reserve * min(0.88, 0.1 + exercise.met / (today.body.vo2_max / 3.5))
        rise = 1 - np.exp(-np.maximum(0, into) / 3)
        beats = np.where(inside, resting + 22 + (plateau - resting - 22) * rise + 1.5 * noise, beats)
    return np.clip(np.round(beats), 34, 205).astype(np.int64)
