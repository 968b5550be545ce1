"""The pictures, sounds and films of a feed's entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from ...core.htmltext import ReadHtml
from ...core.values import Media
from ._raw import absolute, count_of, mappings_of, text_of

Kind: TypeAlias = Literal["image", "audio", "video", "file"]

MAX_MEDIA = 50
"""Of one entry."""

_STATED: tuple[tuple[str, Kind], ...] = (
    ("audio", "audio"),
    ("video", "video"),
    ("image", "image"),
    ("shockwave", "video"),  # how YouTube's feeds still name their player
)
_ENDINGS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    ((".mp3", ".m4a", ".ogg", ".opus"), "audio"),
    ((".mp4", ".webm", ".m4v"), "video"),
    ((".jpg", ".jpeg", ".png", ".gif", ".webp"), "image"),
)


def entry_media(raw: Mapping[str, Any], body: ReadHtml, base: str) -> tuple[Media, ...]:
    """Pictures of the text, then enclosures and what Media RSS names, each address once; the preview picture if all lack."""
    found: dict[str, Media] = {}
    for media in _all_media(raw, body, base):
        if media.url and len(found) < MAX_MEDIA:
            found.setdefault(media.url, media)
    if not found:
        previews = [each.get("url") for each in mappings_of(raw.get("media_thumbnail"))]
        for address in (*previews[:1], raw.get("image")):
            if url := absolute(text_of(address), base):
                return (Media(kind="image", url=url),)
    return tuple(found.values())


def is_film(raw: Mapping[str, Any]) -> bool:
    """Whether the entry is there for a film: a YouTube video, or a film enclosed and no sound."""
    kinds = {_kind(clip) for clip in _clips(raw)}
    return bool(raw.get("yt_videoid")) or ("video" in kinds and "audio" not in kinds)


def _all_media(raw: Mapping[str, Any], body: ReadHtml, base: str) -> Iterator[Media]:
    for found in body.embedded:
        yield Media(kind=found.kind, url=absolute(found.src, base), alt=found.alt)
    previews = [each.get("url") for each in mappings_of(raw.get("media_thumbnail"))]
    # An episode's own picture (itunes:image), else the first that Media RSS gives.
    still = next((url for each in (raw.get("image"), *previews[:1]) if (url := absolute(text_of(each), base))), "")
    for clip in _clips(raw):
        size = count_of(clip.get("length")) or count_of(clip.get("filesize"))
        mime = text_of(clip.get("type")).lower()
        kind = _kind(clip)
        poster = still if kind in ("audio", "video") else ""
        yield Media(kind=kind, url=absolute(_address(clip), base), poster=poster, mime=mime, size=size or None)


def _clips(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Enclosures and Media RSS contents."""
    enclosed = [link for link in mappings_of(raw.get("links")) if link.get("rel") == "enclosure"]
    return enclosed + mappings_of(raw.get("media_content"))


def _address(clip: Mapping[str, Any]) -> str:
    return text_of(clip.get("href") or clip.get("url"))


def _kind(clip: Mapping[str, Any]) -> Kind:
    stated = f"{text_of(clip.get('medium'))} {text_of(clip.get('type'))}".lower()
    for word, kind in _STATED:
        if word in stated:
            return kind
    path = _address(clip).lower().partition("?")[0]
    for endings, kind in _ENDINGS:
        if path.endswith(endings):
            return kind
    return "file"
