"""One server that speaks the Mastodon API: requests, pages by their ``Link`` header, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from pydantic import SecretStr

from ...core.contracts import Allowance, HttpClient, Rate, Response
from ...core.errors import SourceBroken, SourceError, SourceGone, SourceNeedsKey
from ...core.fields import Fields, json_of, object_of
from ...core.values import Health
from ._raw import origin

PER_PAGE = 40
"""The most that an API gives at once (methods/timelines, 2026)."""
AT_ONCE = 20
"""The most statuses that may be asked for together by their ids."""
_LINK = re.compile(r'<([^<>]*)>\s*((?:;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^";,\s]+)\s*)*)')
_NO_ANSWER = (Health.GONE, Health.BROKEN, Health.NEEDS_KEY, Health.REFUSED)
"""How a question ends that a server does not know or does not answer to everybody."""
_DOMAIN = re.compile(r"[\w.-]+(:\d+)?")
_REL = re.compile(r';\s*rel\s*=\s*"?([^";]*)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statuses:
    """A page of a list of statuses."""

    items: list[object]
    newer: str
    """Address of what comes after the newest of them (``rel="prev"``)."""
    older: str
    """Address of what comes before the oldest of them (``rel="next"``)."""


class Server:
    """A server, and the token for it where the user has one."""

    def __init__(self, name: str, token: SecretStr | None, http: HttpClient) -> None:
        """``name`` is its host, or its whole address where it does not speak https."""
        self.name = name
        self.base = name if "://" in name else f"https://{name}"
        self.token = token
        self._http = http
        self._allowance = Allowance(name=f"the API of {name}", rates=(Rate(requests=300, seconds=300.0),))

    def get(self, path: str, params: Mapping[str, str | int | Sequence[str]] | None = None) -> Response:
        """Ask for a path of the API, or for an address that the server gave."""
        url = urljoin(self.base, path)
        if params:
            pairs = [(k, each) for k, v in params.items() for each in ([v] if isinstance(v, str | int) else v)]
            url = f"{url}?{urlencode(pairs)}"
        return self._http.get(url, headers=self.headers, allowance=self._allowance)

    @property
    def headers(self) -> dict[str, str]:
        """The token in a header; nothing without one."""
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"} if self.token else {}

    def statuses(self, path: str, params: Mapping[str, str | int | Sequence[str]] | None = None) -> Statuses:
        """A page of a list. Raises ``SourceNeedsKey`` where it is only for members."""
        try:
            answer = self.get(path, params)
        except SourceError as error:
            raise self._meant(error) from error
        items = json_of(answer)
        if not isinstance(items, list):
            raise SourceBroken(f"{self.name} should answer with a list of posts and does not.", url=answer.url)
        links = self._links(answer)
        if not links and items:
            # A server without the header: its ids go into the documented parameters, as they are.
            links = {"prev": _with(answer.url, "min_id", items[0]), "next": _with(answer.url, "max_id", items[-1])}
        return Statuses(items, links.get("prev", ""), links.get("next", ""))

    def status(self, number: str, what: str = "") -> Response:
        """A status by its local id, or its ``/context``."""
        return self.get(f"/api/v1/statuses/{quote(number, safe='')}{what}")

    def several(self, numbers: Sequence[str]) -> dict[str, Fields]:
        """Statuses by their local ids (methods/statuses: View multiple statuses); servers before Mastodon 4.3 give none.

        What is missing is not there, or not for us, or the server does not know the question: ask for it alone.
        """
        try:
            items = json_of(self.get("/api/v1/statuses", {"id[]": numbers}))
        except SourceError as error:
            if error.health in _NO_ANSWER:
                return {}
            raise
        found = [Fields(item) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
        return {status.text("id"): status for status in found}

    def account(self, handle: str) -> str:
        """The local id of an account (``acme@social.example``)."""
        user, _, host = handle.partition("@")
        acct = user if host == self.name.rpartition("/")[2] else handle
        try:
            return object_of(self.get("/api/v1/accounts/lookup", {"acct": acct})).text("id")
        except SourceGone as error:
            if not error.said:
                raise
            raise SourceGone(
                f"{self.name} knows no account @{handle}. Check its name, or ask its own server.", url=error.url, status=404
            ) from error
        except SourceError as error:
            raise self._meant(error) from error

    def host_of(self, handle: str) -> str:
        """The host at which an account of this domain is (spec/webfinger): its own address has it. Raises a ``SourceError``."""
        found = object_of(self.get("/.well-known/webfinger", {"resource": f"acct:{handle}"}))
        own = (link.text("href") for link in found.each("links") if link.text("rel") == "self")
        hosts = (host for scheme, host in map(origin, own) if scheme == "https")
        return next((host for host in hosts if _DOMAIN.fullmatch(host)), self.name)

    def instance(self) -> Fields:
        """What the server says of itself; empty where it says nothing."""
        try:
            return object_of(self.get("/api/v2/instance"))
        except SourceError as error:
            if error.health in _NO_ANSWER:
                return Fields({})
            raise

    def domain(self) -> str:
        """What stands behind the ``@`` of its own people, which need not be its host (``social.acme.example``).

        Lists give their names without it. Mastodon calls it ``domain`` (entities/Instance; before version 4 ``uri``);
        GoToSocial, whose ``domain`` is the host, ``account_domain``. The host where the server does not say.
        """
        told = self.instance()
        if not told.raw:
            told = object_of(self.get("/api/v1/instance"))
        said = told.text("account_domain") or told.text("domain") or told.text("uri")
        name = said.partition("://")[2] or said
        return name.strip("/").lower() if _DOMAIN.fullmatch(name.strip("/")) else self.name.rpartition("/")[2]

    def needs_token(self, why: str, *, status: int = 0, url: str = "") -> SourceNeedsKey:
        """The error that says how to get a token, or what may be wrong with the one that is there."""
        if self.token:
            advice = (
                "The token for it is wrong, has been revoked, or lacks a right: make one with the scopes read:statuses, "
                "read:accounts and read:search."
            )
        else:
            advice = (
                f"On {self.name}, under Preferences > Development, make an application with the scopes read:statuses, "
                f'read:accounts and read:search; then write tokens = {{ "{self.name}" = {{ env = "NAME" }} }}, or take '
                "another server."
            )
        return SourceNeedsKey(f"{why} {advice}", url=url, status=status)

    def _meant(self, error: SourceError) -> SourceError:
        """401 is a login; 403 and 422 are one too where the API itself says so, and not something in front of it."""
        if error.status == 401 or (error.status in (403, 422) and error.said):
            said = f": “{error.said}”" if error.said else ""
            return self.needs_token(f"{self.name} shows this only to its members ({error.status}{said}).", url=error.url)
        return error

    def _links(self, answer: Response) -> dict[str, str]:
        """Addresses of the ``Link`` header by relation; only those of the very server that was asked."""
        found: dict[str, str] = {}
        for match in _LINK.finditer(answer.headers.get("link", "")):
            rel = _REL.search(match[2])
            url = urljoin(answer.url, match[1])
            if rel and self.is_ours(url):
                for name in rel[1].lower().split():
                    found.setdefault(name, url)
        return found

    def is_ours(self, url: str) -> bool:
        """Whether an address is of this server: no other one is asked, and none gets the token."""
        try:
            ours, theirs = urlsplit(self.base), urlsplit(url)
            return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)
        except ValueError:
            return False


def _with(url: str, name: str, item: object) -> str:
    number = item.get("id") if isinstance(item, Mapping) else None
    if not isinstance(number, str) or not number:
        return ""
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in ("min_id", "max_id", "since_id")]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, number)])))
