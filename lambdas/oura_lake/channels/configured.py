"""Which ways lead out to a person, as configured? Each file of the folder offers its own."""

from collections.abc import Mapping

from oura_lake import channels
from oura_lake.errors import SettingsWrong
from oura_lake.monitoring.delivery import Send
from oura_lake.person import Person
from oura_lake.registry import entries
from oura_lake.settings import AnalyseSettings


def ways_of(settings: AnalyseSettings, person: Person) -> Mapping[str, Send]:
    """How each of a person's ways is used; raises SettingsWrong for one that no file offers."""
    offered: dict[str, Send] = {}
    for channel in entries(channels).values():
        offered |= channel.ways(settings, person)
    if unknown := [way.name for way in person.ways if way.name not in offered]:
        raise SettingsWrong(f"Nothing here leads out by {', '.join(unknown)}; deploy the stack again.")
    return {way.name: offered[way.name] for way in person.ways}
