"""Processors are asked one after the other, and of no mention that is dropped anyway."""

from collections.abc import Sequence

from hubbub.core.processing import process_all
from hubbub.core.values import Label, Labels, Mention

MENTIONS = [Mention(platform="x", key=str(n), text=text) for n, text in enumerate(("acme breaks", "nothing here", "more"))]


class Topics:
    version = "1"

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        return [(Label(name="topic", value="acme", by="topics"),) if "acme" in mention.text else () for mention in mentions]


class Mood:
    """Says what it was told."""

    version = "1"

    def __init__(self) -> None:
        self.seen: list[tuple[str, list[str]]] = []

    def process(self, mentions: Sequence[Mention]) -> Sequence[Labels]:
        raise AssertionError("it reads labels")

    def process_labelled(self, mentions: Sequence[Mention], said: Sequence[Labels]) -> Sequence[Labels]:
        self.seen += [(mention.key, [label.value for label in labels]) for mention, labels in zip(mentions, said, strict=True)]
        return [(Label(name="mood", value="bad", by="mood"),) for _ in mentions]


def values(labels: Labels) -> list[str]:
    return [label.value for label in labels]


def test_a_processor_is_told_what_those_before_it_said() -> None:
    mood = Mood()
    said = process_all({"topics": Topics(), "mood": mood}, MENTIONS)
    assert mood.seen == [("0", ["acme"]), ("1", []), ("2", [])]
    assert [values(labels) for labels in said.labels] == [["acme", "bad"], ["bad"], ["bad"]]


def test_nobody_is_asked_about_what_is_dropped() -> None:
    mood = Mood()
    said = process_all({"topics": Topics(), "mood": mood}, MENTIONS, droppable=frozenset({0, 1}))
    assert mood.seen == [("0", ["acme"]), ("2", [])]
    assert [values(labels) for labels in said.labels] == [["acme", "bad"], [], ["bad"]]
    assert [bool(signature) for signature in said.signatures] == [
        bool(signature) and place != 1 for place, signature in enumerate(process_all({}, MENTIONS).signatures)
    ]
