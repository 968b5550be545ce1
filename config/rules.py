"""What a single setting must look like. Each rule gives the value back or raises ``ValueError`` with what to write."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from ..core.priority import change
from ..core.rules import OWN_KEYS
from ..core.sharing import MAX_NAME, person_name
from .secrets import is_reference

MAX_LINE = 200


def line(text: str) -> str:
    """One line of text that says something."""
    stripped = text.strip()
    if not stripped:
        raise ValueError("it must not be empty")
    if len(stripped) > MAX_LINE:
        raise ValueError(f"it must not be longer than {MAX_LINE} characters")
    if not stripped.isprintable():
        raise ValueError("it must be one line without control characters")
    return stripped


def person(text: str) -> str:
    """The name of who is at the desk; empty for nobody in particular."""
    if text and (not text.strip() or person_name(text) != text.strip()):
        raise ValueError(f"it must be one line of at most {MAX_NAME} characters, without control characters")
    return text.strip()


def plugin_name(text: str) -> str:
    """The name of a plugin: whether it is installed is asked when it is used."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text):
        raise ValueError(f"{text!r} is not a plugin's name; 'hubbub plugins' lists the installed ones")
    return text


def full_plugin_name(text: str) -> str:
    """Role and name of a plugin that may be disabled."""
    role, dot, name = text.partition(".")
    if not dot or not re.fullmatch(r"[a-z]+", role):
        raise ValueError(f"{text!r} is not a plugin's role and name; write them as in 'source.acme-forum'")
    if text == "processor.topics":
        raise ValueError("'processor.topics' cannot be disabled: it decides what is kept")
    plugin_name(name)
    return text


def source_id(text: str) -> str:
    """A word that names a source in searches and on the command line."""
    if not re.fullmatch(r"\w[\w.-]{0,63}", text):
        raise ValueError(f"{text!r} cannot be an id; use up to 64 letters, digits, hyphens, dots and underscores")
    return text


def target_name(text: str) -> str:
    """What a place to push to is called on the command line."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", text):
        raise ValueError(f"{text!r} cannot be a target's name; use up to 40 small letters, digits and hyphens")
    return text


def mail_server(text: str) -> str:
    """``host`` or ``host:port``; empty for none."""
    if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?", text):
        raise ValueError(f'{text!r} is not a mail server; write its name, and its port where it is another: "mail.example:587"')
    return text


def contact(text: str) -> str:
    """A mail address or a page where the person behind the requests can be reached; it goes into a header."""
    text = text.strip()
    if not text:
        return ""
    mail = re.fullmatch(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+", text)
    page = re.fullmatch(r"https?://[^\s<>()]+", text)
    if not (mail or page) or not text.isascii():
        raise ValueError('write a mail address or the address of a page, as "desk@acme.example"')
    return text


def one_account(text: str) -> str:
    """``platform:handle``."""
    platform, _, handle = text.partition(":")
    handle = handle.removeprefix("@")
    if not re.fullmatch(r"[a-z0-9_-]+", platform) or not handle or any(c.isspace() for c in handle):
        raise ValueError(f'{text!r} is not an account; write platform and handle, as "mastodon:acme@social.example"')
    return f"{platform}:{handle}"


def archive_url(text: str) -> str:
    """A database URL of SQLite or PostgreSQL, without a password."""
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        password_inside = parts.password is not None
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"it is not a database URL ({error})") from None
    scheme = parts.scheme.partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ValueError('it must begin with "sqlite:///" or "postgresql://", as "postgresql://desk@db.example/hubbub"')
    if scheme == "sqlite" and (not text.startswith("sqlite:///") or text.removeprefix("sqlite:///") in ("", ":memory:")):
        raise ValueError('it must name a file, as "sqlite:///archive.db"; the path is relative to the workspace')
    if password_inside:
        raise ValueError('it must hold no password; write a reference, as password = { env = "HUBBUB_DB_PASSWORD" }')
    return text


def password(reference: dict[str, str]) -> dict[str, str]:
    """A reference to a secret."""
    if not is_reference(reference):
        raise ValueError('write a reference: { env = "NAME" }, { keyring = "service/name" } or { file = "path" }')
    return reference


LEAST_MEMORY = 200 * 10**6
"""Bytes with which a process that only reads and counts gets by."""


def memory(text: str) -> int:
    """How many bytes a process may have: ``1500MB``, ``2GB``."""
    match = re.fullmatch(r"(\d{1,6})\s*(MB|GB)", text.strip(), re.IGNORECASE)
    if not match:
        raise ValueError(f'{text!r} is no amount of memory; write a number and MB or GB, as "1500MB" or "2GB"')
    amount = int(match[1]) * (10**6 if match[2].upper() == "MB" else 10**9)
    if amount < LEAST_MEMORY:
        raise ValueError(f"{text!r} is too little for any processor; write at least {LEAST_MEMORY // 10**6}MB")
    return amount


def time_zone(text: str) -> str:
    """A name of the IANA time zone database."""
    if text.upper() == "UTC":
        return "UTC"
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):
        # ZoneInfoNotFoundError is a KeyError; odd names raise ValueError or meet a folder.
        raise ValueError(f'{text!r} is not a time zone; write "UTC" or a name as "Europe/Bucharest"') from None


def base_url(text: str) -> str:
    """The web address of a folder, with a slash at its end; empty for none."""
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f'{text!r} is not the web address of a folder; write one as "https://stories.example/acme/"')
    return text if text.endswith("/") else f"{text}/"


def weight(number: float) -> float:
    """How much a part of the priority counts."""
    if not isfinite(number) or number < 0:
        raise ValueError(f"it must be a number from 0 on, not {number:g}; 0 leaves this part out")
    return number


def priority_change(value: Any) -> str:
    """What a rule does to a priority."""
    if not isinstance(value, str):
        # TOML reads +20 without quotes as 20, and then nobody can tell it from "the priority is 20".
        raise ValueError(f'write it in quotes, as "+20", "-20" or "=90" (not {value!r})')
    return change(value)


def rule_labels(labels: dict[str, str]) -> dict[str, str]:
    """The labels that a rule gives, by name."""
    for name in labels:
        if name in OWN_KEYS:
            raise ValueError(f"the label {name!r} is given by a key of its own: {OWN_KEYS[name]}")
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}(:[^\s:][^:]{0,99})?", name):
            raise ValueError(f'{name!r} cannot be the name of a label; write small letters, digits and hyphens, as "urgency"')
    return labels
