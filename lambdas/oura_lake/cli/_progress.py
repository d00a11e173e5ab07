"""Progress on stderr: a bar on a terminal, silence in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from oura_lake.cli._console import plain_console

Step = Callable[[str, int, int], None]


class Rate(ProgressColumn):
    """Steps a second over the last half minute."""

    def render(self, task: Task) -> Text:
        """Rate as text."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "")


@contextmanager
def progress_bar(title: str) -> Iterator[Step]:
    """Bar that `step(what, done, total)` advances; it draws nothing where stderr is no terminal."""
    console = plain_console(stderr=True)
    done = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), Rate())
    columns = (*done, TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None)

        def step(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"{title}: {what}", completed=done, total=total)

        yield step
