"""Queries of a template."""

from typing import Any


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Find the properties of every resource of a type, by logical id."""
    found = template["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}


def one_named(template: dict[str, Any], kind: str, part: str) -> dict[str, Any]:
    """Find the properties of the only resource of a type whose logical id contains a text."""
    [found] = [properties for name, properties in of_type(template, kind).items() if part in name]
    return found


def statements(template: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """Statements of a role's policy."""
    found: list[dict[str, Any]] = one_named(template, "AWS::IAM::Policy", part)["PolicyDocument"]["Statement"]
    return found


def listed(value: Any) -> list[Any]:
    """Make a list of IAM's one-or-many."""
    return value if isinstance(value, list) else [value]
