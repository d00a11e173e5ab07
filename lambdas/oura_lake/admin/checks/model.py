"""A check's result: a name, a status, and one sentence with the remedy where there is one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from oura_lake.errors import OuraLakeError

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403"}
SIGNED_OUT = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
UNKNOWN_HERE = {"InvalidAction", "InvalidOperationException", "NotImplemented", "UnknownOperationException"}
PERMISSION = re.compile(r"authorized to perform:? ([\w-]+:\w+)")


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
    """The account of a deployed lake: its clients of AWS, the outputs of its stack, and its persons."""

    client: Callable[..., Any]
    outputs: Mapping[str, str]
    persons: tuple[str, ...]
    is_emulator: bool = False
    step: Callable[[str], None] = lambda _name: None

    def checked(self, name: str, look: Callable[[], Finding]) -> Check:
        """Run one check; an error of AWS or of the lake becomes a finding, and the other checks go on."""
        self.step(name)
        try:
            state, sentence = look()
        except (ClientError, BotoCoreError, OuraLakeError) as error:
            state, sentence = self._refused(error)
        return Check(name=name, state=state, sentence=sentence)

    def _refused(self, error: Exception) -> Finding:
        refusal = error if isinstance(error, ClientError) else error.__cause__
        if isinstance(refusal, ClientError):
            code = str(refusal.response["Error"].get("Code", ""))
            if self.is_emulator and code in UNKNOWN_HERE:
                return State.SKIPPED, f"Not checked here: the emulator has no {refusal.operation_name}."
            if code in DENIED:
                return State.FAILED, _denied(refusal)
            if code in SIGNED_OUT:
                return State.FAILED, f"AWS does not know your credentials ({code}); sign in again, or set AWS_PROFILE."
        if isinstance(error, OuraLakeError):
            return State.FAILED, str(error)
        return State.FAILED, f"AWS could not answer: {' '.join(str(error).split())}; check region and credentials."


def _denied(refusal: ClientError) -> str:
    permission = PERMISSION.search(str(refusal.response["Error"].get("Message", "")))
    action = permission[1] if permission else refusal.operation_name
    return f"You lack the permission {action}; add it to your role, or set AWS_PROFILE to one that has it."
