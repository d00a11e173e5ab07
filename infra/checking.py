"""Kinds of values in config.toml: each refuses a wrong value with an advice and describes itself to an editor."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from oura_lake.errors import OuraLakeError
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

OURS = "oura_lake"  # the type of an error whose text is our own
Item = TypeVar("Item")


class ConfigWrong(OuraLakeError):
    """Error in the configuration; the problem names the setting, the advice gives the correction."""


class Table(BaseModel):
    """Table of config.toml: it accepts no unknown settings, and each value must be exactly of its kind."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def wrong(problem: str, advice: str) -> PydanticCustomError:
    """Error of a value; the problem continues the name of the setting."""
    return PydanticCustomError(OURS, "{problem}; {advice}", {"problem": problem, "advice": advice})


def unusable(value: object, advice: str) -> PydanticCustomError:
    """Error of a value of the wrong form."""
    return wrong(f"is '{value}', which cannot be used", advice)


def unknown(what: str, value: object, known: Iterable[str]) -> tuple[str, str]:
    """Problem and advice for a name that is not among the known ones; `what` is the kind of the name."""
    return f"{what} is '{value}', which is not known".lstrip(), suggestion(str(value), known)


def suggestion(given: str, known: Iterable[str]) -> str:
    """Advice for a name that is not known."""
    close = get_close_matches(given, sorted(known), n=1)
    return f"did you mean '{close[0]}'" if close else "see config.example.toml"


class Kind(ABC):
    """Annotation that checks a value before its type is checked."""

    @abstractmethod
    def checked(self, value: Any) -> Any:
        """Return the value, or refuse it."""

    @abstractmethod
    def described(self) -> Mapping[str, Any]:
        """Return the value's JSON schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **self.described()}


@dataclass(frozen=True)
class Form(Kind):
    """Text of one form."""

    pattern: re.Pattern[str]
    advice: str

    def checked(self, value: Any) -> Any:
        """See Kind."""
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise unusable(value, self.advice)
        return value

    def described(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"pattern": f"^({self.pattern.pattern})$"}


@dataclass(frozen=True)
class Known(Kind):
    """One of some names; `what` is the word for it in a sentence."""

    names: tuple[str, ...]
    what: str = ""

    def checked(self, value: Any) -> Any:
        """See Kind."""
        if value not in self.names:
            raise wrong(*unknown(self.what, value, self.names))
        return value

    def described(self) -> Mapping[str, Any]:
        """See Kind."""
        return {"enum": sorted(self.names)}


@dataclass(frozen=True)
class Amount(Kind):
    """Number from `least` to `most`, and above `above`."""

    advice: str
    most: float
    least: float = 0
    above: float | None = None

    def checked(self, value: Any) -> Any:
        """See Kind; the check of types refuses what is no number."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            is_above = self.above is None or value > self.above
            if not (is_above and self.least <= value <= self.most):  # refuses nan too: no comparison of it is true
                raise wrong(f"is {value}", f"use {self.advice}")
        return value

    def described(self) -> Mapping[str, Any]:
        """See Kind."""
        least = {"minimum": self.least} if self.above is None else {"exclusiveMinimum": self.above}
        return {**least, "maximum": self.most}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def one_or_many(item: Any) -> BeforeValidator:
    """Accept one text or a list of them for a tuple."""
    both = item | list[item]
    return BeforeValidator(lambda v: (v,) if isinstance(v, str) else _tuple(v), json_schema_input_type=both)


def without_default(schema: dict[str, Any]) -> None:
    """Remove from a JSON schema a default that is no value of TOML."""
    del schema["default"]


Items = Annotated[tuple[Item, ...], BeforeValidator(_tuple)]
Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
