"""Having a processor judge anew what is archived, after it or what it goes by has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .archives import Archive
from .contracts import Processor
from .values import Label, Labels, Record

PIECE = 1000
"""Mentions that are read, judged and written at a time."""


def relabel_all(archive: Archive, processor: Processor, by: str, progress: Callable[[int], None] | None = None) -> int:
    """Replace what the processor ``by`` says of every mention; gives how many it says something else of now.

    Done in pieces, each of them whole: stopped half-way, it can be asked again. A person's labels stay.
    """
    done = changed = 0
    for records in archive.walk(PIECE):
        said = processor.process([replace(record.mention, lang=_language(record)) for record in records])
        other = {
            record.ref: labels
            for record, labels in zip(records, said, strict=True)
            if _words(labels) != _words(label for label in record.labels if label.by == by)
        }
        if other:
            archive.relabel(other, by)
        done, changed = done + len(records), changed + len(other)
        if progress:
            progress(done)
    return changed


def _language(record: Record) -> str:
    return record.mention.lang if record.lang == "unknown" else record.lang


def _words(labels: Labels | Iterable[Label]) -> set[tuple[str, str]]:
    """What labels say, but for the evidence: spans alone are not worth a change of the index."""
    return {(label.name, label.value) for label in labels}
