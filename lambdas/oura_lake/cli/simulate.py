"""`oura-lake simulate`: runs a simulated Oura API on this machine."""

import threading
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from oura_lake.cli._days import DAY
from oura_lake.errors import SettingsWrong
from oura_lake.simulator import App, GeneratedPerson, Recorded, RunningApi, simulated_oura
from oura_lake.simulator.api import ALL
from oura_lake.simulator.routes import SCOPES
from oura_lake.simulator.source import Source

EPILOG = """\b
Examples:
  oura-lake simulate                                   a year of a person, until today
  oura-lake simulate --years 5 --until 2026-06-30 --timezone America/Costa_Rica
  oura-lake simulate --recorded pages/                 recorded pages from a folder
  oura-lake simulate --hold-back-days 2                two days stay unsynced until
      curl -X POST http://127.0.0.1:8710/_simulate/sync
  curl -d '[{"collection":"sleep","status":429,"retry_after":1}]' http://127.0.0.1:8710/_simulate/faults
"""
COUNT, POSITIVE, PORT = click.IntRange(0), click.IntRange(1), click.IntRange(0, 65_535)
SCOPE = click.Choice(SCOPES)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
HOME = "Europe/Berlin"
OLDEST_YEAR, NEWEST_YEAR = 2000, 2100


@click.command(
    "simulate",
    short_help="Run Oura's API on this machine, to try things out.",
    epilog=EPILOG,
    context_settings={"show_default": True},
)
@click.option("--seed", type=COUNT, metavar="N", default=1, help="Which person is generated.")
@click.option("--years", metavar="N", default=1.0, help="How much history the person has.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day.  [default: today]")
@click.option("--timezone", metavar="ZONE", default=HOME, help="Where the person lives (IANA name).")
@click.option("--illness-nights", type=COUNT, metavar="N", default=2, help="Altered nights at the end.")
@click.option("--recorded", type=FOLDER, metavar="FOLDER", help="Serve recorded pages instead of a person.")
@click.option("--hold-back-days", type=COUNT, metavar="N", default=0, help="Newest days not yet synced.")
@click.option("--port", type=PORT, metavar="P", default=8710, help="On 127.0.0.1; 0: any free one.")
@click.option("--page-size", type=POSITIVE, metavar="N", default=ALL, show_default="all", help="Documents in a page.")
@click.option("--without-scope", multiple=True, type=SCOPE, metavar="SCOPE", help="The token lacks it; repeatable.")
@click.option("--expires-in", type=POSITIVE, metavar="S", default=86_400, help="Life of a token.")
def command(  # noqa: PLR0913 - one parameter for each option
    seed: int,
    years: float,
    until: datetime | None,
    timezone: str,
    illness_nights: int,
    recorded: Path | None,
    hold_back_days: int,
    port: int,
    page_size: int,
    without_scope: tuple[str, ...],
    expires_in: int,
) -> None:
    """Run Oura's API on this machine, for trying things out without a ring.

    It serves an invented person or recorded pages, and returns faults on request. Only this machine can reach it.
    Ctrl-C ends it.
    """
    source: Source = Recorded(recorded) if recorded else _person(seed, years, until, timezone, illness_nights)
    scopes = tuple(s for s in SCOPES if s not in without_scope)
    app = App(expires_in=expires_in, granted=scopes)
    with simulated_oura(
        source, port=port, scopes=scopes, app=app, hold_back_days=hold_back_days, page_size=page_size
    ) as api:
        click.echo(_usage(api, source, app))
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _person(seed: int, years: float, until: datetime | None, timezone: str, illness_nights: int) -> GeneratedPerson:
    """Make the generated person; the current day ends now."""
    try:
        now = datetime.now(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsWrong(
            f"'{timezone}' is not a time zone", "use an IANA name such as America/Costa_Rica"
        ) from error
    if not 0 < years <= 50:
        raise SettingsWrong(f"{years} years cannot be generated", "choose more than 0 and at most 50")
    last: date = until.date() if until else now.date()
    if not OLDEST_YEAR + years <= last.year <= NEWEST_YEAR:
        raise SettingsWrong(f"{years:g} years until {last} leave {OLDEST_YEAR} to {NEWEST_YEAR}", "choose other ones")
    return GeneratedPerson(
        seed=seed,
        years=years,
        until=last,
        timezone=timezone,
        illness_nights=illness_nights,
        now=now if last == now.date() else None,
    )


def _usage(api: RunningApi, source: Source, app: App) -> str:
    """Instructions for its use; all tokens here are fixed and open nothing else."""
    first = max(source.first, date.fromordinal(source.last.toordinal() - 29))
    return f"""\
The simulated Oura API answers at {api.base_url} (data from {source.first} to {source.last}). Ctrl-C ends it.

  export OURA_API_BASE_URL={api.base_url}
  export OURA_ACCESS_TOKEN={api.token}
  oura-lake sync --lake ./lake --from {first} --to {source.last}

  To connect instead: client id {app.client_id}, client secret {app.client_secret},
  authorize {api.base_url}/oauth/authorize, token {api.token_urls[0]}
  Levers: POST {api.base_url}/_simulate/sync, /_simulate/faults, /_simulate/delete, /_simulate/expire"""
