"""A check's result: a name, a status, and one sentence with the remedy where there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.aws.refusals import explained, is_denied, is_signed_out, is_slowed
from oura_lake.errors import OuraLakeError

UNKNOWN_HERE = {"InvalidAction", "InvalidOperationException", "NotImplemented", "UnknownOperationException"}

REPORT = "run `oura-lake support` and report it"


class State(StrEnum):
    """The state of a part; only FAILED makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: its name, its state, and a sentence with the remedy."""

    name: str
    state: State
    sentence: str


Finding = tuple[State, str]


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account of a deployed lake: its clients of AWS, the outputs of its stack, and its persons.

    `unanswered` is the state of a part that may not be asked about, or not now.
    """

    client: Callable[..., Any]
    outputs: Mapping[str, str]
    persons: tuple[str, ...]
    is_emulator: bool = False
    step: Callable[[str], None] = lambda _name: None
    unanswered: State = State.FAILED

    def checked(self, name: str, look: Callable[[], Finding]) -> Check:
        """Run one check; an error of AWS or of the lake becomes a finding, and the other checks go on."""
        self.step(name)
        try:
            state, sentence = look()
        except (ClientError, BotoCoreError, OuraLakeError) as error:
            state, sentence = self._refused(error)
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # an answer of another shape
            state, sentence = State.FAILED, f"AWS answered in an unknown form ({type(error).__name__}); {REPORT}."
        return Check(name=name, state=state, sentence=sentence)

    def _refused(self, error: Exception) -> Finding:
        refusal = error if isinstance(error, ClientError) else error.__cause__
        if isinstance(refusal, ClientError):
            code = str(refusal.response["Error"].get("Code", ""))
            if self.is_emulator and code in UNKNOWN_HERE:
                return State.SKIPPED, f"Not checked here: the emulator has no {refusal.operation_name}."
            if is_denied(refusal) or is_slowed(refusal):
                return self.unanswered, sentence_of(refusal)
        if isinstance(error, OuraLakeError):
            return State.FAILED, str(error)
        is_unknown = isinstance(error, ClientError) and not is_signed_out(error)
        return self.unanswered if is_unknown else State.FAILED, sentence_of(error)


def sentence_of(error: ClientError | BotoCoreError) -> str:
    """Make one sentence of a refusal of AWS."""
    problem, advice = explained(error)
    return f"{problem[0].upper()}{problem[1:]}; {advice}."


def hidden(address: str) -> str:
    """Address or number in a form that its owner alone recognises."""
    name, at, domain = address.partition("@")
    return f"{name[0]}…@{domain}" if at and name else f"…{address[-3:]}"
