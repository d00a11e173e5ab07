"""Evaluation of policies as IAM does it in one account: a Deny wins, and without an Allow the answer is no.

It knows the elements and conditions of our policies and no more: an unknown one is an error, never a yes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.templates import listed

KNOWN = {"Action", "Condition", "Effect", "Principal", "Resource", "Sid"}
OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "ArnEquals": lambda found, wanted: matches(wanted, found),
    "Bool": lambda found, wanted: found.lower() == wanted.lower(),
    "NumericLessThan": lambda found, wanted: float(found) < float(wanted),
    "StringEquals": lambda found, wanted: found == wanted,
}


@dataclass(frozen=True, kw_only=True)
class AccessRequest:
    """Request for one action on one resource; `context` contains the keys that conditions look at."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def is_allowed(call: AccessRequest, own: Iterable[dict[str, Any]], others: Iterable[dict[str, Any]] = ()) -> bool:
    """Whether a role with `own` statements may do it, where the resource's own policy has `others`."""
    statements = [*own, *others]
    if any(s["Effect"] == "Deny" and is_about(call, s) for s in statements):
        return False
    return any(s["Effect"] == "Allow" and is_about(call, s) for s in statements)


def is_about(call: AccessRequest, statement: dict[str, Any]) -> bool:
    """Whether a statement concerns the request; a service that is its principal is none of our roles."""
    if unknown := statement.keys() - KNOWN:
        raise ValueError(f"A policy says {', '.join(sorted(unknown))}, which this evaluation does not know.")
    return (
        statement.get("Principal", "*") in ("*", {"AWS": "*"})
        and any(matches(pattern.lower(), call.action.lower()) for pattern in listed(statement["Action"]))
        and any(matches(pattern, call.resource) for pattern in listed(statement["Resource"]))
        and all(_holds(call, *condition) for condition in statement.get("Condition", {}).items())
    )


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches IAM's wildcards: a star is any text, a question mark is any one character."""
    parts = (re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join({r"\*": ".*", r"\?": "."}.get(part, part) for part in parts), text) is not None


def _holds(call: AccessRequest, operator: str, wanted: Mapping[str, Any]) -> bool:
    """Whether a condition is true; a key that the request lacks fulfils none."""
    if operator not in OPERATORS:
        raise ValueError(f"A policy has a condition {operator}, which this evaluation does not know.")
    return all(
        key in call.context and any(OPERATORS[operator](call.context[key], str(value)) for value in listed(values))
        for key, values in wanted.items()
    )
