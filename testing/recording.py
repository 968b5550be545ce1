"""Real exchanges with a site, kept as fixtures without anybody's secrets; and a player that answers from them.

::

    recorder = Recorder(context.http, secrets=["the token"])       # between a plugin and the polite client
    ...                                                            # let the plugin read
    recorder.write(Path("tests/fixtures"))                         # one JSON file an exchange

    api = FakeApi(Replay(Path("tests/fixtures")))                  # in a test: the same answers, without a network

What is left out or replaced: all headers of requests, headers of answers other than those that programs need, what a JSON
object keeps under a name such as ``token``, keys in addresses, tokens of well-known forms, e-mail addresses and IP addresses
(by ones that nobody can have), and where it is wished the names of people in JSON. The same thing gets the same replacement.
Nothing is written while a known secret is still in any of it. It is a machine's work: read the files before you publish them.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from ..core.contracts import Allowance, HttpClient, Response
from ..core.errors import HubbubError, SourceError
from ..core.slugs import slugify
from ..core.values import JSON
from .server import Answer

if TYPE_CHECKING:
    import httpx

HIDDEN = "REDACTED"
"""Stands where a secret stood; in the address of a recorded request it stands for anything."""

_SECRET_NAME = (
    r"(?i)(?:^|[_-])(?:(?:access|refresh|id|auth|api|csrf|xsrf|bearer)?[_-]?token|secret|passw(?:or)?d|api[_-]?key|apikey|"
    r"authorization|cookies?|session(?:[_-]?id)?|jwt|signature|credentials?|private[_-]?key)$"
)
_SECRET_KEY = re.compile(_SECRET_NAME)
_SECRET_PARAMETER = re.compile(r"(?i)token|key|secret|passw|auth|sig$|signature|session|jwt")
_IN_ADDRESS = re.compile(r"(?i)([?&][\w.-]*(?:token|key|secret|passw|auth|session|jwt)[\w.-]*=)[^&#\s\"'<>]+")
_TOKENS = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JSON Web Tokens
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|pk_live_|sk_live_|AKIA|AIza)[\w-]{12,}"
    r"|\b(?:Bearer|Basic)\s+[\w.~+/-]{8,}=*"
)
_MAIL = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_IPV4 = re.compile(r"(?<![\w.])(?!127\.)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])")
_IPV6 = re.compile(
    r"(?i)(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){2,6}:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)(?![\w:])"
)
_NAME_KEY = re.compile(
    r"(?:display|real|full|user|screen|author|nick)?[_-]?(?:name|author|creator|handle|acct|login|nick|owner|by)", re.IGNORECASE
)
_KEPT_HEADERS = re.compile(r"content-type|link|retry-after|etag|last-modified|(?:x-)?ratelimit-[\w-]+|x-rate-limit-[\w-]+")


class SecretLeft(HubbubError):
    """A known secret is still in what would be written."""


class NotRecorded(LookupError):
    """A request that is not among those recorded."""


# --- taking out --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Redaction:
    """Takes out what must not be kept. The same thing gets the same replacement for as long as this lives."""

    secrets: tuple[str, ...] = ()
    """Known secrets: taken out wherever they stand."""
    names: bool = False
    """Whether the names of people are replaced too, where JSON says that they are names."""
    _replaced: dict[str, str] = field(default_factory=dict)
    _people: dict[str, str] = field(default_factory=dict)

    def json(self, value: Any) -> Any:
        """The same JSON without them."""
        if self.names:
            self._meet(value)
        return self._walk(value)

    def _walk(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._field(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._walk(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def _field(self, key: str, value: Any) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "" and _SECRET_KEY.search(key):
            return HIDDEN
        return self._walk(value)

    def text(self, text: str) -> str:
        """The same text without them."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            for form in _forms(secret):
                text = text.replace(form, HIDDEN)
        text = _TOKENS.sub(HIDDEN, text)
        text = _IN_ADDRESS.sub(rf"\1{HIDDEN}", text)
        text = _MAIL.sub(lambda found: self._instead(found[0], "person{}@mail.example"), text)
        text = _IPV4.sub(lambda found: self._instead(found[0], "192.0.2.{}"), text)
        text = _IPV6.sub(lambda found: self._instead(found[0], "2001:db8::{}"), text)
        for name in sorted(self._people, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._people[name], text)
        return text

    def address(self, url: str) -> str:
        """An address without user name, password and keys."""
        parts = urlsplit(url)
        query = [
            (name, HIDDEN if _SECRET_PARAMETER.search(name) else self.text(value))
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
        host = self.text(parts.netloc.rpartition("@")[2])
        bare = parts._replace(netloc=host, path=self.text(parts.path), query=urlencode(query))
        return urlunsplit(bare)

    def _instead(self, found: str, form: str) -> str:
        if found not in self._replaced:
            taken = sum(1 for other in self._replaced.values() if other.startswith(form.partition("{}")[0]))
            self._replaced[found] = form.format(taken + 1)
        return self._replaced[found]

    def _meet(self, value: Any) -> None:
        """Learn the names of people in it, so that they are also found in texts and addresses."""
        if isinstance(value, list):
            for inner in value:
                self._meet(inner)
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if isinstance(inner, str) and len(inner.strip()) > 2 and _NAME_KEY.fullmatch(str(key)):
                    self._people.setdefault(inner.strip(), f"person-{len(self._people) + 1}")
                self._meet(inner)


def _forms(secret: str) -> list[str]:
    """A secret as it stands in texts, in addresses and in JSON."""
    return list(dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])))


def left_in(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of these secrets is still in a text: as it is, in an address, in base64 at any place, or in hex."""
    for secret in secrets:
        raw = secret.encode()
        encoded = [
            base64.b64encode(b"\0" * shift + raw)[(shift * 8 + 5) // 6 :].decode().rstrip("=")[:-1] for shift in range(3)
        ]
        forms = [*_forms(secret), raw.hex(), *(form for form in encoded if len(form) > 6)]
        if any(form in text for form in forms):
            return True
    return False


# --- recording -----------------------------------------------------------------------------------------------------


class Recorder:
    """An ``HttpClient`` over another one that keeps what was asked and answered. Thread-safe."""

    def __init__(
        self,
        inner: HttpClient,
        *,
        secrets: Iterable[str] = (),
        names: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``secrets`` are those of the source's options; ``names``: whether people's names are replaced as well."""
        self._inner, self._now = inner, now
        self._redaction = Redaction(secrets=tuple(secret for secret in secrets if secret), names=names)
        self._kept: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many exchanges there are."""
        return len(self._kept)

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
        """See ``HttpClient``."""
        ask = lambda: self._inner.get(  # noqa: E731
            url, params=params, headers=headers, validators=validators, max_bytes=max_bytes, allowance=allowance
        )
        return self._recorded("GET", _with(url, params), None, ask)

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
        """See ``HttpClient``."""
        ask = lambda: self._inner.post(  # noqa: E731
            url, params=params, headers=headers, json=json, form=form, max_bytes=max_bytes, allowance=allowance
        )
        return self._recorded("POST", _with(url, params), json if form is None else dict(form), ask)

    def leave_alone(self, url: str, until: datetime) -> None:
        """See ``HttpClient``."""
        self._inner.leave_alone(url, until)

    def _recorded(self, method: str, url: str, sent: JSON, ask: Callable[[], Response]) -> Response:
        question = {"method": method, "url": url, **({} if sent is None else {"sent": sent})}
        try:
            answer = ask()
        except SourceError as error:
            if error.status:
                self._keep({**question, "status": error.status, "json": {"error": error.said}})
            raise
        headers = {name: value for name, value in answer.headers.items() if _KEPT_HEADERS.fullmatch(name)}
        self._keep({**question, "status": answer.status, "headers": headers, **_body(answer.content)})
        return answer

    def _keep(self, exchange: dict[str, Any]) -> None:
        with self._lock:
            self._kept.append({"at": self._now().isoformat(), **exchange})

    def write(self, folder: Path) -> list[Path]:
        """Write one file an exchange, all or none; raises :class:`SecretLeft`, or ``HubbubError`` where files are there."""
        if folder.exists() and any(folder.glob("*.json")):
            raise HubbubError(f"There are recorded files in {folder} already; remove them, or name another folder.")
        texts: dict[Path, str] = {}
        for number, exchange in enumerate(self._kept, start=1):
            clean = self._clean(exchange)
            name = slugify(urlsplit(clean["url"]).path.strip("/").replace("/", "-"), "root")
            text = json.dumps(clean, ensure_ascii=False, indent=1) + "\n"
            unpacked = base64.b64decode(clean["base64"]).decode("latin-1") if "base64" in clean else ""
            if left_in(text, self._redaction.secrets) or left_in(unpacked, self._redaction.secrets):
                raise SecretLeft(
                    f"A secret is still in the answer to {clean['method']} {clean['url']}, in a form that cannot be taken out. "
                    "Nothing was written."
                )
            texts[folder / f"{number:03d}-{clean['method'].lower()}-{name}.json"] = text
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8", newline="\n")
        return list(texts)

    def _clean(self, exchange: Mapping[str, Any]) -> dict[str, Any]:
        redaction = self._redaction
        # The bodies first: names that stand in them are also taken out of addresses.
        cleaned = {key: redaction.json(exchange[key]) for key in ("json", "sent") if key in exchange}
        if "text" in exchange:
            cleaned["text"] = redaction.text(exchange["text"])
        if "headers" in exchange:
            cleaned["headers"] = {name: redaction.text(value) for name, value in exchange["headers"].items()}
        return {**exchange, "url": redaction.address(exchange["url"]), **cleaned}


def _with(url: str, params: Mapping[str, str | int] | None) -> str:
    """The address with its parameters, those of the same name replaced: as the client merges them."""
    if not params:
        return url
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in params]
    return urlunsplit(parts._replace(query=urlencode([*kept, *((name, str(value)) for name, value in params.items())])))


def _body(content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}
    try:
        return {"json": json.loads(text)}
    except (ValueError, RecursionError):
        return {"text": text}


# --- playing ---------------------------------------------------------------------------------------------------------


class Replay:
    """Answers as was recorded: for :class:`hubbub.testing.api.FakeApi`, in the place of a function.

    What was asked more than once is answered in the order of then, and the last answer repeats. Raises :class:`NotRecorded`
    for any other request, with the nearest that is there.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(folder.glob("*.json"))
        if not paths:
            raise HubbubError(f"There is nothing recorded in {folder}; record something with: hubbub plugins record")
        self._exchanges: list[dict[str, Any]] = []
        times: list[datetime] = []
        for path in paths:
            try:
                exchange = json.loads(path.read_bytes())
                times.append(datetime.fromisoformat(exchange["at"]).astimezone(UTC))
                self._exchanges.append({**exchange, "key": _key(exchange["method"], exchange["url"])})
            except (ValueError, KeyError, TypeError) as error:
                raise HubbubError(f"{path} is no recorded exchange: {type(error).__name__} {error}") from error
        self._played: set[int] = set()
        self.at = max(times)
        """When it was recorded: for the clock, where a plugin asks for what is newer than so long before now."""

    def __call__(self, request: httpx.Request) -> Answer:
        """The answer to a request."""
        asked = _key(request.method, str(request.url))
        found = [number for number, exchange in enumerate(self._exchanges) if _same(exchange["key"], asked)]
        if not found:
            raise NotRecorded(self._unknown(request))
        fresh = [number for number in found if number not in self._played]
        number = fresh[0] if fresh else found[-1]
        self._played.add(number)
        return _answer(self._exchanges[number])

    def _unknown(self, request: httpx.Request) -> str:
        shown = Redaction().address(str(request.url))
        known = {f"{exchange['method']} {exchange['url']}": None for exchange in self._exchanges}
        near = get_close_matches(f"{request.method} {shown}", known, n=1, cutoff=0.0) or list(known)
        return f"{request.method} {shown} was not recorded. The nearest that was: {near[0]}"


_Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


def _key(method: str, url: str) -> _Key:
    """What tells requests apart: the order of parameters does not."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return method.upper(), host, parts.path or "/", tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def _same(recorded: _Key, asked: _Key) -> bool:
    if recorded[:2] != asked[:2] or len(recorded[3]) != len(asked[3]):
        return False
    pairs = [(recorded[2], asked[2])]
    for (name, value), (other, said) in zip(recorded[3], asked[3], strict=True):
        pairs += [(name, other), (value, said)]
    return all(_matches(one, other) for one, other in pairs)


def _matches(recorded: str, asked: str) -> bool:
    if HIDDEN not in recorded:
        return recorded == asked
    return re.fullmatch(".+".join(re.escape(piece) for piece in recorded.split(HIDDEN)), asked) is not None


def _answer(exchange: Mapping[str, Any]) -> Answer:
    if "base64" in exchange:
        body = base64.b64decode(exchange["base64"])
    elif "json" in exchange:
        body = json.dumps(exchange["json"], ensure_ascii=False).encode("utf-8")
    else:
        body = exchange.get("text", "").encode("utf-8")
    return Answer(status=exchange["status"], headers=exchange.get("headers", {}), body=body)
