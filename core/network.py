"""The network as the HTTP client may use it: only to checked addresses, never for longer than a request may take."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import httpcore

from .errors import SourceRefused, SourceUnreachable

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, the preferred first; raises ``OSError`` where the name is unknown."""

CONNECT_SECONDS = 20.0
"""For a connection to stand, and then between two pieces of what comes over it."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address belongs to the public Internet.

    False for loopback, private, link-local, shared, reserved and multicast addresses, and for IPv6 addresses that carry such
    an IPv4 address inside (mapped, 6to4, NAT64): behind them is the user's own machine or network.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class Deadline(threading.local):
    """When the running request of a thread must be over, whatever the server does."""

    at = float("inf")

    def start(self, seconds: float) -> None:
        """Give the request of this thread so many seconds from now."""
        self.at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; not above zero when time is up."""
        return self.at - time.monotonic()

    def clip(self, timeout: float | None) -> float | None:
        """A step's own bound, or what is left of the whole request if that is less; raises ``ReadTimeout`` at zero."""
        left = self.left()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long in all")
        if left == float("inf"):
            return timeout
        return left if timeout is None else min(timeout, left)


class BoundedStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline: a server that drips bytes cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.clip(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.clip(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.clip(timeout))
        return BoundedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks what it got, and connects to exactly that.

    A name that answers a public address to the check and a private one to the connection (DNS rebinding) gains nothing.
    """

    def __init__(self, *, allow_private: bool, deadline: Deadline, resolver: Resolver = resolve) -> None:
        self._allow_private = allow_private
        self._deadline = deadline
        self._resolve = resolver
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = checked(host, port, allow_private=self._allow_private, resolver=self._resolve)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, timeout, local_address, socket_options)

    def _connect(
        self, address: str, port: int, timeout: float | None, local: str | None, options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(address, port, self._deadline.clip(timeout), local, options)
        return BoundedStream(stream, self._deadline)


def checked(host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve) -> Sequence[str]:
    """The addresses of a host that may be connected to; raises ``SourceUnreachable`` or ``SourceRefused``."""
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise SourceUnreachable(
            f"The name {host} cannot be found. Check the address for a typing mistake, and that this machine is online."
        ) from error
    allowed = [address for address in addresses if allow_private or is_public(address)]
    if not allowed:
        raise SourceRefused(
            f"{host} is an address of this machine or of a private network, and those are refused. "
            "If you mean it, set allow_private = true under [http] in hubbub.toml."
        )
    return allowed


def connector(
    *, allow_private: bool, seconds: float = CONNECT_SECONDS, resolver: Resolver = resolve
) -> Callable[[str, int], socket.socket]:
    """What a ``Context`` connects with: TCP to a checked address, for protocols beside HTTP.

    The socket that it gives waits ``seconds`` at most for each step; TLS is the caller's.
    """

    def connect(host: str, port: int) -> socket.socket:
        problem: OSError | None = None
        for address in checked(host, port, allow_private=allow_private, resolver=resolver):
            try:
                return socket.create_connection((address, port), timeout=seconds)
            except OSError as error:
                problem = error
        raise SourceUnreachable(f"No connection to {host}:{port} can be made ({problem}).") from problem

    return connect
