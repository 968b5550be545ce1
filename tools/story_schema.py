"""Writes the JSON Schema of ``story.json`` from the values themselves, so that the two cannot differ:

    python tools/story_schema.py > plugins/exporters/story.schema.json

The types of the dataclasses become the types of JSON, the sentences under their fields the descriptions. A test compares.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from hubbub.core import values
from hubbub.plugins.exporters.json import FORMAT, VERSION

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}


class Schema:
    """The schema of one value and of all that it is made of."""

    def __init__(self) -> None:
        self._told = _descriptions()
        self._parts: dict[str, Any] = {}

    def whole(self) -> dict[str, Any]:
        """The schema of a file."""
        story = self._object(values.PublishedStory)
        own = {
            "format": {"description": "What kind of file this is.", "const": FORMAT},
            "version": {
                "description": "Of this layout. A program refuses what is newer than it knows.",
                "enum": list(range(1, VERSION + 1)),
            },
        }
        pictures = {
            "description": "The file of each picture that lies beside this one, by its SHA-256.",
            "type": "object",
            "propertyNames": {"pattern": "^[0-9a-f]{64}$"},
            "additionalProperties": {"type": "string", "pattern": r"^media/[0-9a-f]{64}\.[a-z]+$"},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:hubbub:story:{VERSION}",
            "title": "A story as hubbub writes it (story.json)",
            "type": "object",
            "properties": {**own, **story["properties"], "media": pictures},
            "required": ["format", "version", *(name for name in story["required"] if name != "media")],
            "additionalProperties": False,
            "$defs": {
                "time": {
                    "description": "ISO 8601 with a zone, in UTC where hubbub wrote it: 2024-05-01T12:30:00Z.",
                    "type": "string",
                    "pattern": TIME,
                },
                **self._parts,
            },
        }

    def _object(self, kind: type) -> dict[str, Any]:
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        properties: dict[str, Any] = {}
        for field in fields:
            told = self._told[kind.__name__].get(field.name)
            properties[field.name] = {
                **({"description": told} if told else {}),
                **({} if field.type == "JSON" else self._type(hints[field.name])),
            }
        missing = dataclasses.MISSING
        needed = [field.name for field in fields if field.default is missing and field.default_factory is missing]
        told = self._told[kind.__name__][""]
        return {
            "description": told,
            "type": "object",
            "properties": properties,
            "required": needed,
            "additionalProperties": False,
        }

    def _type(self, kind: Any) -> dict[str, Any]:
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if kind in PLAIN:
            return {"type": PLAIN[kind]}
        if kind is datetime:
            return {"$ref": "#/$defs/time"}
        if origin in (typing.Union, types.UnionType):
            one = next(argument for argument in arguments if argument is not type(None))
            return {"anyOf": [self._type(one), {"type": "null"}]}
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if origin is tuple:
            return {"type": "array", "items": self._type(arguments[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self._type(arguments[1])}
        if issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if kind.__name__ not in self._parts:
            self._parts[kind.__name__] = {}
            self._parts[kind.__name__] = self._object(kind)
        return {"$ref": f"#/$defs/{kind.__name__}"}


def _descriptions() -> dict[str, dict[str, str]]:
    """The sentence under each field, by class and name; that of a class is under an empty name."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(values)).body:
        if isinstance(node, ast.ClassDef):
            told = {"": _plain(ast.get_docstring(node) or "")}
            name = ""
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    name = part.target.id
                elif name and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                    told[name], name = _plain(str(part.value.value)), ""
                else:
                    name = ""
            found[node.name] = told
    return found


def _plain(text: str) -> str:
    """A docstring without its roles and double back-ticks, on one line."""
    text = re.sub(r":\w+:`~?(?:hubbub\.(?:\w+\.)*)?([\w.]+)`", r"`\1`", " ".join(text.split()))
    return text.replace("``", "`")


if __name__ == "__main__":
    print(json.dumps(Schema().whole(), indent=1, ensure_ascii=False))
