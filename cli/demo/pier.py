"""The Pier: the demo's social server. People answer, boost and name each other there, and have followers.

Its posts are told in ``pier.json`` and served as the Mastodon API gives them (docs.joinmastodon.org: entities Status and
Account, methods timelines, accounts and statuses), as far as the source plugin asks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from ...core.accounts import own_source_id
from .calendar import clock
from .phrasebook import data_file

API = "/api/v1/"
"""Below this path it answers."""
FACES = "/faces/"
"""Below this path lie the pictures that accounts show."""
TAG = "acme"
"""The hashtag that the demo listens to."""
CARE = "care@acme.example"
"""Acme's own account."""
NEWEST = "volt"
"""The topic of the product that is talked about now."""
SPAMMER = "lucky_parcel@freebies.example"
"""Whom the tour mutes."""
TIMELINE = "pier"
"""Id of the source that listens to the hashtag."""
FOLLOWED = {
    own_source_id("mastodon", CARE): CARE,
    "pier-ines": "ines_f@lantern.example",
    "pier-tomas": "tomas_mends@pier.example",
}
"""Whose posts and boosts are followed as well, by id of the source: a hashtag does not tell who passes a post on."""
SOURCES = (TIMELINE, *FOLLOWED)

_FIRST_ID = 115_000_000_000_000_000
_MARKED = re.compile(r"https?://\S+[\w/]|[#@]\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An account that the server knows."""

    handle: str
    """With its own server: ``care@acme.example``."""
    name: str
    followers: int
    following: int
    posts: int
    bot: bool = False

    @property
    def user(self) -> str:
        """The handle without the server."""
        return self.handle.partition("@")[0]

    @property
    def home(self) -> str:
        """Its own server; nothing answers there."""
        return f"https://{self.handle.partition('@')[2]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Toot:
    """A post, or a boost of one."""

    id: str
    """Its name in ``pier.json``."""
    number: str
    """Its id on the server: later ones have greater numbers."""
    by: Person
    at: datetime
    lang: str = ""
    text: str = ""
    answers: str = ""
    """The name of what it answers."""
    shares: str = ""
    """The name of what it boosts; a boost has no words of its own."""
    likes: int = 0
    boosts: int = 0
    late: bool = False
    """Whether it is published only after the tour."""

    @property
    def uri(self) -> str:
        """By what all servers know it."""
        return f"{self.by.home}/users/{self.by.user}/statuses/{self.number}"


class Pier:
    """All that is said on the server, and its answers to the questions of the API."""

    def __init__(self, now: datetime) -> None:
        data = data_file("pier.json")
        people = [Person(**told) for told in data["people"]]
        self._people: Mapping[str, Person] = {person.user: person for person in people}
        told = sorted(((_when(entry, now), entry) for entry in data["posts"]), key=lambda pair: (pair[0], pair[1]["id"]))
        self.toots: tuple[Toot, ...] = tuple(
            Toot(
                number=str(_FIRST_ID + place),
                by=self._people[entry["by"]],
                at=at,
                late="seconds" in entry,
                **{key: value for key, value in entry.items() if key not in ("by", "day", "time", "hours", "seconds")},
            )
            for place, (at, entry) in enumerate(told)
        )
        """The oldest first."""
        self._named: Mapping[str, Toot] = {toot.id: toot for toot in self.toots}

    def knows(self, user: str) -> bool:
        """Whether there is such an account."""
        return user in self._people

    def ref(self, name: str) -> str:
        """The ref of a post's mention."""
        return f"mastodon:{self._named[name].uri}"

    def answer(self, base: str, target: str, *, late: bool) -> tuple[HTTPStatus, bytes, dict[str, str]]:
        """Status, body and headers for a path with its query; ``base`` is the server's address."""
        path, _, query = target.partition("?")
        asked = parse_qs(query)
        toots = [toot for toot in self.toots if late or not toot.late]
        headers = {"Content-Type": "application/json; charset=utf-8"}
        found: object = None
        match path.removeprefix(API).split("/"):
            case ["timelines", "tag", tag]:
                tagged = [toot for toot in toots if f"#{unquote(tag)}".lower() in toot.text.lower().split()]
                found, headers["Link"] = self._page(tagged, base, path, asked, toots)
            case ["accounts", "lookup"]:
                found = next((_account(one, base) for one in self._people.values() if [one.handle] == asked.get("acct")), None)
            case ["accounts", user, "statuses"]:
                # As on a profile's first page: answers stand in conversations, and come with the hashtag.
                said = [toot for toot in toots if toot.by.user == user and not toot.answers]
                found, headers["Link"] = self._page(said, base, path, asked, toots)
            case ["statuses"]:
                found = [self._status(toot, toots, base) for toot in toots if toot.number in asked.get("id[]", [])]
            case ["statuses", number]:
                found = next((self._status(toot, toots, base) for toot in toots if toot.number == number), None)
            case ["statuses", number, "context"]:
                found = next((self._context(toot, toots, base) for toot in toots if toot.number == number), None)
            case _:
                pass
        status = HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND
        body = found if found is not None else {"error": "Record not found"}
        return status, json.dumps(body, ensure_ascii=False).encode(), {k: v for k, v in headers.items() if v}

    def _page(
        self, listed: Sequence[Toot], base: str, path: str, asked: Mapping[str, Sequence[str]], toots: Sequence[Toot]
    ) -> tuple[list[Any], str]:
        """A page of a list, the newest first, and the ``Link`` header that leads on in both directions."""
        limit = int(asked.get("limit", ["20"])[0])
        if "min_id" in asked:
            page = [toot for toot in listed if toot.number > asked["min_id"][0]][:limit]
        else:
            page = [toot for toot in listed if "max_id" not in asked or toot.number < asked["max_id"][0]][-limit:]
        if not page:
            return [], ""
        ways = (("next", "max_id", page[0]), ("prev", "min_id", page[-1]))
        links = (f'<{base}{path}?{urlencode({"limit": limit, name: toot.number})}>; rel="{rel}"' for rel, name, toot in ways)
        return [self._status(toot, toots, base) for toot in reversed(page)], ", ".join(links)

    def _context(self, toot: Toot, toots: Sequence[Toot], base: str) -> dict[str, Any]:
        """What stands above and below a post in its conversation."""
        before: list[Toot] = []
        above = toot
        while above.answers:
            above = self._named[above.answers]
            before.insert(0, above)
        below = {toot.id}
        after: list[Toot] = []
        for later in toots:
            if later.answers in below:
                below.add(later.id)
                after.append(later)
        return {
            "ancestors": [self._status(one, toots, base) for one in before],
            "descendants": [self._status(one, toots, base) for one in after],
        }

    def _status(self, toot: Toot, toots: Sequence[Toot], base: str) -> dict[str, Any]:
        """A post as the API writes it; it has as many replies as there are among ``toots``."""
        replies = Counter(other.answers for other in toots)[toot.id]
        page = f"{toot.by.home}/@{toot.by.user}/{toot.number}"
        answered = self._named[toot.answers].number if toot.answers else None
        return {
            "id": toot.number,
            "uri": f"{toot.uri}/activity" if toot.shares else toot.uri,
            "url": f"{toot.uri}/activity" if toot.shares else page,
            "created_at": toot.at.isoformat(),
            "edited_at": None,
            "visibility": "public",
            "language": toot.lang or None,
            "in_reply_to_id": answered,
            "spoiler_text": "",
            "content": self._html(toot.text),
            "account": _account(toot.by, base),
            "media_attachments": [],
            "replies_count": replies,
            "reblogs_count": toot.boosts,
            "favourites_count": toot.likes,
            "reblog": self._status(self._named[toot.shares], toots, base) if toot.shares else None,
        }

    def _html(self, text: str) -> str:
        """Words with their links; who is named stands there with their server, as some software writes it."""
        parts: list[str] = []
        end = 0
        for match in _MARKED.finditer(text):
            word = match[0]
            shown, href = word, word
            if word[0] == "#":
                href = f"https://pier.example/tags/{word[1:]}"
            elif word[0] == "@":
                person = self._people[word[1:]]
                shown, href = f"@{person.handle}", f"{person.home}/@{person.user}"
            parts += [escape(text[end : match.start()]), f'<a href="{escape(href)}">{escape(shown)}</a>']
            end = match.end()
        return f"<p>{''.join(parts)}{escape(text[end:])}</p>" if text else ""


def _account(person: Person, base: str) -> dict[str, Any]:
    return {
        "id": person.user,
        "acct": person.handle,
        "display_name": person.name,
        "url": f"{person.home}/@{person.user}",
        "avatar": f"{base}{FACES}{person.user}.png",
        "avatar_static": f"{base}{FACES}{person.user}.png",
        "followers_count": person.followers,
        "following_count": person.following,
        "statuses_count": person.posts,
        "bot": person.bot,
    }


def _when(entry: Mapping[str, Any], now: datetime) -> datetime:
    """What is older than two days is dated by day and hour, as the plot is; the last hours count back from now."""
    if "hours" in entry:
        return now - timedelta(hours=entry["hours"])
    if "seconds" in entry:
        return now + timedelta(seconds=entry["seconds"])
    hours, minutes = entry["time"].split(":")
    return clock(now, entry["day"], int(hours) * 60 + int(minutes))
