"""Channels of a person, as configured."""

from collections.abc import Mapping

from oura_lake.errors import SettingsWrong
from oura_lake.monitoring.delivery import Channel, Send
from oura_lake.person import Person
from oura_lake.registry import plugins
from oura_lake.settings import AnalyseSettings

CHANNELS = "oura_lake.channels"


def configured_ways(settings: AnalyseSettings, person: Person) -> Mapping[str, Send]:
    """Return the sending function of each of a person's ways; raises SettingsWrong for one that no channel offers."""
    offered: dict[str, Send] = {}
    for channel in plugins(CHANNELS, Channel).values():
        offered |= channel.ways(settings, person)
    if unknown := [way.name for way in person.ways if way.name not in offered]:
        raise SettingsWrong(f"There is no channel named {', '.join(unknown)}", "deploy the stack again")
    return {way.name: offered[way.name] for way in person.ways}
