"""A certificate for 127.0.0.1 that only a test trusts."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of a test proves itself with, and what its client trusts; skips where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, proof = folder / "key.pem", folder / "proof.pem"
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "3650", "-nodes"]
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", *name]
    subprocess.run([*make, "-keyout", key, "-out", proof], check=True, capture_output=True, timeout=30)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(proof, key)
    return server, ssl.create_default_context(cafile=str(proof))


def encrypt(handler: object, tls: ssl.SSLContext) -> None:
    """Go on with TLS in a handler of socketserver's."""
    handler.request = tls.wrap_socket(handler.request, server_side=True)  # pyright: ignore[reportAttributeAccessIssue]
    handler.connection = handler.request  # pyright: ignore[reportAttributeAccessIssue]
    handler.rfile = handler.request.makefile("rb")  # pyright: ignore[reportAttributeAccessIssue]
    handler.wfile = handler.request.makefile("wb", buffering=0)  # pyright: ignore[reportAttributeAccessIssue]
