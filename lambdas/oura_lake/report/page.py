"""Page: collects the sections and fills the template, which escapes its values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from oura_lake.alerts.names import kind_name
from oura_lake.alerts.wording.evidence import own_rate
from oura_lake.alerts.wording.values import spoken, written
from oura_lake.analyses.model import ILLNESS
from oura_lake.analyses.signals import charted, listed
from oura_lake.report import words
from oura_lake.report.bands import ENOUGH_DAYS, WINDOW_DAYS
from oura_lake.report.coverage import known_days
from oura_lake.report.figures import figure, figure_day, last_night, sentence
from oura_lake.report.history import Alert, History
from oura_lake.report.palette import dark_rules
from oura_lake.report.points import Point, points
from oura_lake.report.sections import Strip, coverage, coverage_drawings, strip, table_days

SIX_WEEKS_DAYS = 42
YEAR_DAYS = 365
TABLE_DAYS = 14
CURRENT_DAYS = 2


def page(history: History, today: date, on_progress: Callable[[int], object] = lambda done: None) -> str:
    """Report as one HTML text; `on_progress` gets the number of drawn signals."""
    begin = max(history.first, history.last - timedelta(days=YEAR_DAYS - 1))
    drawn = dict(_strips(history, begin, on_progress))
    return _template().render(
        history=history, today=today, begin=begin, words=words, style=_style(), charted=charted(),
        spoken=spoken, written=written,
        window_days=WINDOW_DAYS, enough_days=ENOUGH_DAYS, known_days=known_days(history),
        six_weeks=[drawn[s.column, "weeks"] for s in charted()],
        year=[drawn[s.column, "year"] for s in charted()] if (history.last - begin).days >= SIX_WEEKS_DAYS else [],
        table=list(table_days(history, TABLE_DAYS)), coverage=coverage(history, begin),
        coverage_drawings=coverage_drawings(history, begin), **_night(history), **_alerts(history),
    )  # fmt: skip


def _night(history: History) -> dict[str, object]:
    """Newest night: its main figures, a summary, and the other figures."""
    night = last_night(history)
    if night is None:
        return {"night": None, "shown": [], "also": [], "sentence": ""}
    shown = [figure(history, s, figure_day(history, s, night)) for s in charted()]
    also = [f for s in listed() if (f := figure(history, s, night)).value is not None]
    return {"night": night, "shown": shown, "also": also, "sentence": sentence(shown)}


@dataclass(frozen=True, kw_only=True)
class KindOfAlert:
    """Episodes of one kind: the `detailed` ones, the old ones of few signs in `brief`, and their number in words."""

    name: str
    detailed: list[Alert]
    brief: list[Alert]
    count: str


def _alerts(history: History) -> dict[str, object]:
    """Return the current alerts, and all alerts by kind, the illness warning first."""
    current = [
        a for a in history.alerts if (history.last - a.last_alert_day).days < CURRENT_DAYS and not a.is_taken_back
    ]
    kinds = sorted({a.kind for a in history.alerts}, key=lambda kind: (kind != ILLNESS, kind))
    return {"current": current, "kinds": [_kind(history, kind) for kind in kinds]}


def _kind(history: History, kind: str) -> KindOfAlert:
    recent = history.last - timedelta(days=SIX_WEEKS_DAYS)
    alerts = [a for a in history.alerts if a.kind == kind]
    detailed = [a for a in alerts if a.level != "minor" or a.last_alert_day > recent]
    n = sum(not a.is_taken_back for a in alerts)
    count = own_rate(history.findings.get(kind, ())) or f"{n} episode{'' if n == 1 else 's'} so far"
    return KindOfAlert(
        name=kind_name(kind), detailed=detailed, brief=[a for a in alerts if a not in detailed], count=f"{count}."
    )


def _strips(
    history: History, begin: date, on_progress: Callable[[int], object]
) -> Iterator[tuple[tuple[str, str], Strip]]:
    weeks_begin = history.last - timedelta(days=SIX_WEEKS_DAYS - 1)
    for n_done, signal in enumerate(charted(), 1):
        year = points(history, signal, min(begin, weeks_begin), history.last)
        weeks: list[Point] = year[-SIX_WEEKS_DAYS:]
        for name, part in (("weeks", weeks), ("year", year)):
            yield (signal.column, name), strip(history, signal, part)
        on_progress(n_done)


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files(__package__) / "page.html.jinja").read_text("utf-8"))


def _style() -> Markup:
    text = (files(__package__) / "style.css").read_text("utf-8")
    return Markup(text.replace("/* drawings */", dark_rules()))
