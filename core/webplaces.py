"""What an address says by itself, for plugins that recognise the addresses of their platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class WebPlace:
    """An address taken apart."""

    host: str
    """In lower case, with its port, without ``www.``."""
    origin: str
    """Scheme and host as they stand there: the server's own address."""
    path: tuple[str, ...] = ()
    """The parts of its path between the slashes, unquoted."""
    query: Mapping[str, str] = field(default_factory=dict)

    def part(self, number: int) -> str:
        """A part of the path; empty where there are fewer."""
        return self.path[number] if number < len(self.path) else ""

    @property
    def is_feed(self) -> bool:
        """Whether somebody asks for a feed by name, who should get that feed and not another reading of the place."""
        last = self.path[-1].lower() if self.path else ""
        return last.endswith((".rss", ".xml", ".atom", ".json"))


def web_place(address: str) -> WebPlace | None:
    """An http(s) address taken apart; ``None`` for anything else."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    named = f"{host}:{port}" if port else host
    return WebPlace(
        host=named.removeprefix("www."),
        origin=f"{parts.scheme.lower()}://{named}",
        path=tuple(unquote(part) for part in parts.path.split("/") if part),
        query=dict(parse_qsl(parts.query)),
    )
