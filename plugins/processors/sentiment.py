"""``sentiment``: how a mention feels, and how it speaks of each topic where it names several.

A small multilingual model that comes with hubbub reads title and text (``docs/sentiment.md`` says what it was trained on, how
good it is and where it ends). It gives one label ``sentiment`` with the value ``positive``, ``negative``, ``neutral``,
``uncertain`` (no value is likely enough, or praise bears marks of irony) or ``unknown`` (nothing in the text tells feelings in
a language that the model knows). The score is the calibrated probability of the value; the last two have none.

Where a mention names several topics, or one in a small part of a long text, the clauses around each topic's words are judged by
themselves: labels ``sentiment:<topic>``.

The evidence is spans: without a weight the clauses that were judged; with one the words that pushed the judgement most, above 0
for it and below 0 against it (of ``uncertain``: above 0 towards positive, below 0 towards negative). A mark of irony has -1.

What you correct can teach it: an adapter of the workspace's own, which lies in its folder. Options: ``model = "e5"`` asks the
larger model of the extra ``hubbub[e5]`` as well: better, and a hundred times slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.optiontypes import PluginOptions
from ...core.values import Label, Labels, Learnt, Mention, Span, about
from ._sentiment_clauses import Judged, Stretch, clauses_of

if TYPE_CHECKING:
    from ._sentiment_adapter import Adapter
    from ._sentiment_judging import Judge, Verdict

NAME = "sentiment"
VERSION = "2"
ADAPTER = "adapter.npz"
"""What was learnt from corrections, in the plugin's folder."""

_TITLE, _TEXT = 300, 2000
"""Code points that are read of each."""
_LONG = 400
"""Code points from which on a text says more than it says of the one topic that it names."""
_AT_ONCE = 100_000
"""Code points that are judged at once: bounds memory, not the outcome. A feed of fifty articles has no more."""
_SPANS = 6


class SentimentOptions(PluginOptions):
    """What users write of the processor."""

    model: Literal["small", "e5"] = Field(default="small", description="`e5`: with the larger model of `hubbub[e5]`")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text, or what of it speaks of one topic, that is judged by itself."""

    name: str
    """The label's name."""
    text: str
    """Title and text; code points that are not judged are spaces."""
    lang: str
    judged: Judged | None = None
    """Which part is judged; ``None``: all of it."""


class SentimentProcessor:
    """Tells how mentions feel."""

    learns = NAME

    def __init__(self, folder: Path, *, e5: bool = False, adapter: Adapter | None = None) -> None:
        self._folder = folder
        self._e5 = e5
        self._adapter = adapter
        self._judge: Judge | None = None

    @property
    def version(self) -> str:
        """The model's version, with the larger model where it is asked, and with what was learnt."""
        return "+".join((VERSION, *(["e5"] if self._e5 else []), *([self._adapter.digest] if self._adapter else [])))

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """One ``sentiment`` label for each mention."""
        return self.process_labelled(mentions, [()] * len(mentions))

    def process_labelled(self, mentions: Sequence[Mention], said: Sequence[Labels]) -> Sequence[Labels]:
        """The same, with ``sentiment:<topic>`` for those whose labels tell several topics."""
        asked = [(place, one) for place, mention in enumerate(mentions) for one in _asked_of(mention, said[place])]
        asked.sort(key=lambda one: one[1].lang)  # the fewer languages are judged at once, the fewer weights are at hand
        found: list[list[Label]] = [[] for _ in mentions]
        for batch in _batches(asked):
            verdicts = self._model().verdicts([one.text for _, one in batch], [one.lang for _, one in batch], _turned(batch))
            for (place, one), verdict in zip(batch, verdicts, strict=True):
                found[place].append(self._label(one, verdict, len(mentions[place].title[:_TITLE])))
        return [tuple(labels) for labels in found]

    def learn(self, corrected: Sequence[tuple[Mention, Label]], *, keep: bool = True) -> Learnt:
        """Learn an adapter from corrections of whole mentions; raises ``OSError`` where it cannot be saved."""
        from ._sentiment_adapter import Correction, learn, save

        usable = sorted(
            (mention.ref, Correction(_read(mention), mention.lang, label.value))
            for mention, label in corrected
            if label.name == NAME and _read(mention).strip()
        )
        learnt, adapter = learn(
            [one for _, one in usable], self._model().base, left_out=len(corrected) - len(usable), keep=keep
        )
        if adapter:
            save(adapter, self._folder / ADAPTER)
            self._adapter, self._judge = adapter, None
        return learnt

    def forget(self) -> bool:
        """Remove the workspace's adapter."""
        there = (self._folder / ADAPTER).exists()
        (self._folder / ADAPTER).unlink(missing_ok=True)
        self._adapter = self._judge = None
        return there

    def _model(self) -> Judge:
        if self._judge is None:
            from ._sentiment_e5 import embedder
            from ._sentiment_judging import Judge  # numpy, and two megabytes of weights

            self._judge = Judge(self._adapter, embedder() if self._e5 else None)
        return self._judge

    def _label(self, asked: _Asked, verdict: Verdict, title: int) -> Label:
        where = [Span(field=field, start=a, end=b) for stretch in _parts(asked) for field, a, b in _places(stretch, title)]
        why = [
            Span(field=field, start=a, end=b, weight=push.weight)
            for push in verdict.pushes
            for field, a, b in _places((push.start, push.end), title)
        ]
        spans = (*where, *why)[:_SPANS]
        return Label(name=asked.name, value=verdict.value, by=NAME, version=self.version, score=verdict.score, spans=spans)


def _read(mention: Mention) -> str:
    """What is read of a mention."""
    return f"{mention.title[:_TITLE]}\n{mention.text[:_TEXT]}"


def _asked_of(mention: Mention, said: Labels) -> Iterator[_Asked]:
    text, lang = _read(mention), mention.lang.replace("_", "-").split("-")[0].lower()
    yield _Asked(NAME, text, lang)
    topics = _topics_in(mention, said)
    if len(topics) > 1 or (topics and len(text) >= _LONG):
        for topic, judged in clauses_of(text, topics).items():
            if len(topics) > 1 or 2 * sum(end - start for start, end in judged.stretches) < len(text):
                yield _Asked(about(NAME, topic), _only(text, judged.stretches), lang, judged)


def _topics_in(mention: Mention, said: Labels) -> Mapping[str, Sequence[Stretch]]:
    """Where the words of each topic stand in what is read."""
    shift = len(mention.title[:_TITLE]) + 1
    places: dict[str, list[Stretch]] = {}
    for label in said:
        if label.name == "topic":
            for span in label.spans:
                before, most = (0, _TITLE) if span.field == "title" else (shift, _TEXT)
                if span.end <= most:
                    places.setdefault(label.value, []).append((span.start + before, span.end + before))
    return places


def _only(text: str, stretches: Sequence[Stretch]) -> str:
    """The text with spaces in place of all that is outside of these stretches."""
    parts, at = [], 0
    for start, end in stretches:
        parts += [" " * (start - at), text[start:end]]
        at = end
    return "".join(parts)


def _parts(asked: _Asked) -> Sequence[Stretch]:
    return asked.judged.stretches[: _SPANS // 2] if asked.judged else ()


def _places(stretch: Stretch, title: int) -> Iterator[tuple[Literal["title", "text"], int, int]]:
    """A stretch of what was read, in the fields that it lies in."""
    start, end = stretch
    if start < title:
        yield "title", start, min(end, title)
    if end > title + 1:
        yield "text", max(start - title - 1, 0), end - title - 1


def _batches(asked: Sequence[tuple[int, _Asked]]) -> Iterator[Sequence[tuple[int, _Asked]]]:
    batch: list[tuple[int, _Asked]] = []
    size = 0
    for one in asked:
        batch.append(one)
        size += len(one[1].text)
        if size >= _AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _turned(batch: Sequence[tuple[int, _Asked]]) -> Sequence[bool]:
    return [one.judged is not None and one.judged.turned for _, one in batch]


def _build(options: SentimentOptions, context: Context) -> SentimentProcessor:
    if options.model == "e5":
        from ._sentiment_e5 import embedder

        embedder()  # settings that cannot be met are told before anything is judged
    path = context.data_dir / ADAPTER
    adapter = None
    if path.exists():
        from ._sentiment_adapter import DamagedAdapter, load
        from ._sentiment_model import digest_of

        try:
            adapter = load(path, digest_of())
        except DamagedAdapter as error:
            context.log.error("%s", error)
    return SentimentProcessor(context.data_dir, e5=options.model == "e5", adapter=adapter)


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``sentiment``."""
    return [Component(name=NAME, build=_build, options=SentimentOptions, summary="tells how mentions feel")]
