"""Settings as parameters, which a deploy writes for functions, commands and a new laptop.

A function's environment ends at 4 KB, which some twenty persons fill; a parameter ends there too, but there may be
many.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct
from oura_lake.contract import Env

from infra.alerting import Alerting
from infra.config import Config, ConfigWrong
from infra.function import Function
from infra.parameters import parameter_arn
from infra.person_config import PersonConfig

ROOM_BYTES = 4096  # of a standard parameter, which costs nothing
ARN_BYTES = 160  # length of the ARN of a topic or secret, which no synthesis knows
Item = TypeVar("Item")


class Settings(Construct):
    """Parameters with each person's settings for the functions (no address), and with config.toml as it was read."""

    def __init__(self, scope: Construct, name: str, *, config: Config, alerting: Alerting) -> None:
        super().__init__(scope, name)
        self._config = config
        groups = packed(config.persons, self._room_of)
        self._persons = [
            self._parameter(f"/{config.name}/persons-{n}", self._parameter_text(persons, alerting))
            for n, persons in enumerate(groups)
        ]
        pieces = packed(list(tables(config)), lambda table: len(table.encode()) + 1)
        file_parameters = [
            self._parameter(f"/{config.name}/settings-{n}", "\n".join(piece)) for n, piece in enumerate(pieces)
        ]
        self.persons, self.file_parameters = _names(self._persons), _names(file_parameters)
        everything = json.dumps({person.name: person_settings(person, config) for person in config.persons})
        self._digest = hashlib.sha256(everything.encode()).hexdigest()[:16]

    def let_read(self, function: Function) -> None:
        """Let a function read the persons; a change of theirs restarts it, after the parameters contain it."""
        function.function.add_environment(Env.PERSONS_IN, ",".join(self.persons))
        function.function.add_environment(Env.PERSONS_DIGEST, self._digest)
        function.function.node.add_dependency(*self._persons)
        function.allow(["ssm:GetParameters"], [parameter_arn(self, name) for name in self.persons])

    def _parameter_text(self, persons: Iterable[PersonConfig], alerting: Alerting) -> str:
        texts = {
            p.name: person_settings(p, self._config) | {"topic": alerting.topics[p.name].topic_arn} for p in persons
        }
        for name in texts.keys() & alerting.keys.keys():
            texts[name]["webhook_key"] = alerting.keys[name].secret_arn
        return cdk.Stack.of(self).to_json_string(texts)

    def _room_of(self, person: PersonConfig) -> int:
        """Bytes that one person takes of a parameter."""
        n_arns = 2 if person.webhook else 1
        return len(json.dumps(person_settings(person, self._config))) + len(person.name) + n_arns * ARN_BYTES

    def _parameter(self, name: str, text: str) -> ssm.CfnParameter:
        return ssm.CfnParameter(self, name.rpartition("/")[2], name=name, type="String", value=text)


def person_settings(person: PersonConfig, config: Config) -> dict[str, Any]:
    """Return one person's settings for a function, which gets no address, only their number."""
    return {
        "timezone": person.timezone,
        "collections": list(person.collections),
        "numbers_in_messages": person.numbers_in_messages,
        "quiet_hours": person.quiet_hours,
        "ways": person.ways,
        "messages_a_month": person.messages_a_month,
        "illness_alerts_a_month": person.illness_alerts_a_month,
        "weekly_mail": person.weekly_mail,
        "n_email": len({address for reader in config.readers(person) for address in reader.email}),
        **({} if person.alerts is None else {"alerts": list(person.alerts)}),
        **({"webhook": person.webhook} if person.webhook else {}),
    }


def packed(items: Sequence[Item], size: Callable[[Item], int], room: int = ROOM_BYTES - 2) -> list[list[Item]]:
    """Pack items in their order, as many to a parameter as fit; raises ConfigWrong for one that fits none."""
    packs: list[list[Item]] = []
    remaining = 0
    for item in items:
        taken = size(item)
        if taken > room:
            raise ConfigWrong(f"One table of config.toml takes {taken} bytes of {room}: shorten its lists")
        if taken > remaining:
            packs.append([])
            remaining = room
        packs[-1].append(item)
        remaining -= taken
    return packs


def tables(config: Config) -> Iterator[str]:
    """Lines of config.toml, a table at a time, without values that equal the defaults."""
    yield _table("lake", config, leave_out=("persons",))
    for person in config.persons:
        yield _table(f"persons.{person.name}", person, leave_out=("name",))


def _table(title: str, settings: Config | PersonConfig, leave_out: Collection[str]) -> str:
    lines = [f"[{title}]\n"]
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if name not in leave_out and (field.is_required() or value != field.default):
            lines.append(f"{name} = {_value(value)}\n")
    return "".join(lines)


def _value(value: Any) -> str:
    """Text of a value; TOML writes these as JSON does."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _names(parameters: Iterable[ssm.CfnParameter]) -> list[str]:
    return [parameter.name or "" for parameter in parameters]
