"""Noting which pictures of mentions we hold a copy of. A wording stays what it is: its digest does not speak of copies."""

from __future__ import annotations

from collections.abc import Mapping
from json import loads

from sqlalchemy import Connection, select, update

from ..core.serial import to_json
from ..core.values import Media
from .among import among
from .heads import encoded
from .tables import mentions, versions


def note_media(connection: Connection, held: Mapping[str, Mapping[str, Media]]) -> None:
    """Put digest, type and size of our copies, by ref and by address, into all wordings that show these pictures."""
    shown = (
        select(versions.c.mention_id, versions.c.number, versions.c.media, mentions.c.ref)
        .join_from(versions, mentions, mentions.c.id == versions.c.mention_id)
        .where(among(mentions.c.ref), versions.c.media != "[]")
    )
    for row in connection.execute(shown, {"values": list(held)}).all():
        copies = held[row.ref]
        before = loads(row.media)
        after = [{**told, **_copied(copies[told["url"]])} if told["url"] in copies else told for told in before]
        if after != before:
            here = (versions.c.mention_id == row.mention_id, versions.c.number == row.number)
            connection.execute(update(versions).where(*here).values(media=encoded(after)))


def _copied(media: Media) -> dict[str, object]:
    told = to_json(media)
    return {name: told[name] for name in ("digest", "mime", "size")}
