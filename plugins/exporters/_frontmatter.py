"""What stands before the text of a page for a site generator: YAML between ``---``, or TOML between ``+++``.

Both are written with the part that they have in common: flat keys, text in double quotes with JSON's escapes, times of
ISO 8601, ``true`` and ``false`` (YAML 1.2.2, chapter 7.3.1; TOML 1.0.0, basic strings).
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Literal, TypeAlias

from ...core.serial import time_to_json
from ...core.text import clean

Format: TypeAlias = Literal["yaml", "toml"]
Value: TypeAlias = str | bool | datetime

_FENCE = {"yaml": "---", "toml": "+++"}
_BETWEEN = {"yaml": ": ", "toml": " = "}
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON lets stand and YAML does not (YAML 1.2.2, production 1)."""


def front_matter(fields: dict[str, Value], form: Format) -> str:
    """The fields in their order, ready to stand before the text; empty texts are left out."""
    rows = [f"{name}{_BETWEEN[form]}{_written(value)}" for name, value in fields.items() if value != ""]
    return "\n".join([_FENCE[form], *rows, _FENCE[form], "", ""])


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return time_to_json(value.replace(microsecond=0))
    text = json.dumps(" ".join(clean(value, newlines=False).split()), ensure_ascii=False)
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
