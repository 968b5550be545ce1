"""Source ``stackexchange``: questions and answers of Stack Overflow and the other sites of Stack Exchange. No key is needed.

::

    [[sources]]
    id = "stack-overflow"
    plugin = "stackexchange"
    sites = ["stackoverflow", "es.stackoverflow", "android"]  # optional: stackoverflow otherwise
    query = '"acme phone"'             # optional: what to search for; otherwise the words of all topics
    tags = ["acme-sdk"]                # optional: all with one of these tags, instead of a search
    user = 1234                        # optional: all that this user writes there, by number
    kinds = ["question", "answer"]     # optional: only one of them
    back = "30d"                       # optional: how far the first reading goes back
    key = { env = "STACKEXCHANGE_KEY" }  # optional: free, from stackapps.com; 10,000 requests a day instead of 300
    every = "1h"

Every question and every answer is a mention of the platform ``stackexchange``, known by its site and the number of the post;
comments come with the whole conversation. What people write there is licensed CC BY-SA: author and address are kept, and belong
beside every quotation. A search for questions costs one request; where answers are asked for, too, up to three when there is
something new.

Limits: 300 requests a day for each network, 10,000 with a key, which is no secret of yours but of your registration; the API
takes it as a parameter only, and it is masked wherever addresses are shown. ``backoff`` is obeyed.
Fields as in the documentation of the API 2.3 (api.stackexchange.com/docs: search/advanced, search/excerpts, error handling).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from ...core.contracts import Allowance, Component, Context, Rate, Suggestion
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceLimited, SourceNeedsKey
from ...core.fields import Fields, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.htmltext import plain_line, read_html
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import OVERLAP, Page, each, newest_first, second_before
from ...core.searchterms import search_terms
from ...core.values import JSON, Author, Batch, Engagement, Failure, Mention, MentionKind, Quota, Topic
from ...core.webplaces import web_place

PLATFORM = "stackexchange"
API = "api.stackexchange.com"
WITHOUT_KEY = Allowance(name=API, rates=(Rate(requests=300, seconds=86_400.0),))
WITH_KEY = Allowance(name=f"{API} with a key", rates=(Rate(requests=10_000, seconds=86_400.0),))
PER_PAGE = 100
"""Items of a page, and ids of a request."""
MOST_PAGES = 10
"""Of the answers to one question."""

_OWN_NAMES = frozenset({"stackoverflow", "superuser", "serverfault", "askubuntu", "stackapps"})
"""Sites that are no part of ``stackexchange.com``."""
_WAIT = re.compile(r"more requests available in (\d+) seconds")

_COMMENT = re.compile(r"comment(\d+)_")
"""The mark that leads to a comment in an address."""


class StackExchangeOptions(PluginOptions):
    """What users write of a source of Stack Exchange."""

    sites: tuple[str, ...] = Field(default=("stackoverflow",), min_length=1, description="As the API calls them")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    tags: tuple[str, ...] = Field(default=(), description="All with one of these tags, instead of a search")
    user: int | None = Field(default=None, ge=1, description="All that this user writes, by number")
    kinds: tuple[Literal["question", "answer"], ...] = Field(
        default=("question", "answer"), min_length=1, description="Only these"
    )
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    key: SecretStr = Field(default=SecretStr(""), description="Free, from stackapps.com: 10,000 requests a day instead of 300")
    server: WebAddress = Field(default=f"https://{API}/2.3", description="Address of the API")


class StackExchangeFetcher:
    """Reads the search of Stack Exchange, and whole conversations."""

    def __init__(self, options: StackExchangeOptions, context: Context) -> None:
        self._options, self._context = options, context

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search on each site."""
        lists = {f"{site} {name}": (site, ask) for site in self._options.sites for name, ask in self._lists(topics).items()}
        return each(cursor, list(lists), lambda name, at: self._list(*lists[name], at))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request for a hundred questions, answers or comments of a site."""
        groups: dict[tuple[str, str], list[Mention]] = {}
        for mention in mentions:
            host, _, number = mention.key.rpartition("/")
            path = "comments" if number.startswith("c") else "answers" if mention.parent else "questions"
            groups.setdefault((host, path), []).append(mention)
        for (host, path), asked in groups.items():
            for start in range(0, len(asked), PER_PAGE):
                piece = asked[start : start + PER_PAGE]
                fresh, failures = self._items(host, path, [_number(mention) for mention in piece])
                found = {mention.key: mention for mention in fresh}
                for mention in piece:
                    # What has been deleted is left out of the answer; what cannot be read is not deleted.
                    if mention.key in found or not failures:
                        yield mention.ref, found.get(mention.key)

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the question, its comments, then each answer with its comments; three requests."""
        host, _, number = (mention.thread.partition(":")[2] or mention.key).rpartition("/")
        questions, _ = self._items(host, "questions", [number])
        if not questions:
            raise SourceGone(f"This question is not on {host} any more.")
        answers: list[Mention] = []
        for page in range(1, MOST_PAGES + 1):
            answer = self._ask(f"questions/{number}/answers", host, {"order": "asc", "sort": "creation", "page": page})
            answers += self._mapped(answer, host)[0]
            if not answer.flag("has_more"):
                break
        posts = [*questions, *answers]
        found: list[Mention] = []
        for start in range(0, len(posts), PER_PAGE):
            ids = ";".join(_number(post) for post in posts[start : start + PER_PAGE])
            answer = self._ask(f"posts/{ids}/comments", host, {"order": "asc", "sort": "creation"})
            found += self._mapped(answer, host, thread=questions[0].ref)[0]
        comments: dict[str, list[Mention]] = {}
        for comment in found:
            comments.setdefault(comment.parent, []).append(comment)
        return [one for post in posts for one in (post, *comments.get(post.ref, ()))]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: a question, or the answer or comment that the address names; on any site of the network."""
        place = web_place(url)
        if place is None or not _site(place.host) or not place.part(1).isdecimal():
            return None
        kind, path = place.part(0), ""
        number, mark = place.part(1), urlsplit(url).fragment
        if kind in ("a", "q"):
            path = "answers" if kind == "a" else "questions"
        elif kind == "questions":
            answer = place.part(3) if place.part(3).isdecimal() else mark if mark.isdecimal() else ""
            path, number = ("answers", answer) if answer else ("questions", number)
        if comment := _COMMENT.match(mark):
            path, number = "comments", f"c{comment[1]}"
        if not path:
            return None
        found, failures = self._items(place.host, path, [number])
        if not found:
            words = failures[0].message if failures else f"This is not on {place.host} any more."
            raise SourceGone(words, url=url)
        return found[0]

    def check(self) -> str:
        """See ``Checks``."""
        left = None
        for site in self._options.sites:
            left = self._ask("info", site, {}).count("quota_remaining")
        return f"{' and '.join(self._options.sites)} can be read; {left or 0:,} requests are left today."

    # --- lists -----------------------------------------------------------------------------------------------

    def _lists(self, topics: Sequence[Topic]) -> dict[str, tuple[str, dict[str, str | int]]]:
        """What is asked of a site: a path and its parameters, by name."""
        options = self._options
        if options.user is not None:
            return {f"{kind}s": (f"users/{options.user}/{kind}s", {}) for kind in options.kinds}
        path = "search/excerpts" if "answer" in options.kinds else "search/advanced"
        if options.tags:
            tagged: dict[str, str | int] = {"tagged": ";".join(options.tags)}
            return {"tags": (path, {**tagged, "q": options.query} if options.query else tagged)}
        searches = [options.query] if options.query else [term.plain for term in search_terms(topics)]
        return {words: (path, {"q": words}) for words in searches}

    def _list(self, site: str, asked: tuple[str, dict[str, str | int]], cursor: JSON) -> Iterator[Batch]:
        path, params = asked
        back = self._context.now() - self._options.back
        since = moment_of(cursor.get("since")) if isinstance(cursor, Mapping) else None
        # The API leaves out what we know already: a search without anything new costs one request.
        start = since - OVERLAP if since else back
        return newest_first(cursor, lambda page: self._page(site, path, params, start, page), back=back)

    def _page(self, site: str, path: str, params: Mapping[str, str | int], start: datetime, upto: JSON) -> Page:
        # By time and not by number of page: pages shift when something new comes, and end at the 25th without a login.
        bounds = {"fromdate": int(start.timestamp()), **({"todate": upto} if isinstance(upto, int) else {})}
        answer = self._ask(path, site, {**params, **bounds, "order": "desc", "sort": "creation"}, rest=False)
        if path == "search/excerpts":
            mentions, failures, rest = self._found(answer, site)
        else:
            (mentions, failures), rest = self._mapped(answer, site), []
        for told in (answer, *rest):
            self._rest(told)
        oldest = _oldest(list_in(answer, "items"))
        more = bool(answer.flag("has_more")) and oldest is not None
        return Page(mentions=mentions, failures=failures, next=second_before(oldest, upto) if more else None, oldest=oldest)

    def _found(self, answer: Fields, site: str) -> tuple[tuple[Mention, ...], tuple[Failure, ...], list[Fields]]:
        """The whole posts that excerpts are of: these have neither author nor address, which the licence wants kept."""
        ids: dict[str, list[str]] = {"questions": [], "answers": []}

        def note(item: Fields) -> None:
            answered = item.text("item_type") == "answer"
            if ("answer" if answered else "question") in self._options.kinds:
                number = item.need("answer_id" if answered else "question_id")
                ids["answers" if answered else "questions"].append(number)

        _, broken = map_each(list_in(answer, "items"), note, name=lambda item: f"{item['item_type']} {item['question_id']}")
        failures = list(broken)
        mentions: list[Mention] = []
        answers = []
        for path, numbers in ids.items():
            if numbers:
                answers.append(self._ask(f"{path}/{';'.join(dict.fromkeys(numbers))}", site, {}, rest=False))
                whole, broken = self._mapped(answers[-1], site)
                mentions += whole
                failures += broken
        mentions.sort(key=lambda mention: mention.published or self._context.now(), reverse=True)
        return tuple(mentions), tuple(failures), answers

    # --- asking ----------------------------------------------------------------------------------------------

    def _items(self, host: str, path: str, numbers: Sequence[str]) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        wanted = ";".join(number.removeprefix("c") for number in numbers)
        return self._mapped(self._ask(f"{path}/{wanted}", host, {}), host)

    def _mapped(self, answer: Fields, site: str, thread: str = "") -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
        at, host = self._context.now(), host_of_site(site)
        return map_each(
            list_in(answer, "items"),
            lambda item: map_item(item, host, at, thread),
            name=lambda item: f"post {item.get('answer_id') or item['question_id']}",
        )

    def _ask(self, path: str, site: str, params: Mapping[str, str | int], *, rest: bool = True) -> Fields:
        """The answer to a question; with ``rest`` a pause that it asks for is kept from now on."""
        key = self._options.key.get_secret_value()
        whole: dict[str, str | int] = {"site": _parameter(site), **params}
        if path != "info":
            whole |= {"pagesize": PER_PAGE, "filter": "withbody"}
        if path == "search/excerpts":
            del whole["filter"]
        url = f"{self._options.server}/{path}"
        try:
            answer = object_of(
                self._context.http.get(
                    url, params={**whole, **({"key": key} if key else {})}, allowance=WITH_KEY if key else WITHOUT_KEY
                )
            )
        except SourceBroken as error:
            # Errors come with status 400 and say in words what they mean.
            meant = self._meant(error.said, site, error)
            if meant is error:
                raise
            raise meant from error
        if "error_id" in answer:
            said = answer.text("error_message")
            raise self._meant(said, site, SourceBroken(f"Stack Exchange answers with an error: “{said}”.", url=url, said=said))
        left = answer.count("quota_remaining")
        if left is not None:
            self._context.tell_quota(Quota(left=left, limit=answer.count("quota_max")))
        if rest:
            self._rest(answer)
        return answer

    def _rest(self, answer: Fields) -> None:
        seconds = answer.count("backoff")
        if seconds:
            self._context.http.leave_alone(self._options.server, self._context.now() + timedelta(seconds=seconds))

    def _meant(self, said: str, site: str, error: SourceError) -> SourceError:
        """What an error of the API means (``throttle_violation``, ``bad_parameter``, …), by its words."""
        words = said.lower()
        if "too many requests" in words or "throttle" in words:
            wait = _WAIT.search(words)
            until = self._context.now() + timedelta(seconds=int(wait[1]) if wait else 600)
            self._context.http.leave_alone(self._options.server, until)
            more = "" if self._options.key.get_secret_value() else " With a free key (stackapps.com) it is 10,000 a day."
            return SourceLimited(
                f"Stack Exchange wants no more requests from this network until {until:%Y-%m-%d %H:%M} UTC.{more}",
                url=error.url,
                until=until,
                status=error.status,
                said=said,
            )
        if "no site found" in words:
            return SourceGone(
                f"Stack Exchange has no site called {site!r}. Write it as in its address: 'superuser', 'es.stackoverflow', "
                "'android' for android.stackexchange.com.",
                url=error.url,
                status=error.status,
                said=said,
            )
        if "`key`" in words or "key is not" in words or "access_token" in words:
            return SourceNeedsKey(
                f"Stack Exchange does not know the option key of this source (it says “{said}”). Copy the key of your "
                "application from stackapps.com, or leave the option out.",
                url=error.url,
                status=error.status,
                said=said,
            )
        return error


def host_of_site(site: str) -> str:
    """The host of a site, by what the API calls it: ``android`` is ``android.stackexchange.com``."""
    name = site.strip().lower()
    if name.endswith((".com", ".net")):
        return name
    return f"{name}.com" if name.rpartition(".")[2] in _OWN_NAMES else f"{name}.stackexchange.com"


def _parameter(site: str) -> str:
    """What the API calls a site, by its host or its name."""
    name = site.strip().lower()
    return name.removesuffix(".stackexchange.com") if name.endswith(".stackexchange.com") else name.removesuffix(".com")


def map_item(item: Fields, host: str, at: datetime, thread: str = "") -> Mention:
    """The question, answer or comment that an item is; a pure function. ``thread`` is told for comments, which do not tell."""
    comment, answer, question = item.text("comment_id"), item.text("answer_id"), item.text("question_id")
    post = item.text("post_id")
    number = f"c{comment}" if comment else answer or item.need("question_id")
    parent = f"{host}/{post}" if comment and post else f"{host}/{question}" if answer else ""
    path = f"posts/comments/{comment}" if comment else f"a/{answer}" if answer else f"q/{question}"
    edited = item.time("last_edit_date")
    return Mention(
        platform=PLATFORM,
        key=f"{host}/{number}",
        kind=MentionKind.COMMENT if comment or answer else MentionKind.POST,
        url=item.text("link") or f"https://{host}/{path}",
        title="" if comment or answer else plain_line(item.text("title")),
        text=read_html(item.text("body")).text,
        author=_author(item.inner("owner"), host, at),
        published=item.time("creation_date"),
        edited=edited,
        thread=thread or (f"{PLATFORM}:{host}/{question}" if answer else ""),
        parent=f"{PLATFORM}:{parent}" if parent else "",
        engagement=Engagement(
            at=at,
            score=item.number("score"),
            replies=None if answer or comment else item.count("answer_count"),
            views=item.count("view_count"),
        ),
        raw=dict(item.raw),
    )


def _author(owner: Fields, host: str, at: datetime) -> Author | None:
    number, name = owner.text("user_id"), plain_line(owner.text("display_name"))
    if not number and not name:
        return None
    reputation = owner.count("reputation")
    return Author(
        platform=PLATFORM,
        key=f"{host}/{number or name}",
        handle=number,
        name=name,
        url=owner.text("link") or (f"https://{host}/users/{number}" if number else ""),
        avatar=owner.text("profile_image"),
        metrics={} if reputation is None else {"reputation": reputation},
        at=at,
    )


def _number(mention: Mention) -> str:
    return mention.key.rpartition("/")[2]


def _oldest(items: Iterable[Any]) -> datetime | None:
    """Of a page, its unreadable items included: how far back it goes."""
    times = [moment_of(item.get("creation_date")) for item in items if isinstance(item, Mapping)]
    return min((time for time in times if time is not None), default=None)


def follow(handle: str) -> Mapping[str, object] | None:
    """The posts of a user: ``1234`` on Stack Overflow, ``superuser/1234`` elsewhere."""
    site, _, number = handle.rpartition("/")
    if not (number.isascii() and number.isdecimal()) or int(number) < 1:
        return None
    return {"sites": [site or "stackoverflow"], "user": int(number)}


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source searches Stack Overflow for all topics; hourly, so that 300 requests last a day."""
    return [Suggestion(options={}, title="stack-overflow", every=timedelta(hours=1))]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A site, one or more of its tags, or a user."""
    place = web_place(address)
    site = _site(place.host) if place and place.part(0) != "feeds" else ""
    if place is None or not site:
        return None
    if place.part(0) == "users" and place.part(1).isdecimal():
        return {"sites": [site], "user": int(place.part(1))}
    tagged = place.part(2) if place.path[:2] == ("questions", "tagged") else ""
    tags = tagged.replace("+", " ").split()
    return {"sites": [site], "tags": tags} if tags else {"sites": [site]}


def _site(host: str) -> str:
    """What the API calls the site of a host: ``cooking``, ``stackoverflow``, ``es.stackoverflow``; empty for other hosts."""
    name, _, ending = host.rpartition(".")
    if ending == "com" and name.endswith(".stackexchange"):
        return name.removesuffix(".stackexchange")
    if ending == "com" and name.rpartition(".")[2] in ("stackoverflow", "serverfault", "superuser", "askubuntu"):
        return name
    return host if host == "mathoverflow.net" else ""


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`StackExchangeFetcher`."""
    return [
        Component(
            name="stackexchange",
            build=StackExchangeFetcher,
            options=StackExchangeOptions,
            summary="Stack Overflow and Stack Exchange: questions, answers, comments; no key",
            follow=follow,
            suggest=suggest,
            recognise=recognise,
        )
    ]
