"""Channel: the lake's own event bus, for the owner's rules; no rule of the stack reads it."""

from collections.abc import Mapping
from functools import partial

from oura_lake.alerts.model import BUS, Message
from oura_lake.aws.event_bus import Bus
from oura_lake.errors import MessageNotSent, StoreUnavailable
from oura_lake.monitoring.delivery import Channel, Send
from oura_lake.person import Person
from oura_lake.settings import AnalyseSettings


def ways(settings: AnalyseSettings, _person: Person) -> Mapping[str, Send]:
    """Way `bus`, where the stack has an event bus."""
    return {BUS: partial(send, target=settings.bus)} if settings.bus else {}


def send(message: Message, target: str) -> None:
    """Put one event on the bus of that name; raises MessageNotSent."""
    try:
        Bus(target).alert(message.event)
    except StoreUnavailable as cause:
        raise MessageNotSent(cause.problem, "the next run sends the alert again") from cause


CHANNEL = Channel(ways=ways)
