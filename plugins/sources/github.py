"""Source ``github``: issues, pull requests, their comments, and discussions. No key is needed for issues and pull requests.

::

    [[sources]]
    id = "github"
    plugin = "github"
    kinds = ["issue", "pull", "discussion"]  # optional: issues and pull requests otherwise; discussions need a token
    comments = true                     # optional: the comments of what is found, too; needs a token
    query = '"acme phone"'              # optional: what to search for; otherwise the words of all topics
    repositories = ["acme/sdk"]         # optional: only there
    organisations = ["acme"]            # optional: only in theirs
    author = "acme-dev"                 # optional: all that this account opens, instead of a search
    back = "30d"                        # optional: how far the first reading goes back
    token = { env = "GITHUB_TOKEN" }    # optional: github.com/settings/tokens; public data needs no scope

Everything is a mention of the platform ``github``, known by its kind and its number in GitHub's database, which stays when a
repository is renamed or moves; an issue that is transferred becomes another one there. Likes are reactions but 👎 and 😕,
replies are comments. With a token authors have their followers, of up to a hundred in a run and of each once a week. The search
is asked for what was updated since the last run, the oldest first, so that nothing is missed where there is more than one page.
Where GitHub says that it ran out of time (``incomplete_results``), that is told.

Limits: 10 searches a minute for each network and 60 other requests an hour; with a token 30 and 5,000. A search takes 256
characters and five OR, so that many topics are several searches, each of them once for issues and once for pull requests.
Facts as in github/docs (content/rest/search, rate limits, graphql; 2025) and GitHub's changelog of April 2025
(``advanced_search``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from ...core.contracts import Allowance, Component, Context, Rate, Response, Suggestion
from ...core.controls import clean
from ...core.errors import (
    SourceBroken,
    SourceError,
    SourceGone,
    SourceLimited,
    SourceNeedsKey,
    SourceRefused,
)
from ...core.fields import Fields, UnexpectedField, json_of, list_in, map_each, moment_of, object_of
from ...core.hookspecs import hookimpl
from ...core.optiontypes import Ago, PluginOptions, WebAddress
from ...core.paging import Page, each, oldest_first
from ...core.searchterms import SearchTerm, packed, search_terms
from ...core.values import JSON, Batch, Failure, Health, Mention, Topic
from ...core.webplaces import web_place
from ._github_discussions import Discussions
from ._github_followers import A_RUN, Followers
from ._github_mapping import Items, map_comment, map_issue, updated
from ._raw import host_of, origin

API = "api.github.com"
PER_PAGE = 100
MOST_PAGES = 10
"""Of the comments of one issue."""
LAG = timedelta(minutes=10)
"""The search finds a change some time after it was made: so much of what was seen is read again."""
LONGEST_QUERY = 256
"""Characters of a search, its qualifiers not counted."""
MOST_TERMS = 6
"""Five OR join six."""

_ADDRESS = re.compile(
    r"^https?://[^/]+/([^/]+)/([^/]+)/(issues|pull|discussions)/(\d+)(?:#(issuecomment|discussioncomment)-(\d+))?"
)
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?(?:[^",]* )?next\b')
_NAME = r"^[A-Za-z0-9][A-Za-z0-9-]*(?:\[bot\])?$"
_REPOSITORY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$")
_OWN_PAGES = frozenset({"about", "apps", "collections", "features", "marketplace", "settings", "sponsors", "topics", "users"})
"""Where an address of two parts is a page of the site itself and no repository."""


class GitHubOptions(PluginOptions):
    """What users write of a source of GitHub."""

    kinds: tuple[Literal["issue", "pull", "discussion"], ...] = Field(
        default=("issue", "pull"), min_length=1, description="Only these"
    )
    comments: bool = Field(default=False, description="The comments of what is found, too; needs a token")
    query: str = Field(default="", description="What to search for; otherwise the words of all topics")
    repositories: tuple[str, ...] = Field(default=(), description="Only there: 'owner/name'")
    organisations: tuple[str, ...] = Field(default=(), description="Only in theirs")
    author: str = Field(default="", description="All that this account opens")
    back: Ago = Field(default="30d", validate_default=True, description="How far the first reading goes back")
    token: SecretStr = Field(default=SecretStr(""), description="From github.com/settings/tokens; public data needs no scope")
    server: WebAddress = Field(default=f"https://{API}", description="Address of the API")

    @model_validator(mode="after")
    def _whole(self) -> GitHubOptions:
        if not self.token.get_secret_value() and (self.comments or "discussion" in self.kinds):
            raise ValueError(
                "discussions and comments need a token: make one at github.com/settings/tokens (public data needs no scope) "
                'and write token = { env = "GITHUB_TOKEN" }'
            )
        for name in (*self.organisations, *([self.author] if self.author else [])):
            if not re.match(_NAME, name):
                raise ValueError(f"{name!r} is no name of an account, as in github.com/NAME")
        for name in self.repositories:
            if not _REPOSITORY.match(name):
                raise ValueError(f"{name!r} is no repository; write 'owner/name'")
        return self


class GitHubFetcher:
    """Reads the search of GitHub, and whole conversations."""

    def __init__(self, options: GitHubOptions, context: Context) -> None:
        self._options, self._context = options, context
        with_token = bool(options.token.get_secret_value())
        words = "with a token" if with_token else "without a token"
        self._searches = Allowance(
            name=f"the search of {API} {words}", rates=(Rate(requests=30 if with_token else 10, seconds=60.0),)
        )
        self._requests = Allowance(name=f"{API} {words}", rates=(Rate(requests=5_000 if with_token else 60, seconds=3_600.0),))
        self._discussions = Discussions(self._graphql, context.now)
        self._followers = Followers(self._graphql, context, most=A_RUN if with_token else 0)

    def fetch(self, topics: Sequence[Topic], cursor: JSON) -> Iterator[Batch]:
        """See ``Fetcher``. The cursor has a place for each search (the time up to which all is read, and a page in between)."""
        searches: dict[str, Callable[[datetime, str], Items]] = {}
        for kind in self._options.kinds:
            for words in self._words(topics, together=kind != "discussion"):
                for scope in self._scopes():
                    query = " ".join(filter(None, (words, scope)))
                    searches[f"{kind} {query}"] = (
                        self._discussions.found(query) if kind == "discussion" else self._issues(kind, query)
                    )
        return each(cursor, list(searches), lambda name, at: oldest_first(at, self._forward(searches[name]), pages=MOST_PAGES))

    def refresh(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        """See ``Refreshes``: one request a mention, for discussions one for fifty."""
        for ref, fresh in self._refreshed(mentions):
            yield ref, fresh and self._followers.told([fresh], ask=False)[0]

    def _refreshed(self, mentions: Sequence[Mention]) -> Iterator[tuple[str, Mention | None]]:
        talks: list[tuple[Mention, str]] = []
        seen: dict[str, bool] = {}

        def shown(place: re.Match[str]) -> bool:
            # GitHub calls what a token may not see (any more) not found as well; then nothing can be told.
            repository = f"{place[1]}/{place[2]}"
            if repository not in seen:
                seen[repository] = self._shows(repository)
            return seen[repository]

        for mention in mentions:
            place = _ADDRESS.match(mention.url)
            if place is None:
                continue
            if place[3] == "discussions":
                node = mention.raw.get("id") if isinstance(mention.raw, Mapping) else None
                talks += [(mention, node)] if isinstance(node, str) else []
                continue
            path = f"comments/{place[6]}" if place[6] else place[4]
            try:
                item, at = object_of(self._ask(f"/repos/{place[1]}/{place[2]}/issues/{path}")), self._context.now()
                fresh = map_comment(item, at, mention.thread) if place[6] else map_issue(item, at)
            except SourceGone:
                if shown(place):
                    yield mention.ref, None
                continue
            except UnexpectedField:
                continue  # asked again another time
            # A redirect to another issue: it was transferred there, which is no deletion.
            if fresh.ref == mention.ref:
                yield mention.ref, fresh
        for start in range(0, len(talks), 50):
            places = {mention.ref: _ADDRESS.match(mention.url) for mention, _ in talks[start : start + 50]}
            for ref, fresh in self._discussions.refreshed(talks[start : start + 50]):
                place = places[ref]
                if fresh is not None or (place is not None and shown(place)):
                    yield ref, fresh

    def conversation(self, mention: Mention) -> Sequence[Mention]:
        """See ``Converses``: the issue and its comments, a hundred a request; or the discussion with answers, in one."""
        place = _ADDRESS.match(mention.url)
        if place is None:
            raise SourceGone(f"{mention.url!r} is no address of an issue, a pull request or a discussion of GitHub.")
        if place[3] == "discussions":
            return self._discussions.whole(place[1], place[2], int(place[4]))
        path, at = f"/repos/{place[1]}/{place[2]}/issues/{place[4]}", self._context.now()
        issue = map_issue(object_of(self._ask(path)), at)
        return [issue, *self._comments(f"{self._options.server}{path}/comments", issue.ref, None)[0]]

    def look_up(self, url: str) -> Mention | None:
        """See ``LooksUp``: an issue, a pull request or a discussion, or a comment of one where the address names it."""
        place, found = web_place(url), _ADDRESS.match(url)
        here = "github.com" if self._options.server == f"https://{API}" else host_of(self._options.server)
        if found is None or place is None or place.host != here:
            return None
        if found[3] == "discussions":
            talks = self._discussions.whole(found[1], found[2], int(found[4]))
            return next((talk for talk in talks if found[6] and talk.key == f"discussioncomment/{found[6]}"), talks[0])
        path, at = f"/repos/{found[1]}/{found[2]}/issues", self._context.now()
        issue = map_issue(object_of(self._ask(f"{path}/{found[4]}")), at)
        return map_comment(object_of(self._ask(f"{path}/comments/{found[6]}")), at, issue.ref) if found[6] else issue

    def check(self) -> str:
        """See ``Checks``."""
        limits = object_of(self._ask("/rate_limit"))
        for name in self._options.repositories:
            self._ask(f"/repos/{name}")
        return f"GitHub answers; {limits.count('resources.search.limit') or 0} searches a minute are allowed."

    def _shows(self, repository: str) -> bool:
        """Whether we may see a repository."""
        try:
            self._ask(f"/repos/{repository}")
        except SourceGone:
            return False
        return True

    # --- what is searched for --------------------------------------------------------------------------------

    def _words(self, topics: Sequence[Topic], *, together: bool) -> list[str]:
        if self._options.author:
            return [f"author:{self._options.author}"]
        if self._options.query:
            return [self._options.query]
        return joined_terms(search_terms(topics)) if together else [term.quoted for term in search_terms(topics)]

    def _scopes(self) -> list[str]:
        """One search each: several of them in one search mean all of them at once."""
        repositories = [f"repo:{name}" for name in self._options.repositories]
        return [*repositories, *(f"org:{name}" for name in self._options.organisations)] or [""]

    def _forward(self, read: Callable[[datetime, str], Items]) -> Callable[[JSON], Page]:
        """Pages for :func:`oldest_first`: on from the time up to which all is read, or from the page in between."""

        def ask(place: JSON) -> Page:
            saved = place if isinstance(place, Mapping) else {}
            since, token = moment_of(saved.get("since")), saved.get("next")
            top = moment_of(saved.get("top")) or since
            start = since - LAG if since else self._context.now() - self._options.back
            token = token if isinstance(token, str) else ""
            try:
                mentions, failures, following, newest = read(start, token)
            except (SourceBroken, SourceGone):
                if not token:
                    raise
                # A page of an older run may mean nothing any more: begin again where all was read.
                mentions, failures, following, newest = read(start, "")
            mentions = self._followers.told(mentions)
            top = max((time for time in (top, newest) if time), default=None)
            reached = top.isoformat() if top else None
            begun = since.isoformat() if since else None
            following_place: JSON = {"since": begun, "next": following, "top": reached} if following else {"since": reached}
            return Page(mentions=mentions, failures=failures, next=following_place if following or reached else None)

        return ask

    # --- issues and pull requests ----------------------------------------------------------------------------

    def _issues(self, kind: str, query: str) -> Callable[[datetime, str], Items]:
        where = "" if self._options.author else " in:title,body,comments" if self._options.comments else " in:title,body"
        fixed = f"{query}{where} is:{'issue' if kind == 'issue' else 'pull-request'}"

        def read(start: datetime, page: str) -> Items:
            if page and origin(page) == origin(self._options.server):
                response = self._get(page, self._searches)
            else:
                params = {
                    "q": f"{fixed} updated:>={start:%Y-%m-%dT%H:%M:%SZ}",
                    "sort": "updated",
                    "order": "asc",
                    "per_page": PER_PAGE,
                    "advanced_search": "true",
                }
                response = self._get(f"{self._options.server}/search/issues", self._searches, params)
            answer, at = object_of(response), self._context.now()
            items = list_in(answer, "items")
            mentions, failures = map_each(items, lambda item: map_issue(item, at), name=lambda item: item["html_url"])
            if self._options.comments:
                for item, issue in [(item, issue) for item in items for issue in mentions if _is(item, issue)]:
                    if item.get("comments"):
                        more, broken = self._comments(f"{_api(self._options.server, issue)}/comments", issue.ref, start)
                        mentions, failures = (*mentions, *more), (*failures, *broken)
            if answer.flag("incomplete_results"):
                failures = (*failures, _incomplete(query))
            return mentions, failures, next_page(response), updated(items, "updated_at")

        return read

    def _comments(self, url: str, thread: str, since: datetime | None) -> tuple[list[Mention], list[Failure]]:
        at = self._context.now()
        params: dict[str, str | int] = {"per_page": PER_PAGE}
        if since:
            params["since"] = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        mentions: list[Mention] = []
        failures: list[Failure] = []
        for _ in range(MOST_PAGES):
            try:
                response = self._get(url, self._requests, params)
            except SourceGone:  # deleted since it was found
                break
            found, broken = map_each(
                list_in(Fields({"comments": json_of(response)}), "comments"),
                lambda item: map_comment(item, at, thread),
                name=lambda item: item["html_url"],
            )
            mentions += found
            failures += broken
            url, params = next_page(response), {}
            if not url or origin(url) != origin(self._options.server):
                break
        return mentions, failures

    # --- asking ----------------------------------------------------------------------------------------------

    def _headers(self) -> dict[str, str]:
        token = self._options.token.get_secret_value()
        common = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
        return {**common, "authorization": f"Bearer {token}"} if token else common

    def _ask(self, path: str) -> Response:
        return self._get(f"{self._options.server}{path}", self._requests)

    def _get(self, url: str, allowance: Allowance, params: Mapping[str, str | int] | None = None) -> Response:
        try:
            return self._context.http.get(url, params=params, headers=self._headers(), allowance=allowance)
        except SourceError as error:
            raise self._meant(error) from error.__cause__

    def _graphql(self, query: str, variables: Mapping[str, JSON]) -> Fields:
        # GitHub Enterprise has the two APIs side by side: /api/v3 and /api/graphql.
        url = f"{self._options.server.removesuffix('/v3')}/graphql"
        question: JSON = {"query": query, "variables": variables}
        try:
            answer = object_of(self._context.http.post(url, headers=self._headers(), json=question, allowance=self._requests))
        except SourceError as error:
            raise self._meant(error) from error.__cause__
        for problem in answer.each("errors"):
            kind, said = problem.text("type"), problem.text("message")
            if kind == "NOT_FOUND":
                continue  # what is gone stands as null in the data
            if kind in ("INSUFFICIENT_SCOPES", "FORBIDDEN"):
                raise _too_weak(said, url, {})
            if kind == "RATE_LIMITED" or "rate limit" in said.lower():
                raise self._slow_down(said, url)
            raise SourceBroken(f"GitHub answers with an error: “{said[:300]}”.", url=url, said=said)
        return answer.inner("data")

    def _meant(self, error: SourceError) -> SourceError:
        """What a refusal of GitHub means, by its status and its words."""
        words = error.said.lower()
        if isinstance(error, SourceNeedsKey):
            return SourceNeedsKey(
                "GitHub does not accept the token of this source: it is wrong, has expired or was revoked. Make a new one at "
                "github.com/settings/tokens; public data needs no scope.",
                url=error.url,
                status=error.status,
                said=error.said,
            )
        if isinstance(error, SourceRefused) and error.status == 403:
            if "rate limit" in words or "abuse" in words:
                return self._slow_down(error.said, error.url)
            if _missing_scopes(error.headers) or any(part in words for part in _OF_RIGHTS):
                return _too_weak(error.said, error.url, error.headers)
        if isinstance(error, SourceGone) and error.status == 404:
            return SourceGone(
                f"GitHub shows nothing at {urlsplit(error.url).path}: it does not exist, or the token of this source may not "
                "see it. Correct the name; for what is private give the token read access to it.",
                url=error.url,
                status=error.status,
                said=error.said,
            )
        if isinstance(error, SourceBroken) and error.status == 422:
            return SourceGone(
                "GitHub cannot search so: a repository, organisation or account of this source does not exist, or its token "
                f"may not see it. Correct repositories, organisations, author or query. It says: “{error.said}”",
                url=error.url,
                status=error.status,
                said=error.said,
            )
        return error

    def _slow_down(self, said: str, url: str) -> SourceLimited:
        # Of its secondary limits GitHub says: without a Retry-After wait a minute at least.
        until = self._context.now() + timedelta(minutes=1)
        self._context.http.leave_alone(url or self._options.server, until)
        return SourceLimited(
            f"GitHub asks us to slow down until {until:%Y-%m-%d %H:%M} UTC. If this happens often, raise this source's every"
            f"{'' if self._options.token.get_secret_value() else ', or give it a token'}.",
            url=url,
            until=until,
            said=said,
        )


# --- pure functions ------------------------------------------------------------------------------------------

_OF_RIGHTS = ("not accessible", "saml", "must have", "scope")
"""Words of refusals that are about the rights of a token."""


def _too_weak(said: str, url: str, headers: Mapping[str, str]) -> SourceNeedsKey:
    return SourceNeedsKey(
        f"The token of this source lacks a right: GitHub says “{said[:300]}”. {_missing_scopes(headers) or _needed(headers)}At "
        "github.com/settings/tokens give it read access to issues, pull requests and discussions of these repositories (a "
        "classic token: the scope public_repo, for private ones repo), and authorise it for the organisation where that uses "
        "single sign-on.",
        url=url,
        status=403,
        said=said,
    )


def _needed(headers: Mapping[str, str]) -> str:
    """The permissions that a fine-grained token needs, in a sentence: ``;`` stands between sets of which any will do.

    From "X-Accepted-GitHub-Permissions header for fine-grained permission actors" of GitHub's changelog.
    """
    needed = clean(headers.get("x-accepted-github-permissions", ""), newlines=False).strip()
    return f"It needs {' or '.join(part.strip() for part in needed.split(';'))}. " if needed else ""


def _missing_scopes(headers: Mapping[str, str]) -> str:
    """Which scopes a classic token lacks, in a sentence; empty where it has one of those that are accepted.

    From "Scopes for OAuth apps" of GitHub's documentation.
    """
    accepted, held = (
        [scope for part in clean(headers.get(name, ""), newlines=False).split(",") if (scope := part.strip())]
        for name in ("x-accepted-oauth-scopes", "x-oauth-scopes")
    )
    if not accepted or not set(accepted).isdisjoint(held):
        return ""
    has = f"the scopes {', '.join(held)}" if held else "no scope"
    return f"It has {has}, and needs one of {', '.join(accepted)}. "


def joined_terms(terms: Iterable[SearchTerm]) -> list[str]:
    """As few searches as find all of these: terms joined with OR, within what GitHub takes."""
    words = [f"({term.quoted})" if len(term.parts) > 1 else term.quoted for term in terms]
    searches = packed(words, " OR ", LONGEST_QUERY - len("()"), MOST_TERMS)
    return [some[0] if len(some) == 1 else f"({' OR '.join(some)})" for some in searches]


def next_page(response: Response) -> str:
    """The address of the next page, as the header ``Link`` has it; empty on the last."""
    found = _NEXT.search(response.headers.get("link", ""))
    return found[1] if found else ""


def _is(item: Any, issue: Mention) -> bool:
    return isinstance(item, Mapping) and f"issue/{item.get('id')}" == issue.key


def _api(server: str, issue: Mention) -> str:
    """The address of an issue in the API, made of its public one: an answer does not say where a token goes."""
    place = _ADDRESS.match(issue.url)
    return f"{server}/repos/{place[1]}/{place[2]}/issues/{place[4]}" if place else server


def _incomplete(query: str) -> Failure:
    return Failure(
        source="",
        item=query[:100],
        message="GitHub ran out of time and left something out of this search. Make it narrower with repositories, "
        "organisations or query; what was left out comes when it is updated.",
        kind=Health.SLOW,
    )


def suggest(topic: Topic, context: Context) -> list[Suggestion]:
    """One source searches for all topics: there is nothing to say of one."""
    return [Suggestion(options={}, title="github", every=timedelta(hours=1))]


def recognise(address: str, software: str) -> Mapping[str, object] | None:
    """A repository, or an organisation by its own page (``github.com/orgs/NAME``)."""
    place = web_place(address)
    if place is None or place.is_feed or place.host != "github.com":
        return None
    owner, name = place.part(0), place.part(1).removesuffix(".git")
    if owner == "orgs" and re.match(_NAME, name):
        return {"organisations": [name]}
    repository = f"{owner}/{name}"
    return {"repositories": [repository]} if _REPOSITORY.match(repository) and owner not in _OWN_PAGES else None


@hookimpl
def register_sources() -> Iterable[Component]:
    """The component that builds a :class:`GitHubFetcher`."""
    return [
        Component(
            name="github",
            build=GitHubFetcher,
            options=GitHubOptions,
            summary="GitHub: issues, pull requests, comments, discussions; no key for the first two",
            follow=lambda handle: {"author": handle} if re.match(_NAME, handle) else None,
            suggest=suggest,
            recognise=recognise,
        )
    ]
