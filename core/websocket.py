"""WebSocket as a client: one connection, read message by message in the caller's thread.

Over a socket of ``Context.connect``, so as guarded as all other requests; messages, times and silence have bounds. Nothing is
compressed: what a stranger sends cannot unpack to more than it is.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .contracts import Context
from .controls import clean
from .errors import SourceBroken, SourceError, SourceRefused, SourceUnreachable
from .manners import FIRST_WAIT, asked_to_wait
from .refusals import complaint_in, demand_headers, limited, public_address, refusal

if TYPE_CHECKING:
    from websockets.client import ClientProtocol

MAX_MESSAGE = 4_000_000
"""Bytes of a message; a longer one ends the connection."""
HANDSHAKE_SECONDS = 15.0
QUIET = 20.0
"""Seconds without a byte after which we ask whether anybody is there; after as many more nobody is."""
IDLE = 1.0
"""Seconds without a message after which the caller may do something else."""
_PIECE = 65_536
_TOO_BIG, _POLICY = 1009, 1008
_NO_WEBSOCKET = (1002, 1003, 1007)
"""Codes of RFC 6455 for what breaks its rules."""


class WebSocket:
    """An open connection. Use it in ``with``, and in one thread."""

    def __init__(self, sock: socket.socket, protocol: ClientProtocol, url: str, *, quiet: float = QUIET) -> None:
        self._socket, self._protocol, self._url, self._quiet = sock, protocol, url, quiet
        self._host = urlsplit(url).hostname or ""

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, text: str) -> None:
        """Send a message; on a connection that has ended nothing, :meth:`messages` tells. Raises ``SourceUnreachable``."""
        if self._protocol.state.name == "OPEN":
            self._protocol.send_text(text.encode())
            self._flush()

    def close(self) -> None:
        """Say goodbye and close; does not wait for an answer."""
        with suppress(Exception):
            self._protocol.send_close()
            self._socket.settimeout(1.0)
            self._flush()
        with suppress(OSError):
            self._socket.close()

    def messages(self, stop: Event, idle: float = IDLE) -> Iterator[bytes | None]:
        """Messages as they come, ``None`` after ``idle`` seconds without one; ends with the connection, or when stopped.

        Raises a ``SourceError`` where the server fell silent, sent more than a message may hold, or put us out with a reason.
        """
        from websockets.frames import Frame, Opcode

        data_frames = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
        whole: list[bytes] = []
        heard, pinged = time.monotonic(), False
        self._socket.settimeout(idle)
        while not stop.is_set():
            for frame in self._protocol.events_received():
                if not isinstance(frame, Frame) or frame.opcode not in data_frames:
                    continue
                if frame.opcode is not Opcode.CONT:
                    whole.clear()
                whole.append(bytes(frame.data))
                if frame.fin:
                    yield whole[0] if len(whole) == 1 else b"".join(whole)
                    if stop.is_set():
                        return
            self._flush()
            if self._protocol.close_expected() or self._protocol.state.name == "CLOSED":
                self._ended()
                return
            data = self._receive()
            if data is None:
                silence = time.monotonic() - heard
                if silence > 2 * self._quiet:
                    raise SourceUnreachable(f"{self._host} has fallen silent and does not answer.", url=self._url)
                if silence > self._quiet and not pinged:
                    self._protocol.send_ping(b"hubbub")
                    pinged = True
                yield None
                continue
            heard, pinged = time.monotonic(), False
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()

    def _receive(self) -> bytes | None:
        """What has come; ``None`` where nothing has for a while, empty at the end."""
        try:
            return self._socket.recv(_PIECE)
        except (TimeoutError, ssl.SSLWantReadError):
            return None
        except OSError:
            return b""

    def _flush(self) -> None:
        try:
            for piece in self._protocol.data_to_send():
                if piece:
                    self._socket.sendall(piece)
        except OSError as error:
            raise SourceUnreachable(f"The connection to {self._host} broke ({error}).", url=self._url) from error

    def _ended(self) -> None:
        """Nothing, where the server only went away; an error where it, or we, had a reason."""
        close = self._protocol.close_rcvd or self._protocol.close_sent
        code, reason = (close.code, clean(close.reason, newlines=False)[:200]) if close else (None, "")
        if code == _TOO_BIG:
            raise SourceBroken(
                f"{self._host} sent a message that is larger than any post ({reason}); it was not read.", url=self._url
            )
        if code == _POLICY:
            raise SourceRefused(f"{self._host} put us out: “{reason}”.", url=self._url, said=reason)
        if code in _NO_WEBSOCKET:
            raise SourceBroken(f"What {self._host} sends is no WebSocket ({reason or code}).", url=self._url)


def open_websocket(
    context: Context,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    max_message: int = MAX_MESSAGE,
    quiet: float = QUIET,
    trust: Callable[[], ssl.SSLContext] | None = None,
) -> WebSocket:
    """Connect to a ``ws://`` or ``wss://`` address; raises a ``SourceError`` in words for the user.

    ``headers`` go into the first request, so that tokens stand in no address.
    """
    from websockets.client import ClientProtocol  # a twentieth of a second to import, and only streams need it
    from websockets.exceptions import InvalidURI
    from websockets.uri import parse_uri

    shown = public_address(url)
    try:
        uri = parse_uri(url)
    except (InvalidURI, ValueError) as error:
        raise SourceBroken(f"{shown!r} is no address of a stream; it must begin with wss:// or ws://.") from error
    sock = context.connect(uri.host, uri.port)
    try:
        if uri.secure:
            from .http import trusted

            sock = (trust or trusted)().wrap_socket(sock, server_hostname=uri.host)
        protocol = ClientProtocol(uri, max_size=max_message)
        _shake_hands(sock, protocol, {"User-Agent": context.user_agent, **(headers or {})}, shown, context)
    except ssl.SSLError as error:
        sock.close()
        reason = getattr(error, "verify_message", "") or error.reason or error
        raise SourceUnreachable(f"No safe connection to {uri.host} can be made ({reason}).", url=shown) from error
    except OSError as error:
        sock.close()
        raise SourceUnreachable(f"No connection to {uri.host} can be made ({error}).", url=shown) from error
    except SourceError:
        sock.close()
        raise
    return WebSocket(sock, protocol, shown, quiet=quiet)


def _shake_hands(sock: socket.socket, protocol: ClientProtocol, headers: Mapping[str, str], url: str, context: Context) -> None:
    from websockets.exceptions import InvalidStatus

    host = urlsplit(url).hostname or ""
    demand_headers(host, headers, url)
    until = time.monotonic() + HANDSHAKE_SECONDS
    request = protocol.connect()
    for name, value in headers.items():
        request.headers[name] = value
    protocol.send_request(request)
    for piece in protocol.data_to_send():
        sock.sendall(piece)
    while protocol.state.name == "CONNECTING" and protocol.handshake_exc is None:
        left = until - time.monotonic()
        if left <= 0:
            raise SourceUnreachable(f"{host} takes too long to answer.", url=url)
        sock.settimeout(left)
        data = sock.recv(_PIECE)
        if data:
            protocol.receive_data(data)
        else:
            protocol.receive_eof()
    error = protocol.handshake_exc
    if error is None:
        return
    if isinstance(error, InvalidStatus):
        answer: Any = error.response
        raise _refused(
            host, url, answer.status_code, {k.lower(): v for k, v in answer.headers.raw_items()}, answer.body, context
        )
    if isinstance(error, EOFError) or isinstance(error.__cause__, EOFError):
        raise SourceUnreachable(f"{host} closed the connection without an answer.", url=url) from error
    raise SourceBroken(f"{host} does not answer as a stream does ({error}). Check the address.", url=url) from error


def _refused(host: str, url: str, status: int, headers: Mapping[str, str], body: bytes | None, context: Context) -> SourceError:
    now = context.now()
    asked = asked_to_wait(status, headers, now)
    if status == 429 or (asked is not None and status in (403, 503)):
        return limited(host, asked or now + FIRST_WAIT, url)
    if 300 <= status < 400:
        return SourceBroken(f"{host} sends us to another address. Correct the address of this source.", url=url, status=status)
    return refusal(host, status, url, complaint_in(body or b""))
