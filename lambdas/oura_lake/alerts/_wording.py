"""What does a tired person read at seven in the morning, and does it say enough to act on?

Plain words, no diagnosis, no number about the body unless the person chose so.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from oura_lake.alerts._model import REVISED, Alert, Entry
from oura_lake.analyses._model import MAJOR, Driver, Finding
from oura_lake.analyses.illness import FALSE_EVENTS_PER_MONTH

DAY = timedelta(days=1)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")
OUT_OF_RANGE = 2.0
NOTICEABLE = 1.0
FEW_SIGNALS = 2

# how a signal is called, its unit, and the digits shown
SIGNALS = {
    "temperature_deviation_c": ("Skin temperature", " °C against your average", 1),
    "resting_heart_rate_bpm": ("Resting heart rate", " bpm", 0),
    "hrv_rmssd_ms": ("Heart rate variability", " ms", 0),
    "respiratory_rate_bpm": ("Breathing rate", " a minute", 1),
    "steps": ("Steps the day before", "", 0),
    "inactive_h": ("Inactive time the day before", " h", 1),
}
CONFOUNDERS = {
    "alcohol": "alcohol (you tagged it)",
    "altitude": "altitude (you tagged it)",
    "clock_change": "the clock change",
    "cycle": "your cycle (you tagged it)",
    "hard_workout": "a long workout",
    "late_meal": "a late meal (you tagged it)",
    "late_night": "a late night",
    "sauna": "a sauna (you tagged it)",
    "short_sleep": "a short night",
    "surgery": "a surgery (you tagged it)",
    "travel": "travel",
    "vaccine": "a vaccination (you tagged it)",
}
CLAIM = {
    True: ("Your body may be fighting something", "clear signs of strain, like those of an illness that is starting"),
    False: ("Your nights look unusual", "some signs of strain, as they can come before an illness"),
}


def subject(alert: Alert) -> str:
    """The e-mail's subject: plain ASCII below 100 characters, as SNS demands."""
    return f"{CLAIM[alert.level == MAJOR][0]} since {spoken_day(alert.onset_day)}"


def sms(alert: Alert) -> str:
    """One line for a telephone: GSM-7, at most 140 characters, no number about the body."""
    return f"Oura Lake: {CLAIM[alert.level == MAJOR][0].lower()} since {spoken_day(alert.onset_day)}. " \
           "Take it easy; more in your e-mail. Not medical advice."


def body(alert: Alert, night: Finding, numbers: bool) -> str:
    """The e-mail."""
    paragraphs = (
        f"Since {spoken_day(alert.onset_day)} your ring shows {CLAIM[alert.level == MAJOR][1]}.",
        _signals(night, numbers),
        _explanations(night),
        _certainty(night),
        "WHAT NOW\nSee how you feel, and take it easy if you can. This is not medical advice: a ring cannot tell "
        "an illness from other strain. If you feel ill, trust that and not this message, and ask a doctor.",
        "LOOK DEEPER\n`oura-lake report` draws these days beside your usual ones: --deployed for the lake in AWS, "
        "--lake FOLDER for one on your machine.",
        "This is the only message about this episode until it is over.",
    )
    return "\n\n".join(paragraphs) + "\n"


def clear_subject(entry: Entry) -> str:
    """The subject of the all-clear, which never says healthy: nobody can know that from a ring."""
    if entry.cleared_because == REVISED:
        return f"Back in your usual range: the alert of {spoken_day(entry.alert.first_alert_day)} is corrected"
    return f"Back in your usual range since {spoken_day(entry.alert.last_alert_day + DAY)}"


def clear_body(entry: Entry) -> str:
    """The all-clear: that the episode is over, or that newer data took it back."""
    alert = entry.alert
    days = (alert.last_alert_day - alert.first_alert_day).days + 1
    if entry.cleared_because == REVISED:
        over = f"The message about {spoken_day(alert.first_alert_day)} would not be sent any more: data that came " \
               "later, or were revised, put you back in your usual range. Both verdicts are kept."
    else:
        spent = f"unusual for {days} days" if days > 1 else "unusual for a day"
        over = f"Your nights were {spent}, from {spoken_day(alert.first_alert_day)} on, and are back in your usual " \
               f"range since {spoken_day(alert.last_alert_day + DAY)}."
    return f"{over}\n\nThat is all a ring can say: it does not know how you feel. This is not medical advice.\n"


def clear_sms(entry: Entry) -> str:
    """The all-clear in one line."""
    return f"Oura Lake: back in your usual range ({entry.alert.kind}, {entry.alert.first_alert_day})."


def _signals(night: Finding, numbers: bool) -> str:
    unusual = [d for d in night.drivers if abs(d.z) >= NOTICEABLE and _is_worse(d)]
    calm = [SIGNALS[d.signal][0].lower() for d in night.drivers if d not in unusual]
    lines = [f"WHAT IS UNUSUAL ({spoken_day(night.day)})", *(_line(d, numbers) for d in unusual)]
    if calm:
        lines.append(f"As usual: {_list(calm)}.")
    return "\n".join(lines)


def _is_worse(driver: Driver) -> bool:
    falls = driver.signal in ("hrv_rmssd_ms", "steps")
    return (driver.z < 0) == falls


def _line(driver: Driver, numbers: bool) -> str:
    name, unit, digits = SIGNALS[driver.signal]
    side = "above" if driver.z > 0 else "below"
    how = f"{side} your usual range" if abs(driver.z) >= OUT_OF_RANGE else f"on the {_edge(driver)} side for you"
    shown = f": {driver.value:.{digits}f}{unit}, usually {driver.low:.{digits}f} to {driver.high:.{digits}f}"
    return f"- {name} {how}{shown if numbers else ''}"


def _edge(driver: Driver) -> str:
    return "high" if driver.z > 0 else "low"


def _explanations(night: Finding) -> str:
    known = [CONFOUNDERS[c] for c in night.confounders if c in CONFOUNDERS]
    found = f"The last days had {_list(known)}." if known else "Nothing in the last days that the lake knows of."
    return "WHAT ELSE COULD EXPLAIN IT\n" + found + \
           "\nAlcohol, hard training, a late meal, a warm bedroom, a vaccination or stress can look the same."


def _certainty(night: Finding) -> str:
    judged = f"Judged from {len(night.drivers)} of 5 signals against your own last {night.n_baseline_nights} nights."
    fewer = "\nWith so few signals it is less sure than usual." if len(night.drivers) <= FEW_SIGNALS else ""
    return f"HOW SURE IS THIS\n{judged}{fewer}\nA healthy person gets such a message by chance about once in " \
           f"{round(1 / FALSE_EVENTS_PER_MONTH)} months, and an illness can come without one."


def spoken_day(day: date) -> str:
    """A day as people say it."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
