"""One event of one function in a process of its own, as in a new environment of Lambda, at a given moment.

Reads the handler's name, its event and the moment as JSON from standard input, prints the answer and the processor
seconds as JSON: of the start, which loads the code, and of the work.
"""

import importlib
import json
import sys
import time
from datetime import datetime
from types import SimpleNamespace
from typing import Any

LIMIT_MS = 300_000
CLOCKS = ("oura.client", "oura.tokens", "oura.oauth", "ledger.refresh_lock", "channels.webhook")


def main() -> None:
    """Do the event."""
    given = json.load(sys.stdin)
    begun = time.process_time()
    handler = importlib.import_module(f"oura_lake.handlers.{given['handler']}")
    started = time.process_time()
    set_clocks(datetime.fromisoformat(given["now"]), handler)
    answer = handler.handler(given["event"], SimpleNamespace(
        function_name=given["handler"], memory_limit_in_mb=1024, invoked_function_arn="arn", aws_request_id="1",
        get_remaining_time_in_millis=lambda: LIMIT_MS,
    ))  # fmt: skip
    ended = time.process_time()
    json.dump({"answer": answer, "start_s": started - begun, "work_s": ended - started}, sys.stdout, default=str)


def set_clocks(now: datetime, handler: Any) -> None:
    """Let the function's clocks begin at a moment."""
    begun = time.monotonic()

    class Kind(type):
        def __instancecheck__(cls, other: object) -> bool:
            return isinstance(other, datetime)

    class Clock(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.fromtimestamp(now.timestamp() + time.monotonic() - begun, tz)

    for module in (handler, *(importlib.import_module(f"oura_lake.{name}") for name in CLOCKS)):
        module.datetime = Clock


if __name__ == "__main__":
    main()
