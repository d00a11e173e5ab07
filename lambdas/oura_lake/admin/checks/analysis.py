"""Check of the deployed analysis, which reads the lake with its own bundle and role."""

import json
import time
from typing import Any

from botocore.config import Config

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.checks.stack import log_group
from oura_lake.contract import EVENT_SOURCE, DetailType, Output, Reason

ONE_LONG_TRY = Config(read_timeout=330, retries={"total_max_attempts": 1})  # the function's limit is 300 s; one attempt


def judged(account: Account, person: str) -> Finding:
    """Make the function judge all days again, for a reason that sends nothing, and read its counts."""
    name, began = account.outputs[Output.ANALYSE_FUNCTION], time.monotonic()
    answer = account.client("lambda", config=ONE_LONG_TRY).invoke(FunctionName=name, Payload=json.dumps(event(person)))
    body, seconds = json.loads(answer["Payload"].read() or b"null"), time.monotonic() - began
    if "FunctionError" in answer or not isinstance(body, dict):
        log = f"`aws logs tail {log_group(account, name)} --since 10m`"
        return State.FAILED, f"The analysis failed: {_reason(body)}; read {log}, then deploy again: `make deploy`."
    if body.get("n_sent"):
        return State.FAILED, f"The analysis sent {body['n_sent']} messages though it was asked in silence; report that."
    if not body.get("n_days"):
        return State.WARNING, f"The analysis runs ({seconds:.1f} s), but there is no day to judge yet."
    return State.OK, f"The analysis judged {body['n_days']:,} days through its bundle in {seconds:.1f} s, in silence."


def event(person: str) -> dict[str, Any]:
    """Event of the bus after a rebuild, for which the analysis judges and sends nothing."""
    return {
        "source": EVENT_SOURCE,
        "detail-type": DetailType.LANDED,
        "detail": {"person": person, "tables": [], "reason": Reason.REBUILD},
    }


def _reason(body: Any) -> str:
    entry = body if isinstance(body, dict) else {}
    text = " ".join(str(entry.get("errorMessage") or "it gave no answer").split())
    kind = entry.get("errorType")
    return f"{kind}: {text[:200].rstrip('.')}" if kind else text[:200]
