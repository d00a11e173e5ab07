"""Which ways lead out to a person, as configured?"""

from collections.abc import Mapping
from functools import partial

from oura_lake.channels import sns
from oura_lake.settings import AnalyseSettings, Person
from oura_lake.telling import Send


def ways_of(settings: AnalyseSettings, person: Person) -> Mapping[str, Send]:
    """How each of a person's ways is used."""
    topic = settings.topics[person.name]
    known: dict[str, Send] = {way: partial(sns.send, target=topic, way=way) for way in (sns.EMAIL, sns.SMS)}
    return {way.name: known[way.name] for way in person.ways}
