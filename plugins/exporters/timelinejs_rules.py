"""What TimelineJS 3 asks of its data, as a pure function: the exporter asks it before it writes, tests ask it of everything.

After the documented format (https://timeline.knightlab.com/docs/json-format.html) and, where that is silent, after what the
player does: most of what is refused here makes it show an error, lose a slide, or hang, without a word to the reader.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MANY, TOO_MANY = 50, 100
"""Slides from which on readers get lost, and the player gets slow."""

_SLIDE = {
    *("start_date", "end_date", "text", "media", "group", "display_date", "background", "autolink", "unique_id"),
}
_DATE = {"year", "month", "day", "hour", "minute", "second", "millisecond", "display_date", "format"}
_MEDIA = {"url", "caption", "credit", "thumbnail", "alt", "title", "link", "link_target"}
_PARTS = {"month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59), "millisecond": (0, 999)}
_YEARS = (-271_820, 275_759)
"""What a date of JavaScript can hold, whole years (ECMA-262, 21.4.1.1)."""
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PICTURE = re.compile(r"\.(jpg|jpeg|png|gif|webp)$", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"youtu.be|documentcloud.org/|google.+?/maps/|wiki[mp]edia|<blockquote"
    r"|^(https?:)?/*(www\.|m\.|player\.)?(youtube|vimeo|dailymotion|dai.ly|vine\.co|tiktok|soundcloud|twitter|x\.com"
    r"|bsky\.app|flickr|flic\.kr|instagr)",
    re.IGNORECASE,
)
"""Addresses that the player takes for a page of some service before it looks whether they end like a picture."""


def mistakes(timeline: Mapping[str, Any]) -> list[str]:
    """What the player would stumble over, each with its place; an empty list where all is well."""
    return list(_timeline(timeline))


def _timeline(timeline: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown(timeline, {"events", "title", "eras", "scale"}, "the timeline")
    events = timeline.get("events")
    if not isinstance(events, Sequence) or isinstance(events, str) or not events:
        yield "events: there must be at least one; a title alone is not shown"
        return
    ids: set[str] = set()
    for place, slide in [("title", timeline.get("title")), *((f"events[{n}]", slide) for n, slide in enumerate(events))]:
        if slide is None and place == "title":
            if "title" in timeline:
                yield "title: leave it out where there is none"
        elif not isinstance(slide, Mapping):
            yield f"{place}: must be an object"
        else:
            yield from _slide(slide, place, ids)
    for number, era in enumerate(timeline.get("eras", ())):
        yield from _era(era, f"eras[{number}]")
    if timeline.get("scale", "human") != "human":
        yield "scale: only 'human' is right for times of people; leave it out"


def _slide(slide: Mapping[str, Any], place: str, ids: set[str]) -> Iterator[str]:
    yield from _unknown(slide, _SLIDE, place)
    if place == "title":
        if {"start_date", "end_date"} & slide.keys():
            yield f"{place}: a title has no date"
    else:
        yield from _span(slide, place, both=False)
    own = slide.get("unique_id")
    if not isinstance(own, str) or not _ID.fullmatch(own):
        yield f"{place}.unique_id: {own!r} must be small letters and digits with hyphens between; else links to it break"
    elif own in ids:
        yield f"{place}.unique_id: {own!r} is taken; links to it would lead elsewhere"
    else:
        ids.add(own)
    text = slide.get("text", {})
    if not isinstance(text, Mapping) or any(not isinstance(text.get(name, ""), str) for name in ("headline", "text")):
        yield f"{place}.text: headline and text must be texts"
    if "media" in slide:
        yield from _media(slide["media"], f"{place}.media")
    if not isinstance(slide.get("background", {}), Mapping):
        yield f"{place}.background: must be an object; anything else is not looked at"
    for name in ("group", "display_date"):
        if not isinstance(slide.get(name, ""), str):
            yield f"{place}.{name}: must be a text"


def _era(era: Any, place: str) -> Iterator[str]:
    if not isinstance(era, Mapping):
        yield f"{place}: must be an object"
        return
    yield from _unknown(era, {"start_date", "end_date", "text"}, place)
    yield from _span(era, place, both=True)


def _span(thing: Mapping[str, Any], place: str, *, both: bool) -> Iterator[str]:
    """The dates of a slide, which begins, or of an era, which also ends."""
    found: dict[str, tuple[int, ...]] = {}
    for name in ("start_date", "end_date"):
        if name in thing:
            wrong = list(_date(thing[name], f"{place}.{name}"))
            yield from wrong
            if not wrong:
                date = thing[name]
                found[name] = tuple(date.get(part, 0 if part not in ("month", "day") else 1) for part in ("year", *_PARTS))
        elif name == "start_date" or both:
            yield f"{place}.{name}: is missing; the player would leave it out without a word, or show an error"
    if len(found) == 2 and found["end_date"] <= found["start_date"]:
        yield f"{place}.end_date: must be after the start"


def _date(date: Any, place: str) -> Iterator[str]:
    if not isinstance(date, Mapping):
        yield f"{place}: must be an object; leave it out where there is none"
        return
    yield from _unknown(date, _DATE, place)
    year = date.get("year")
    if type(year) is not int or not _YEARS[0] <= year <= _YEARS[1]:
        yield f"{place}.year: {year!r} must be a whole number from {_YEARS[0]} to {_YEARS[1]}"
    before = "year"
    for part, (least, most) in _PARTS.items():
        value = date.get(part, least)
        if type(value) is not int or not least <= value <= most:
            yield f"{place}.{part}: {value!r} must be a whole number from {least} to {most}"
        if part in date and before not in date:
            yield f"{place}.{part}: means nothing without the {before}"
        before = part
    month, day = date.get("month"), date.get("day")
    # The calendar repeats every 400 years, and Python's begins with the year 1.
    match (year, month, day):
        case int(), int(), int() if 1 <= month <= 12 and day > calendar.monthrange(year % 400 + 400, month)[1]:
            yield f"{place}.day: month {month} of {year} has no day {day}"


def _media(media: Any, place: str) -> Iterator[str]:
    if not isinstance(media, Mapping):
        yield f"{place}: must be an object; leave it out where there is none"
        return
    yield from _unknown(media, _MEDIA, place)
    url = media.get("url")
    if not isinstance(url, str) or not url:
        yield f"{place}.url: must be an address; without one no slide at all is shown"
    elif not _PICTURE.search(url) or _EMBEDDED.search(url):
        yield f"{place}.url: {url!r} is not plainly a picture (jpg, png, gif, webp); the player would show something else"
    for name in _MEDIA - {"url"}:
        if not isinstance(media.get(name, ""), str):
            yield f"{place}.{name}: must be a text"


def _unknown(thing: Mapping[str, Any], known: set[str], place: str) -> Iterator[str]:
    for name in thing.keys() - known:
        yield f"{place}: {name!r} means nothing to the player"
