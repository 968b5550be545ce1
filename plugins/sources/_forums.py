"""What software for forums has in common: each forum is a world of its own, with numbers and users that only it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...core.webplaces import web_place

_USER = re.compile(r"[\w.-]+")


def forum_of(server: str) -> str:
    """What a forum is known by in keys: its address without the scheme."""
    return server.partition("://")[2].lower()


def follow(handle: str) -> Mapping[str, object] | None:
    """``acme_dev@forum.example``: a user name is one of a certain forum."""
    name, _, server = handle.rpartition("@")
    return {"server": f"https://{server}", "author": name} if name and server else None


def forum_at(address: str, users: str) -> Mapping[str, object] | None:
    """The options for a forum, or one of its users, whose pages stand below ``users``."""
    place = web_place(address)
    if place is None:
        return None
    named = place.part(0) == users and _USER.fullmatch(place.part(1))
    return {"server": place.origin, "author": place.part(1)} if named else {"server": place.origin}
