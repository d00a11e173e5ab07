"""JSON schema of config.toml for editors, and the page of its settings: kinds from the model, words from the example.

python -m tools.config_schema        writes config.schema.json of this folder
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.config import ConfigFile

ROOT = Path(__file__).resolve().parents[1]
SCHEMA, EXAMPLE = ROOT / "config.schema.json", ROOT / "config.example.toml"
TABLES = {"lake": "LakeSettings", "persons.me": "PersonSettings"}  # of the example, and of the model
KINDS = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}
LIMITS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "up to"}
HEADER, SETTING = re.compile(r"\[([\w.]+)\]"), re.compile(r"(?:# )?(\w+) = ")


def schema() -> dict[str, Any]:
    """JSON schema of config.toml for an editor."""
    document = _untitled(ConfigFile.model_json_schema())
    del document["description"]
    meanings = dict(_meanings(EXAMPLE.read_text(encoding="utf-8").splitlines()))
    for table, name in TABLES.items():
        document["$defs"][name].pop("description")
        for setting, described in document["$defs"][name]["properties"].items():
            described["description"] = meanings[table, setting]
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "config.toml of Oura Lake", **document}


def text() -> str:
    """Text of the schema's file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def rows(table: str) -> Iterator[tuple[str, ...]]:
    """Row for each setting of a table: its name, kind, default and meaning."""
    found = schema()["$defs"][TABLES[table]]
    for name, setting in found["properties"].items():
        is_needed = name in found.get("required", ())
        default = "(needed)" if is_needed else f"`{json.dumps(setting['default'])}`" if "default" in setting else ""
        yield f"`{name}`", _kind(setting), default, setting["description"].replace("|", "\\|")


def main() -> None:
    """Write the schema."""
    SCHEMA.write_text(text(), encoding="utf-8")


def _kind(setting: Mapping[str, Any]) -> str:
    if "anyOf" in setting:
        return " or ".join(_kind(choice) for choice in setting["anyOf"])
    if setting["type"] == "array":
        return f"list of {_kind(setting['items'])}s"
    limits = [f"{word} {setting[key]:,}" for key, word in LIMITS.items() if key in setting]
    return ", ".join((KINDS[setting["type"]], " ".join(limits))) if limits else KINDS[setting["type"]]


def _meanings(lines: Iterable[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Comment above each setting of the example, also above a setting that is commented out."""
    table, comment = "", list[str]()
    for line in lines:
        if header := HEADER.fullmatch(line):
            table = header[1]
        elif setting := SETTING.match(line):
            yield (table, setting[1]), " ".join(comment)
        elif line.startswith("# "):
            comment.append(line[2:])
            continue
        comment = []


def _untitled(part: Any) -> Any:
    """Leave out the titles that repeat a setting's name."""
    if isinstance(part, dict):
        return {name: _untitled(value) for name, value in part.items() if name != "title"}
    return [_untitled(item) for item in part] if isinstance(part, list) else part


if __name__ == "__main__":
    main()
