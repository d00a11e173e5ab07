"""Scenarios of generated persons, in each of which the warning is judged; the illness starts on the 140th day."""

from typing import Any

from benchmarks.people import NAMES, PEERS, Life

SLOW = (0.2, 0.4, 0.7, 1.0, 1.0)
ONSET = 140
STRONG_APART, STRONG_TOGETHER = "strong, three signals apart", "strong, five signals together"


def _peers(**fields: Any) -> Life:
    """Illness of the comparison with the public projects: three signals without a shared part."""
    return Life(illness=PEERS, shared=0.0, only=NAMES[:3], **fields)


SCENARIOS = {
    STRONG_APART: _peers(),
    "the same, 20 % of nights missing": _peers(missing=0.2),
    "the same, 40 % of nights missing": _peers(missing=0.4),
    "the same, a night out three days before": _peers(night_out=137),
    "the same, a night out every ten": _peers(alcohol=0.1),
    "the same, clock change the day before": _peers(clock_change=139),
    STRONG_TOGETHER: Life(),
    f"{STRONG_TOGETHER}, 20 % of nights missing": Life(missing=0.2),
    f"{STRONG_TOGETHER}, 40 % of nights missing": Life(missing=0.4),
    f"{STRONG_TOGETHER}, alcohol one night in ten": Life(alcohol=0.1),
    f"{STRONG_TOGETHER}, clock change on the day before": Life(clock_change=139),
    f"{STRONG_TOGETHER}, all three": Life(missing=0.2, alcohol=0.1, clock_change=139),
    "half as strong": Life(strength=0.5),
    "slow onset": Life(ramp=SLOW),
    "heart rate only": Life(only=("resting_heart_rate_bpm",)),
    "heart rate and steps": Life(only=("resting_heart_rate_bpm", "steps")),
    "temperature only": Life(only=("temperature_deviation_c",)),
    "another ring on day 100, known": Life(new_ring=100),
    "another ring on day 100, not known": Life(new_ring=100, is_ring_known=False),
    "never ill, alcohol one night in ten": Life(onset=None, alcohol=0.1),
    "never ill, alcohol one night in seven, a tenth missing": Life(onset=None, alcohol=0.15, missing=0.1),
    "never ill, trips": Life(onset=None, has_trips=True),
    "never ill, a cycle": Life(onset=None, has_cycle=True),
    "never ill, hard training every fifth day": Life(onset=None, training=0.2),
}
