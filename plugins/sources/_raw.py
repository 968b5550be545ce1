"""Reading raw JSON (plain dicts and lists) in which anything may stand where something was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit


def text_of(value: Any) -> str:
    """A text, or a number as text; empty for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def mapping_of(value: Any) -> Mapping[str, Any]:
    """A mapping, empty where there is none."""
    return value if isinstance(value, dict) else {}


def sequence_of(value: Any) -> Sequence[Any]:
    """A list, empty where there is none."""
    return value if isinstance(value, (list, tuple)) else ()


def mappings_of(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    return [each for each in sequence_of(value) if isinstance(each, dict)]


def count_of(value: Any) -> int | None:
    """A count that is not negative, from a number or its text."""
    text = text_of(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 13 else None


def scheme_of(url: str) -> str:
    """The scheme of an address in lower case; empty where it has none or cannot be split."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""


def host_of(url: str) -> str:
    """The host of an address in lower case; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin(url: str) -> tuple[str, str]:
    """Scheme and host with port: what a login is good for."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "")
    return (parts.scheme.lower(), parts.netloc.rpartition("@")[2].lower())


def holds_password(url: str) -> bool:
    """Whether an address carries a password, as ``https://ana:secret@press.example`` does."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False


def absolute(address: str, base: str) -> str:
    """An http(s) address, made whole with the base; empty for anything else."""
    if not (address := address.strip()):
        return ""
    if scheme_of(address) in ("http", "https") and "//" in address[:9]:
        return address
    try:
        url = urljoin(base, address)
    except ValueError:
        return ""
    return url if scheme_of(url) in ("http", "https") else ""
