"""Pushing to storage that speaks S3: only what differs is sent, and what is gone from a story's own folder is removed.

Four calls of the protocol are needed (list, put, delete; never create), and their signature is a page of documentation: that is
less to keep than a client library with its dependencies. Signature Version 4 after Amazon S3's API reference, "Signature
Calculations for the Authorization Header"; paths are of the form ``/<bucket>/<key>``, which every such server takes.
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from .pushing import PushFailed, files_of

TIMEOUT = 120.0
_TEXT = frozenset({"text/html", "text/plain", "text/markdown", "text/csv", "application/json", "application/xml"})


def signed_headers(
    method: str,
    url: str,
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    payload_digest: str,
    region: str,
    key: str,
    secret: str,
    at: datetime,
) -> dict[str, str]:
    """The headers of a request with its signature (AWS Signature Version 4, service ``s3``).

    ``url`` has its path encoded already and no query; ``payload_digest`` is the SHA-256 (hex) of the body.
    """
    parts = urlsplit(url)
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    given = {"host": parts.netloc, "x-amz-content-sha256": payload_digest, "x-amz-date": stamp}
    given |= {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(given))
    canonical = "\n".join(
        [
            method,
            parts.path or "/",
            canonical_query(query),
            *(f"{name}:{given[name]}" for name in sorted(given)),
            "",
            names,
            payload_digest,
        ]
    )
    scope = f"{day}/{region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signing = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    signature = hmac.digest(signing, to_sign.encode(), "sha256").hex()
    given["authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/{scope},SignedHeaders={names},Signature={signature}"
    return given


def canonical_query(query: Mapping[str, str]) -> str:
    """A query as it is signed and sent."""
    return "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query))


@dataclass(frozen=True, kw_only=True)
class S3:
    """Brings stories to ``<bucket>/<prefix><slug>/``."""

    endpoint: str
    bucket: str
    key: str
    secret: str = field(repr=False)
    prefix: str = ""
    region: str = "us-east-1"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    transport: httpx.BaseTransport | None = None
    """For tests."""

    def push(self, folder: Path, slugs: Sequence[str], lists: Sequence[str], *, dry_run: bool) -> tuple[list[str], list[str]]:
        """As :class:`~hubbub.cli.pushing.Pusher` says; pictures go before the pages that show them."""
        sent: list[str] = []
        removed: list[str] = []
        with httpx.Client(timeout=TIMEOUT, transport=self.transport, trust_env=True) as client:
            for slug in slugs:
                there = dict(self._list(client, f"{slug}/"))
                ours = files_of(folder, slug)
                for name in sorted(ours, key=lambda name: (name.endswith(".html"), name)):
                    data = ours[name].read_bytes()
                    if there.get(name) == hashlib.md5(data, usedforsecurity=False).hexdigest():
                        continue
                    sent.append(name)
                    if not dry_run:
                        self._put(client, name, data)
                for name in sorted(set(there) - set(ours)):
                    removed.append(name)
                    if not dry_run:
                        self._ask(client, "DELETE", name)
            for name in lists:
                data = (folder / name).read_bytes()
                there = dict(self._list(client, name))
                if there.get(name) != hashlib.md5(data, usedforsecurity=False).hexdigest():
                    sent.append(name)
                    if not dry_run:
                        self._put(client, name, data)
        return sent, removed

    def _list(self, client: httpx.Client, begins: str) -> Iterator[tuple[str, str]]:
        """Name and ETag of what is there; the ETag of a plain upload is the MD5 of its bytes."""
        query = {"list-type": "2", "prefix": f"{self.prefix}{begins}"}
        while True:
            answer = self._ask(client, "GET", None, query=query)
            if b"<!DOCTYPE" in answer.content[:1000]:
                raise PushFailed(f"{self.endpoint} does not answer as S3 does.")
            try:
                tree = ElementTree.fromstring(answer.content)
            except ElementTree.ParseError as error:
                raise PushFailed(f"{self.endpoint} does not answer as S3 does: {error}") from error
            for entry in tree.iterfind("{*}Contents"):
                name = entry.findtext("{*}Key", "").removeprefix(self.prefix)
                yield name, entry.findtext("{*}ETag", "").strip('"')
            after = tree.findtext("{*}NextContinuationToken", "")
            if tree.findtext("{*}IsTruncated") != "true" or not after:
                return
            query = {**query, "continuation-token": after}

    def _put(self, client: httpx.Client, name: str, data: bytes) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._ask(client, "PUT", name, data=data, headers={"content-type": f"{kind}; charset=utf-8" if kind in _TEXT else kind})

    def _ask(
        self,
        client: httpx.Client,
        method: str,
        name: str | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes = b"",
    ) -> httpx.Response:
        path = f"/{self.bucket}" if name is None else f"/{self.bucket}/{quote(self.prefix + name, safe='/~')}"
        url = f"{self.endpoint.rstrip('/')}{path}"
        sent = signed_headers(
            method,
            url,
            query=query or {},
            headers=headers or {},
            payload_digest=hashlib.sha256(data).hexdigest(),
            region=self.region,
            key=self.key,
            secret=self.secret,
            at=self.now(),
        )
        asked = f"{url}?{canonical_query(query)}" if query else url
        try:
            answer = client.request(method, asked, headers=sent, content=data)
        except httpx.HTTPError as error:
            raise PushFailed(f"{self.endpoint} cannot be reached: {error}") from error
        if answer.status_code >= 300:
            said = " ".join(answer.text.split())[:300]
            raise PushFailed(f"{self.endpoint} refused {method} {path} ({answer.status_code}): {said}")
        return answer
