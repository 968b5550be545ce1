"""A client that tells what passed through it: what ``sources test`` shows, and what a source's health and quota are told by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from .contracts import Allowance, HttpClient, Response
from .errors import SourceError
from .manners import quota_of
from .refusals import public_address
from .values import JSON, Quota


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A question and what came of it. Without bodies and credentials: fit to be shown."""

    method: str
    url: str
    seconds: float
    """How long the site took; with an error, how long it took in all."""
    status: int = 0
    """0 where no answer was accepted."""
    bytes: int = 0
    unchanged: bool = False
    error: str = ""


@dataclass(slots=True)
class Traffic:
    """What one source asked in a run."""

    exchanges: list[Exchange] = field(default_factory=list)
    quota: Quota | None = None
    """What its API said last about what is left."""
    last_sign: float = 0.0
    """When something was asked or answered last (``time.monotonic``)."""

    @property
    def slowest(self) -> float:
        """Seconds of the answer that took longest."""
        return max((exchange.seconds for exchange in self.exchanges), default=0.0)


class ObservedClient:
    """An ``HttpClient`` over another one that notes every exchange. Thread-safe as that one is."""

    def __init__(self, inner: HttpClient, traffic: Traffic, now: Callable[[], datetime]) -> None:
        self._inner, self._traffic, self._now = inner, traffic, now
        self._lock = threading.Lock()

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

        def ask() -> Response:
            return self._inner.get(
                url, params=params, headers=headers, validators=validators, max_bytes=max_bytes, allowance=allowance
            )

        return self._observed("GET", _whole(url, params), ask)

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

        def ask() -> Response:
            return self._inner.post(
                url, params=params, headers=headers, json=json, form=form, max_bytes=max_bytes, allowance=allowance
            )

        return self._observed("POST", _whole(url, params), ask)

    def leave_alone(self, url: str, until: datetime) -> None:
        """See ``HttpClient``."""
        self._inner.leave_alone(url, until)

    def tell_quota(self, quota: Quota) -> None:
        """Note what an API says in its answer's body is left."""
        with self._lock:
            self._traffic.quota = quota

    def _observed(self, method: str, url: str, ask: Callable[[], Response]) -> Response:
        began = self._traffic.last_sign = time.monotonic()
        try:
            answer = ask()
        except SourceError as error:
            self._note(
                Exchange(
                    method=method,
                    url=public_address(error.url or url),
                    seconds=time.monotonic() - began,
                    status=error.status,
                    error=str(error),
                )
            )
            raise
        self._note(
            Exchange(
                method=method,
                url=public_address(answer.url),
                seconds=answer.seconds,
                status=answer.status,
                bytes=len(answer.content),
                unchanged=answer.unchanged,
            ),
            quota_of(answer.headers, self._now()),
        )
        return answer

    def _note(self, exchange: Exchange, quota: Quota | None = None) -> None:
        with self._lock:
            self._traffic.last_sign = time.monotonic()
            self._traffic.exchanges.append(exchange)
            if quota is not None:
                self._traffic.quota = quota


def _whole(url: str, params: Mapping[str, str | int] | None) -> str:
    """The address as it is asked: for a question that got no answer, which would tell it."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
