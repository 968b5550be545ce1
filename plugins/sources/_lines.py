"""Connections for protocols of lines beside HTTP (NNTP, IMAP): with TLS, and with bounds that no server can stretch."""

from __future__ import annotations

import socket
import ssl
import time
from typing import Literal, TypeAlias

from ...core.errors import SourceBroken, SourceUnreachable

Tls: TypeAlias = Literal["tls", "starttls", "none"]
"""Encrypted from the first byte, after a plain beginning, or not at all."""

MAX_LINE = 65_536
"""Bytes of a line. Protocols allow far fewer; what people send sometimes has more."""


def secured(plain: socket.socket, host: str, trust: ssl.SSLContext | None = None) -> ssl.SSLSocket:
    """The connection with TLS over it; raises ``SourceUnreachable`` where the server cannot prove who it is.

    Without ``trust`` the certificates count that the HTTP client trusts, too; ``SSL_CERT_FILE`` names others.
    """
    from ...core.http import trusted

    try:
        return (trust or trusted()).wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise SourceUnreachable(
            f"{host} cannot prove that it is {host} ({error.verify_message}). Nothing was sent to it. If its certificate is of "
            "your own making, name the file of its issuer in the environment variable SSL_CERT_FILE."
        ) from error
    except (ssl.SSLError, OSError) as error:
        plain.close()
        raise SourceUnreachable(
            f"No encrypted connection to {host} can be made ({error}). Check the port, and whether this server wants "
            'tls = "starttls".'
        ) from error


class Lines:
    """Lines over a socket. Each must come within ``seconds`` in all, however slowly the server drips."""

    def __init__(self, sock: socket.socket, host: str, seconds: float = 60.0) -> None:
        self._sock, self._host, self._seconds = sock, host, seconds
        self._kept = bytearray()

    def send(self, data: bytes) -> None:
        """Send it all; raises ``SourceUnreachable``."""
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise self._lost(error) from error

    def line(self) -> bytes:
        """The next line without its end; raises ``SourceUnreachable``, or ``SourceBroken`` for one without end."""
        until = time.monotonic() + self._seconds
        while (end := self._kept.find(b"\n")) < 0:
            if len(self._kept) > MAX_LINE:
                raise SourceBroken(f"{self._host} sends a line that does not end. Check that its port is the right one.")
            if time.monotonic() > until:
                raise SourceUnreachable(f"{self._host} takes too long to answer.")
            try:
                came = self._sock.recv(65_536)
            except OSError as error:
                raise self._lost(error) from error
            if not came:
                raise self._lost("it closed the connection")
            self._kept += came
        line = bytes(self._kept[:end])
        del self._kept[: end + 1]
        return line.removesuffix(b"\r")

    def secure(self, trust: ssl.SSLContext | None = None) -> None:
        """Go on with TLS. What came before it may be anybody's and is forgotten."""
        self._kept.clear()
        self._sock = secured(self._sock, self._host, trust)

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def _lost(self, why: object) -> SourceUnreachable:
        return SourceUnreachable(f"The connection to {self._host} was lost ({why}).")
