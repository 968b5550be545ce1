"""The one polite HTTP client: honest, patient, bounded, and deaf to redirects into the user's own network."""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from http.cookiejar import CookieJar, DefaultCookiePolicy
from json import dumps
from urllib.parse import urlencode

import httpcore
import httpx

from .bodies import BadEncoding, CutShort, TooLarge, read_body
from .budgets import Budgets
from .contracts import Allowance, Rate, Response
from .errors import SourceBroken, SourceError, SourceLimited, SourceRefused, SourceUnreachable
from .manners import LONGEST_WAIT, Waiting, asked_to_wait, user_agent
from .network import Deadline, GuardedBackend, Resolver, is_public, resolve
from .refusals import can_be_sent, complaint_in, demand_headers, limited, public_address, refusal, spent, wait_in
from .turns import Turns
from .values import JSON

PACE = Rate(requests=2, seconds=1.0)
"""How fast one public host is asked, by all sources together, where its API allows no more by name."""

PATIENCE = 20.0
"""Seconds that a request may wait for its turn; where it would take longer its source goes on in a later run."""

MAX_COMPLAINT = 65_536
"""Bytes read of an answer that refuses."""

SHORT_WAIT = 2.0
"""Seconds that a request may sleep because a host asked for it; a longer wait is the next run's."""

_KEPT_ACROSS_HOSTS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
"""Headers that go along when a redirect leads to another site; keys and tokens never do."""

_TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException)
_RETRIED = frozenset({500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_FAULTS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((httpx.ConnectTimeout, httpcore.ConnectTimeout), "{host} does not take up the connection."),
    ((httpx.TimeoutException, httpcore.TimeoutException), "{host} takes too long to answer."),
    ((httpx.ConnectError, httpcore.ConnectError), "No connection to {host} can be made ({cause})."),
    ((CutShort, httpx.ReadError, httpcore.ReadError), "{host} cut the connection in the middle of its answer."),
    ((httpx.RemoteProtocolError, httpcore.RemoteProtocolError), "{host} did not answer to the end ({cause})."),
    ((httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError), "The connection to {host} failed ({cause})."),
)
"""What goes wrong below HTTP, in plain words; the first row that fits counts."""
_FOREIGN = tuple(kind for kinds, _ in _FAULTS for kind in kinds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How far one request may go."""

    connect_seconds: float = 10.0
    """For the connection to stand."""
    read_seconds: float = 20.0
    """Between two pieces of the answer."""
    total_seconds: float = 60.0
    """For the whole of it, redirects and repetitions included."""
    max_bytes: int = 20_000_000
    """Of the unpacked body."""
    max_redirects: int = 5
    retries: int = 2
    """Repetitions after a connection error or a server's error."""
    per_host: int = 2
    """Requests to one host at a time."""


class PoliteClient:
    """The ``HttpClient`` that everything uses. Thread-safe; ``close`` it when done."""

    def __init__(
        self,
        *,
        contact: str,
        version: str,
        allow_private: bool = False,
        bounds: Bounds | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        transport: httpx.BaseTransport | None = None,
        resolver: Resolver = resolve,
        pace: Rate | None = PACE,
        pace_own: bool = False,
        budgets: Budgets | None = None,
    ) -> None:
        """``contact`` goes into the user agent. ``transport`` replaces the network, address checks included (for tests).

        ``pace`` holds for each public host; with ``pace_own`` also for hosts of the user's own machine and network.
        """
        self._bounds = bounds or Bounds()
        self._pace, self._pace_own = pace, pace_own
        self._budgets = budgets or Budgets()
        self._now, self._sleep = now, sleep
        self._rng = rng or random.Random()
        self._deadline = Deadline()
        self._waiting = Waiting(self._budgets.held())
        self._hosts: dict[str, Turns] = {}
        self._lock = threading.Lock()
        backend = GuardedBackend(allow_private=allow_private, deadline=self._deadline, resolver=resolver)
        self._client = httpx.Client(
            transport=transport or GuardedTransport(backend),
            headers={
                "user-agent": user_agent(version, contact),
                "accept-encoding": "gzip, deflate",
                "accept": "*/*",
            },
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self._bounds.read_seconds, connect=self._bounds.connect_seconds),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
        self._budgets.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Ask for a page; see ``HttpClient``. Every failure is a ``SourceError`` that says what to do."""
        validators = dict(validators or {})
        asked = _lowered(headers)
        for header, name in (("if-none-match", "etag"), ("if-modified-since", "modified")):
            # They come from the site, which may have sent anything.
            if (value := validators.get(name)) and can_be_sent(value):
                asked[header] = value
        return self._ask("GET", url, params, asked, None, validators, max_bytes, allowance)

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: JSON = None,
        form: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        allowance: Allowance | None = None,
    ) -> Response:
        """Send JSON or a form; see ``HttpClient``. It is not sent a second time, and not along a redirect."""
        body = urlencode(form).encode() if form is not None else dumps(json).encode()
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        return self._ask("POST", url, params, {"content-type": kind, **_lowered(headers)}, body, {}, max_bytes, allowance)

    def leave_alone(self, url: str, until: datetime) -> None:
        """Ask this host nothing until then."""
        self._asked_to_wait(_host(_parsed(url, None)), min(until, self._now() + LONGEST_WAIT))

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        headers: dict[str, str],
        body: bytes | None,
        validators: dict[str, str],
        max_bytes: int | None,
        allowance: Allowance | None,
    ) -> Response:
        question = _Question(
            method=method,
            url=_parsed(url, params),
            headers=headers,
            body=body,
            validators=validators,
            max_bytes=max_bytes or self._bounds.max_bytes,
            allowance=allowance,
        )
        demand_headers(question.url.host, headers, _shown(question.url))
        try:
            return self._follow(question)
        finally:
            self._deadline.at = float("inf")

    # --- redirects, then repetitions, then one exchange --------------------------------------------------------

    def _follow(self, question: _Question) -> Response:
        moved: httpx.URL | None = None
        for_good = True
        for _ in range(self._bounds.max_redirects + 1):
            # Waiting our turn may take longer than a request may; it is no fault of the site.
            self._deadline.at = float("inf")
            question = replace(question, at=self._keep_pace(question))
            self._deadline.start(self._bounds.total_seconds)
            answer = self._patiently(question)
            if isinstance(answer, Response):
                return replace(answer, moved=_public(moved)) if moved else answer
            url, target = question.url, _target(question.url, answer.location)
            if question.body is not None:
                raise SourceBroken(
                    f"{url.host} sends what was posted to another address ({public_address(str(target))}). "
                    "Correct the address of this source.",
                    url=_shown(url),
                )
            for_good = for_good and answer.status in _FOR_GOOD
            moved = target if for_good else moved
            headers = question.headers
            if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
                upgraded = target.host == url.host and (url.scheme, target.scheme) == ("http", "https")
                if not upgraded:
                    headers = {name: value for name, value in headers.items() if name in _KEPT_ACROSS_HOSTS}
            question = replace(question, url=target, headers=headers)
        raise SourceBroken(
            f"{question.url.host} sends us from one address to the next without end ({self._bounds.max_redirects} redirects). "
            "Open the address in a browser and use the one that it ends at.",
            url=_shown(question.url),
        )

    def _pace_of(self, url: httpx.URL) -> Rate | None:
        return self._pace if self._pace_own or not _is_own(url) else None

    def _keep_pace(self, question: _Question) -> float:
        """Wait until this request may be made, and say when that is; raises ``SourceLimited`` where it is too far off."""
        now, longest = self._now(), 0.0
        counted: dict[str, list[Rate]] = {}
        if pace := self._pace_of(question.url):
            counted[_host(question.url)] = [pace]
        if question.allowance is not None:  # by the name of its host, an API's allowance is the host's: counted once
            counted.setdefault(question.allowance.name, []).extend(question.allowance.rates)
        for name, rates in counted.items():
            wait = self._budgets.reserve(name, rates, now, PATIENCE)
            if isinstance(wait, datetime):
                raise spent(name, wait, _shown(question.url))
            if wait:
                self._sleep(wait)
            longest = max(longest, wait)
        return now.timestamp() + longest

    def _patiently(self, question: _Question) -> Response | _Redirect:
        url = question.url
        host = _host(url)
        attempt = 0
        while True:
            self._wait_asked_for(host, url)
            try:
                with self._turns(url).taken(question.at, lambda: self._now().timestamp(), self._sleep):
                    # While this one waited for its turn, another may have been asked to wait.
                    if wait := self._wait_asked_for(host, url):
                        self._sleep(wait)
                    return self._exchange(question)
            except _Again as again:
                attempt += 1
                pause = 0.5 * 2 ** (attempt - 1) * (0.5 + self._rng.random())
                once = question.body is not None
                if once or not again.repeat or attempt > self._bounds.retries or pause >= self._deadline.left():
                    raise again.error from again.__cause__
                self._sleep(pause)
                question = replace(question, at=question.at + pause)
            except SourceLimited as error:
                attempt += 1
                if attempt > self._bounds.retries or not self._short(error.until):
                    raise

    def _wait_asked_for(self, host: str, url: httpx.URL) -> float:
        """Seconds for which a host wants to be left alone; refuses to ask where that is more than a moment."""
        now = self._now()
        until = self._waiting.until(host, now)
        if until is None:
            return 0.0
        if not self._short(until):
            raise limited(url.host, until, _shown(url))
        return max(0.0, (until - now).total_seconds())

    def _asked_to_wait(self, host: str, until: datetime | None) -> None:
        self._waiting.answered(host, until)
        if until is not None:
            self._remember(host, until)

    def _remember(self, host: str, until: datetime) -> None:
        """Let a long wait outlive this program: the next one must not ask at once."""
        now = self._now()
        if (until - now).total_seconds() > SHORT_WAIT:
            self._budgets.hold(host, until, now)

    def _short(self, until: datetime | None) -> bool:
        seconds = (until - self._now()).total_seconds() if until else float("inf")
        return seconds <= min(SHORT_WAIT, self._deadline.left())

    def _turns(self, url: httpx.URL) -> Turns:
        with self._lock:
            return self._hosts.setdefault(_host(url), Turns(self._bounds.per_host, self._pace_of(url)))

    def _exchange(self, question: _Question) -> Response | _Redirect:
        url, began = question.url, time.monotonic()
        try:
            request = self._client.build_request(question.method, url, headers=question.headers, content=question.body)
            response = self._client.send(request, stream=True)
            try:
                answer = self._judge(question, response)
            finally:
                response.close()
        except _FOREIGN as error:
            raise _Again(_fault(error, url), repeat=not isinstance(error, _TIMEOUTS)) from error
        except TooLarge as error:
            raise SourceBroken(
                f"The answer of {url.host} is larger than {question.max_bytes / 1e6:.0f} MB and was not read to its end. "
                "Look for a feed of the site with fewer entries.",
                url=_shown(url),
            ) from error
        except BadEncoding as error:
            raise SourceBroken(
                f"The answer of {url.host} is packed in a way that cannot be unpacked ({error}).", url=_shown(url)
            ) from error
        return replace(answer, seconds=time.monotonic() - began) if isinstance(answer, Response) else answer

    def _judge(self, question: _Question, response: httpx.Response) -> Response | _Redirect:
        url, validators, max_bytes = question.url, question.validators, question.max_bytes
        headers = dict(response.headers.items())
        status, host, now = response.status_code, _host(url), self._now()
        asked = asked_to_wait(status, headers, now)
        if status == 429 or (asked is not None and status in (403, 503)):
            asked = asked or wait_in(self._complaint(response, headers), now)
            until = self._waiting.complained(host, asked, now)
            self._remember(host, until)
            raise limited(url.host, until, _shown(url))
        self._asked_to_wait(host, asked)
        if status in _REDIRECTS and "location" in headers:
            return _Redirect(status=status, location=headers["location"])
        accepted = Response(url=_public(url), status=status, headers=headers, content=b"", validators=validators)
        if status == 304:
            return replace(accepted, unchanged=True, validators={**validators, **_validators(headers)})
        if not 200 <= status < 300:
            said = complaint_in(self._complaint(response, headers))
            error = refusal(url.host, status, _shown(url), said, headers)
            raise _Again(error) if status in _RETRIED else error
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > max_bytes:
            raise TooLarge
        content = self._body(response, headers, max_bytes)
        body = blake2b(content, digest_size=16).hexdigest()
        fresh = {**_validators(headers), "body": body}
        if validators.get("body") == body:
            return replace(accepted, unchanged=True, validators=fresh)
        return replace(accepted, content=content, validators=fresh)

    def _body(self, response: httpx.Response, headers: Mapping[str, str], max_bytes: int) -> bytes:
        if response.is_stream_consumed:  # a test's transport hands over a body that has been read and unpacked
            return read_body([response.content], "", max_bytes)
        return read_body(self._pieces(response), headers.get("content-encoding", ""), max_bytes)

    def _complaint(self, response: httpx.Response, headers: Mapping[str, str]) -> bytes:
        """The body of an answer that refuses; nothing where it cannot be read."""
        try:
            return self._body(response, headers, MAX_COMPLAINT)
        except (*_FOREIGN, TooLarge, BadEncoding):
            return b""

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        for piece in response.iter_raw():
            yield piece
            self._deadline.clip(None)


class GuardedTransport(httpx.BaseTransport):
    """httpx over connections that :class:`hubbub.core.network.GuardedBackend` makes."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; httpcore's errors pass as they are and are translated with the others."""
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(inner)
        stream = _Stream(answer)
        return httpx.Response(answer.status, headers=answer.headers, stream=stream, extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that we trust; reading them takes as long as all else of a client."""
    return httpx.create_ssl_context()


class _Stream(httpx.SyncByteStream):
    """The body of an answer of httpcore."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Question:
    """A request as it is made: where it is sent on, with another address and fewer headers."""

    method: str
    url: httpx.URL
    headers: dict[str, str]
    body: bytes | None
    validators: dict[str, str]
    max_bytes: int
    allowance: Allowance | None
    at: float = 0.0
    """When it is its turn by what is allowed, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Redirect:
    status: int
    location: str


class _Again(Exception):
    """A fault that may be gone in a moment."""

    def __init__(self, error: SourceError, *, repeat: bool = True) -> None:
        self.error, self.repeat = error, repeat
        super().__init__(str(error))


def _lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


def _is_own(url: httpx.URL) -> bool:
    """Whether a host is plainly of the user's own machine or network: its pace is the user's business."""
    host = url.host
    return host == "localhost" or ((host.replace(".", "").isdecimal() or ":" in host) and not is_public(host))


def _parsed(url: str, params: Mapping[str, str | int] | None) -> httpx.URL:
    try:
        parsed = httpx.URL(url.strip())
        if params:
            parsed = parsed.copy_merge_params(dict(params))
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceBroken(f"{public_address(url)!r} is not a web address ({error}).") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SourceBroken(f"{public_address(url)!r} is not a web address; it must begin with https:// or http://.")
    return parsed


def _target(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceBroken(f"{url.host} sends us to an address that is none ({error}).", url=_shown(url)) from error
    if target.scheme not in ("http", "https") or not target.host:
        raise SourceRefused(
            f"{url.host} sends us to a {target.scheme or 'nameless'} address; only http and https are followed.",
            url=_shown(url),
        )
    return target


def _public(url: httpx.URL) -> str:
    return str(url.copy_with(username=None, password=None)) if url.userinfo else str(url)


def _shown(url: httpx.URL) -> str:
    return public_address(str(url))


def _host(url: httpx.URL) -> str:
    return f"{url.host}:{url.port}" if url.port else url.host


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    pairs = {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
    return {name: value for name, value in pairs.items() if value}


def _fault(error: Exception, url: httpx.URL) -> SourceUnreachable:
    words = next(words for kinds, words in _FAULTS if isinstance(error, kinds))
    cause = str(error) or type(error).__name__
    return SourceUnreachable(f"{words.format(host=url.host, cause=cause)}", url=_shown(url))
