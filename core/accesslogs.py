"""The access logs of web servers, read line by line.

Two shapes are told apart by their first character: Apache's Common and Combined Log Format (Apache documentation, "Log Files"),
which is also nginx's default, with or without a virtual host in front; and one JSON object a line, as Caddy writes it (Caddy
documentation, "log") and as people write ``log_format … escape=json`` for nginx, whose names for the fields differ.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from .errors import ImportFailed

LONGEST = 64 * 1024
"""Bytes of a line that is read; no server writes longer ones for a request that it answers."""

_GZIP = b"\x1f\x8b"
_QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_LINE = re.compile(rf"([^\[]*)\[([^\]]*)\] {_QUOTED} (\d{{3}}) \S+(?: {_QUOTED} {_QUOTED})?")
_MONTHS = dict(zip(re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec"), range(1, 13), strict=True))
_CLF_TIME = re.compile(r"(\d{2}/[A-Z][a-z]{2}/\d{4}):([01]\d|2[0-3]):([0-5]\d):([0-6]\d) ([+-]\d{4})")

# What servers and people call the fields of a line in JSON, in small letters and with underscores; the first that is there
# counts.
_TIMES = ("ts", "time_iso8601", "time_local", "@timestamp", "timestamp", "time", "msec", "datetime", "date")
_TARGETS = ("request_uri", "uri", "url", "path", "request_path")
_METHODS = ("request_method", "method")
_STATUSES = ("status", "status_code", "response_status")
_REFERRERS = ("http_referer", "http_referrer", "referer", "referrer")
_AGENTS = ("http_user_agent", "user_agent", "useragent", "agent")
_ADDRESSES = ("client_ip", "remote_addr", "remote_ip", "remote_address", "client", "ip")
_HOSTS = ("http_host", "host", "server_name", "vhost")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One line of a log: somebody asked for something."""

    at: datetime
    method: str
    """In capitals."""
    target: str
    """What was asked for: path and query, as it was sent."""
    status: int
    address: str
    """Where it came from. Never keep it."""
    host: str = ""
    """Which of the server's sites was asked, in small letters; empty where the log does not tell."""
    referrer: str = ""
    """The page that led there; empty where none was told."""
    agent: str | None = None
    """How the browser calls itself; ``None`` where the log does not tell it at all."""


def read_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a log, unpacked where it is gzip; ``None`` for one that is longer than any server's.

    Holds one line at a time. Raises ``ImportFailed`` where what is packed is damaged or cut short, after the lines before that.
    """
    packed = file.peek(2)[:2] == _GZIP if hasattr(file, "peek") else False  # pyright: ignore[reportAttributeAccessIssue]
    stream = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
    try:
        while line := stream.readline(LONGEST):
            if line.endswith(b"\n") or len(line) < LONGEST:
                yield line
                continue
            while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFailed("It is damaged or cut short from here on; what stands before was counted.") from error


def read_line(line: bytes) -> Request | None:
    """What a line of a log tells; ``None`` where it cannot be read as one."""
    text = line.decode("utf-8", "replace").strip()
    try:
        return _of_json(text) if text.startswith("{") else _of_words(text)
    except (ValueError, OverflowError, OSError, RecursionError):
        return None


def _of_words(text: str) -> Request | None:
    found = _LINE.match(text)
    if found is None:
        return None
    head, time, request, status, referrer, agent = found.groups()
    names = head.split()
    if not names:
        return None
    # "%v:%p %h %l %u": the site comes first where an address comes second.
    host = ""
    if len(names) > 3 and _is_address(names[1]):
        host, names = names[0], names[1:]
    return _request(
        at=_clf_time(time),
        request=request,
        status=status,
        address=names[0],
        host=host,
        referrer=_without_escapes(referrer or ""),
        agent=None if agent is None else _without_escapes(agent),
    )


def _of_json(text: str) -> Request | None:
    loaded = json.loads(text)
    fields: dict[str, object] = {}
    _flatten(loaded, fields)
    agent = _first(fields, _AGENTS)
    request = _first(fields, ("request",)) or f"{_first(fields, _METHODS)} {_first(fields, _TARGETS)}"
    # Caddy tells headers; where it tells them and no agent, there was none.
    tells_agent = "headers" in fields or any(name in fields for name in _AGENTS)
    return _request(
        at=_json_time(next((fields[name] for name in _TIMES if name in fields), None)),
        request=request,
        status=_first(fields, _STATUSES),
        address=_first(fields, _ADDRESSES),
        host=_first(fields, _HOSTS),
        referrer=_first(fields, _REFERRERS),
        agent=agent if tells_agent else None,
    )


def _request(
    *, at: datetime | None, request: str, status: str, address: str, host: str, referrer: str, agent: str | None
) -> Request | None:
    method, _, rest = request.strip().partition(" ")
    target = rest.rpartition(" HTTP/")[0] or rest
    if at is None or not method.isalpha() or not target or not (status.isdecimal() and len(status) == 3):
        return None
    if "://" in target[:8]:  # a request to a proxy names the site, too
        parts = urlsplit(target)
        host, target = parts.netloc or host, f"{parts.path or '/'}"
    return Request(
        at=at,
        method=method.upper(),
        target=target,
        status=int(status),
        address=address,
        host=_bare_host(host),
        referrer="" if referrer == "-" else referrer,
        agent="" if agent == "-" else agent,
    )


def _flatten(value: object, into: dict[str, object]) -> None:
    """All fields of an object and of those in it, the outermost first; a list stands for its first member."""
    waiting = [value]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, Mapping):
            continue
        for key, inner in cast("Mapping[str, object]", each).items():
            name = key.lower().replace("-", "_")
            if isinstance(inner, list):
                inner = inner[0] if inner else ""
            if isinstance(inner, Mapping):
                waiting.append(cast("object", inner))
                inner = ""
            if inner is not None and into.get(name, "") == "":
                into[name] = inner


def _first(fields: Mapping[str, object], names: tuple[str, ...]) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _clf_time(text: str) -> datetime | None:
    """``22/Nov/2026:14:05:25 +0100``; months are English whatever the machine's language."""
    found = _CLF_TIME.fullmatch(text)
    if found is None:
        return None
    day, hour, minute, second, zone = found.groups()
    return _midnight(day, zone) + timedelta(hours=int(hour), minutes=int(minute), seconds=int(second))


@lru_cache(maxsize=256)
def _midnight(day: str, zone: str) -> datetime:
    """When a day begins, in UTC; raises ``ValueError``. The lines of a log are of few days."""
    number, month, year = day.split("/")
    return datetime.fromisoformat(f"{year}-{_MONTHS.get(month, 0):02}-{number}T00:00:00{zone[:3]}:{zone[3:]}").astimezone(UTC)


def _json_time(value: object) -> datetime | None:
    """Seconds since 1970 (milli- and nanoseconds are told by their size), ISO 8601, or the time of the Common Log Format."""
    if isinstance(value, str):
        with suppress(ValueError):
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if (told := _clf_time(value)) is not None:
            return told
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    while value > 100_000_000_000:
        value /= 1000
    return datetime.fromtimestamp(value, UTC)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _bare_host(host: str) -> str:
    """A site's name without port and small."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")


def _without_escapes(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")
