"""``purpose``: what kind of message a mention is.

It gives a label ``purpose`` for each kind that is more likely than not, so none, one or several: ``question``, ``complaint``,
``praise``, ``lead`` (somebody wants to buy), ``crisis`` (somebody is hurt, sued, robbed, called to a boycott), ``news`` and
``spam`` (promotion, giveaways). Searches find them: ``label:complaint``.

It goes by phrases in English, Spanish, Romanian, Greek, French and German, by question marks, tags and links in every language,
and by what sources and earlier processors say: whether it is an article or a review, who is a bot, how it feels. The score is
how likely the kind is (0.5 to 0.97); the spans are the words that speak for it, with weights above 0, or against it, below 0.
What is measured is told in ``docs/purpose.md``. It has no options.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...core.contracts import Component, Context
from ...core.hookspecs import hookimpl
from ...core.making import maker
from ...core.values import Label, Labels, Mention, MentionKind, Span
from ._purpose_judging import Asked, Evidence, judge

NAME = "purpose"
VERSION = "1"

_TITLE, _TEXT = 300, 2000
"""Code points that are read of each: the purpose of a message is told early, and long ones mention much."""
_label, _span = maker(Label), maker(Span)
_FEELINGS = {"positive": 1.0, "negative": -1.0}


class PurposeProcessor:
    """Tells the kinds of mentions."""

    version = VERSION

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        """A ``purpose`` label for each kind of each mention."""
        return [_labels(mention, ()) for mention in mentions]

    def process_labelled(self, mentions: Sequence[Mention], said: Sequence[Labels]) -> Sequence[Labels]:
        """The same, with the sentiment that has been told taken into account."""
        return [_labels(mention, labels) for mention, labels in zip(mentions, said, strict=True)]


def _labels(mention: Mention, said: Labels) -> Labels:
    title = mention.title[:_TITLE]
    asked = Asked(
        text=f"{title}\n{mention.text[:_TEXT]}" if title else mention.text[:_TEXT],
        language=mention.lang[:2].lower() if mention.lang[2:3] in ("", "-", "_") else mention.lang,
        article=mention.kind == MentionKind.ARTICLE,
        review=mention.kind == MentionKind.REVIEW,
        bot=mention.author is not None and mention.author.bot is True,
        feeling=_feeling(said),
    )
    return tuple(
        _label(NAME, kind, NAME, VERSION, share, tuple([_span_of(one, len(title)) for one in evidence]))
        for kind, share, evidence in judge(asked)
    )


def _feeling(said: Labels) -> float:
    """How sure the sentiment is, below 0 where it is negative; a person's word comes last and counts most."""
    feeling = 0.0
    for label in said:
        if label.name == "sentiment":
            feeling = _FEELINGS.get(label.value, 0.0) * (1.0 if label.score is None else label.score)
    return feeling


def _span_of(one: Evidence, title: int) -> Span:
    if title and one.start < title:
        return _span("title", one.start, min(one.end, title), one.weight)
    before = title + 1 if title else 0
    return _span("text", one.start - before, one.end - before, one.weight)


def _build(options: None, context: Context) -> PurposeProcessor:
    return PurposeProcessor()


@hookimpl
def register_processors() -> Iterable[Component]:
    """The component ``purpose``."""
    return [Component(name=NAME, build=_build, summary="tells questions, complaints, praise, leads, crises, news and spam")]
