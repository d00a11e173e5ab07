"""Check of the deployed analysis: it reads the lake through its own bundle and role."""

import json
import time
from typing import Any

from botocore.config import Config

from oura_lake.admin.checks.model import Account, Finding, State
from oura_lake.admin.checks.stack import log_group
from oura_lake.contract import EVENT_SOURCE, DetailType, Output, Reason

PATIENCE = Config(read_timeout=330, retries={"total_max_attempts": 1})  # its own limit is 300 s; asked once


def judged(account: Account, person: str) -> Finding:
    """Have the function judge all days anew, for a reason that sends nothing, and read its counts."""
    name, began = account.outputs[Output.ANALYSE_FUNCTION], time.monotonic()
    answer = account.client("lambda", config=PATIENCE).invoke(FunctionName=name, Payload=json.dumps(event(person)))
    said, seconds = json.loads(answer["Payload"].read() or b"null"), time.monotonic() - began
    if "FunctionError" in answer or not isinstance(said, dict):
        log = f"`aws logs tail {log_group(account, name)} --since 10m`"
        return State.FAILED, f"The analysis failed: {_reason(said)}; read {log}, then deploy again: `make deploy`."
    if said.get("n_sent"):
        return State.FAILED, f"The analysis sent {said['n_sent']} messages though it was asked in silence; report that."
    if not said.get("n_days"):
        return State.WARNING, f"The analysis runs ({seconds:.1f} s), but there is no day to judge yet."
    return State.OK, f"The analysis judged {said['n_days']:,} days through its bundle in {seconds:.1f} s, in silence."


def event(person: str) -> dict[str, Any]:
    """What the bus says after a rebuild: the analysis judges and sends nothing."""
    return {
        "source": EVENT_SOURCE,
        "detail-type": DetailType.LANDED,
        "detail": {"person": person, "tables": [], "reason": Reason.REBUILD},
    }


def _reason(said: Any) -> str:
    told = said if isinstance(said, dict) else {}
    text = " ".join(str(told.get("errorMessage") or "it gave no answer").split())
    kind = told.get("errorType")
    return f"{kind}: {text[:200].rstrip('.')}" if kind else text[:200]
