"""Writes the frozen copies of a story as a web archive: ``story.wacz``, which ReplayWeb.page and its relatives open.

For each quotation there is a small page with our copy of the words under the address where they were said, and beside it the
pictures as they were fetched, under theirs. **They are copies of ours, and no captures of those pages**: the records are of
the type ``resource`` (not ``response``), each page says so on its face, and the record at the head names who made them.

Formats: WACZ 1.1.1, CDXJ 0.1.0 (specs.webrecorder.net), WARC 1.1 (IIPC); records are written by warcio (``hubbub[warc]``).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote, urlsplit

from ...core.contracts import Component
from ...core.errors import ExportError
from ...core.hookspecs import hookimpl
from ...core.media import MIME
from ...core.serial import time_to_json
from ...core.values import Block, Media, PublishedStory, Receipt
from .archivedpage import copy_page
from .said import Telling, one_line
from .surt import surt
from .zipping import write_zip

FILE = "story.wacz"
WARC = "archive/data.warc.gz"
LINES = 3000
"""Lines of the index that are compressed together, so that a reader finds a line without reading all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """What becomes one record."""

    url: str
    at: datetime
    mime: str
    content: bytes
    title: str = ""
    """Of a page; empty for pictures."""
    text: str = ""


class WaczExporter:
    """Writes ``story.wacz``."""

    def export(self, story: PublishedStory, to: Path) -> Receipt:
        """Write the archive; raises ``ExportError`` where warcio is not installed."""
        warnings: list[str] = []
        resources = list(_resources(story, warnings))
        warc, lines = _write_warc(story, resources)
        files = {WARC: warc, **_indexes(lines), "pages/pages.jsonl": _pages(story, resources)}
        package = _json(_datapackage(story, files))
        digest = {"path": "datapackage.json", "hash": _sha256(package)}
        entries = [*files.items(), ("datapackage.json", package), ("datapackage-digest.json", _json(digest))]
        write_zip(to / FILE, entries)
        return Receipt(path=str(to / FILE), files=(FILE,), warnings=tuple(dict.fromkeys(warnings)))


def _resources(published: PublishedStory, warnings: list[str]) -> Iterator[Resource]:
    telling = Telling(published)
    seen: set[tuple[str, datetime, str]] = set()
    for block in published.story.blocks:
        if not block.copy:
            continue
        for resource in _of_block(block, published, telling, warnings):
            known = resource.url, resource.at, hashlib.sha256(resource.content).hexdigest()
            if known not in seen:
                seen.add(known)
                yield resource


def _of_block(block: Block, published: PublishedStory, telling: Telling, warnings: list[str]) -> Iterator[Resource]:
    copy = block.copy
    assert copy is not None
    said = telling.said(block)
    url = said.url or f"urn:hubbub:mention:{quote(copy.mention.ref, safe=':')}"
    pictures = {media.url: path for media in said.pictures if (path := _held(media, published))}
    page = copy_page(said, published, copy, pictures=frozenset(pictures))
    title = one_line(f"{said.who}: {said.title or said.text}")[:200]
    yield Resource(url=url, at=copy.frozen, mime="text/html; charset=utf-8", content=page, title=title, text=said.text)
    for media in said.pictures:
        if media.url in pictures:
            path = Path(pictures[media.url])
            yield Resource(url=media.url, at=copy.frozen, mime=MIME[path.suffix[1:]], content=_read(path))
        elif media.kind == "image":
            warnings.append(f"There is no copy of the picture {media.url}; the web archive goes without it.")


def _held(media: Media, published: PublishedStory) -> str:
    path = published.media.get(media.digest, "") if media.digest and media.kind == "image" else ""
    return path if urlsplit(media.url).scheme in ("http", "https") and PurePath(path).suffix[1:] in MIME else ""


def _write_warc(story: PublishedStory, resources: list[Resource]) -> tuple[bytes, list[str]]:
    """The WARC file, and the lines of its index."""
    try:
        from warcio.warcwriter import WARCWriter
    except ImportError as error:
        raise ExportError("A web archive needs warcio: pip install 'hubbub[warc]'.") from error
    out = BytesIO()
    writer: Any = WARCWriter(out, gzip=True, warc_version="1.1")
    identity = f"{story.story.id}:{story.revision}:{story.at.isoformat()}"

    def write(number: int, kind: str, url: str, mime: str, at: datetime, content: bytes) -> tuple[int, int, str]:
        begin = out.tell()
        headers = {"WARC-Record-ID": _record_id(f"{identity}:{number}"), "WARC-Date": _iso(at)}
        if kind == "resource":
            headers["WARC-Warcinfo-ID"] = _record_id(f"{identity}:0")
        record = writer.create_warc_record(
            url, kind, payload=BytesIO(content), length=len(content), warc_content_type=mime, warc_headers_dict=headers
        )
        writer.write_record(record)
        return begin, out.tell() - begin, record.rec_headers.get_header("WARC-Payload-Digest") or ""

    write(0, "warcinfo", "", "application/warc-fields", story.at, _about(story))
    lines: list[str] = []
    for number, resource in enumerate(resources, 1):
        begin, length, digest = write(number, "resource", resource.url, resource.mime, resource.at, resource.content)
        entry = {
            "url": resource.url,
            "mime": resource.mime.partition(";")[0],
            "status": "200",
            "digest": digest,
            "length": str(length),
            "offset": str(begin),
            "filename": PurePath(WARC).name,
        }
        lines.append(f"{surt(resource.url)} {''.join(filter(str.isdigit, _iso(resource.at)))} {json.dumps(entry)}\n")
    return out.getvalue(), sorted(lines)


def _about(story: PublishedStory) -> bytes:
    """The fields of the record at the head (WARC 1.1, section 6.2; application/warc-fields)."""
    fields = {
        "software": one_line(story.generator),
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": one_line(story.story.title),
        "description": "Copies that hubbub made of quoted mentions, and pictures as fetched. No captures of web pages.",
    }
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("utf-8", "replace")


def _indexes(lines: list[str]) -> dict[str, bytes]:
    """The index, compressed in runs of lines, and the list of these runs (ZipNum)."""
    name = "index.cdx.gz"
    runs: list[bytes] = []
    listing = [f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"]
    for begin in range(0, len(lines), LINES):
        part = lines[begin : begin + LINES]
        packed = gzip.compress("".join(part).encode(), mtime=0)
        place = {"offset": sum(map(len, runs)), "length": len(packed), "digest": _sha256(packed), "filename": name}
        key = " ".join(part[0].split(" ", 2)[:2])
        listing.append(f"{key} {json.dumps(place)}\n")
        runs.append(packed)
    return {f"indexes/{name}": b"".join(runs) or gzip.compress(b"", mtime=0), "indexes/index.idx": "".join(listing).encode()}


def _pages(story: PublishedStory, resources: list[Resource]) -> bytes:
    rows: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": one_line(story.story.title) or "-"}]
    rows += [
        {"id": f"p{number}", "url": page.url, "ts": _iso(page.at), "title": page.title, "text": page.text}
        for number, page in enumerate(resources, 1)
        if page.title
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _datapackage(story: PublishedStory, files: dict[str, bytes]) -> dict[str, object]:
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": one_line(story.story.title) or "-",
        "description": one_line(story.story.description),
        "software": one_line(story.generator),
        "created": _iso(story.at),
        "modified": _iso(story.at),
        "resources": [
            {"name": PurePath(path).name, "path": path, "hash": _sha256(data), "bytes": len(data)}
            for path, data in files.items()
        ],
    }


def _record_id(text: str) -> str:
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, f'hubbub:{text}').urn}>"


def _sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def _iso(at: datetime) -> str:
    return time_to_json(at.replace(microsecond=0))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(f"The copy of a picture in {path} cannot be taken along: {error.strerror or error}.") from error


@hookimpl
def register_exporters() -> Iterable[Component]:
    """The exporter ``wacz``."""
    return [Component(name="wacz", build=lambda options, context: WaczExporter(), summary="A web archive of the frozen copies")]
