"""Persons and topics of a deployed lake, from the parameters that the stack wrote.

A function's environment may have 4 KB, and a stack's output has a limit too, so that both only name the parameters.
"""

import json
from collections.abc import Mapping
from typing import Any

from oura_lake.aws.parameters import parameters
from oura_lake.contract import Env

VARIABLE = Env.PERSONS_IN


def with_persons(environment: Mapping[str, str], aws: Any) -> Mapping[str, str]:
    """Environment of a function, to which the persons of the parameters are added; raises StoreUnavailable."""
    if VARIABLE not in environment:
        return environment
    persons, topics = persons_and_topics(aws.client("ssm"), environment[VARIABLE])
    return {**environment, Env.PERSONS: persons, Env.TOPICS: topics}


def persons_and_topics(ssm: Any, names: str) -> tuple[str, str]:
    """Read each person's settings and each one's topic, both as JSON; raises StoreUnavailable."""
    persons: dict[str, dict[str, Any]] = {}
    for text in parameters(ssm, names.split(",")):
        persons |= json.loads(text)
    topics = {name: person.pop("topic", "") for name, person in persons.items()}
    return json.dumps(persons), json.dumps(topics)
