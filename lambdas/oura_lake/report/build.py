"""Page over one lake, from the engine to the HTML text."""

from collections.abc import Callable
from datetime import date

from oura_lake.analyses.signals import charted
from oura_lake.query.model import Engine

Step = Callable[[str, int, int], object]


def report_text(
    engine: Engine, person: str | None, today_of: Callable[[str], date], step: Step = lambda *_: None
) -> str:
    """Page about a person (default: the only one of the lake) on the day that `today_of` returns for them.

    `step` is called with the name of the current step, the number of finished steps and their total. Raises
    QueryFailed and SettingsWrong.
    """
    from oura_lake.report.page import page  # altair takes half a second: not for every `--help`
    from oura_lake.report.reading import chosen_person, history_of

    total = len(charted()) + 2
    step("looking for persons", 0, total)
    name = chosen_person(engine, person)
    today = today_of(name)
    step(f"reading {name}", 1, total)
    history = history_of(engine, name)
    return page(history, today, lambda done: step("drawing", done + 2, total))
