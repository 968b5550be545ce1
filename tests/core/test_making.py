"""Values made by the page are what their class would have made."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from datetime import UTC, datetime

import pytest

from hubbub.core.desk import Row
from hubbub.core.making import maker
from hubbub.core.values import Author, Engagement, Hit, Label, Media, Mention, Record, Span

NOW = datetime(2026, 1, 2, tzinfo=UTC)
COUNTS = Engagement(at=NOW, likes=3)
MENTION = Mention(platform="rss", key="1", text="said", published=NOW, engagement=COUNTS, raw={"a": [1]})
RECORD = Record(mention=MENTION, version=2, when=NOW, first_seen=NOW, last_seen=NOW, tags=("a",), copies=1)
VALUES = [COUNTS, MENTION, RECORD, Hit(ref="rss:1", score=0.5), Row(record=RECORD)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_made_value_is_like_any_other(value: object) -> None:
    kind = type(value)
    made = maker(kind)(*(getattr(value, field.name) for field in fields(kind)))  # pyright: ignore[reportArgumentType]
    assert type(made) is kind
    assert (made, repr(made)) == (value, repr(value))
    assert pickle.loads(pickle.dumps(made)) == value
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(kind)[0].name, None)  # pyright: ignore[reportArgumentType]


def test_a_made_row_still_finds_its_spans_when_asked() -> None:
    assert maker(Row)(RECORD, None).spans == ()


def test_all_fields_are_wanted() -> None:
    with pytest.raises(TypeError):
        maker(Hit)("rss:1")


def test_what_does_more_than_keep_its_fields_has_no_maker() -> None:
    @dataclass(frozen=True)
    class Checked:
        number: int

        def __post_init__(self) -> None:
            raise AssertionError

    with pytest.raises(TypeError, match="Checked"):
        maker(Checked)


SENT = [
    replace(
        MENTION,
        author=Author(platform="rss", key="a", metrics={"karma": 1}),
        media=(Media(kind="image", url="https://a.example"),),
    ),
    Label(name="topic", value="acme", by="topics", score=0.5, spans=(Span(field="text", start=0, end=4, weight=0.1),)),
]


@pytest.mark.parametrize("value", [*VALUES, *SENT], ids=lambda value: type(value).__name__)
def test_a_value_that_was_sent_is_the_same(value: object) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        sent = pickle.loads(pickle.dumps(value, protocol))
        assert (type(sent), sent, hash(repr(sent))) == (type(value), value, hash(repr(value)))
    assert copy.deepcopy(value) == value
    with pytest.raises(FrozenInstanceError):
        setattr(sent, fields(type(value))[0].name, None)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked(Label):
    """What a plugin may make of a value."""

    mark: str = ""


def test_a_class_of_somebody_elses_keeps_its_own_fields() -> None:
    marked = Marked(name="topic", value="acme", by="topics", mark="!")
    assert pickle.loads(pickle.dumps(marked)) == marked
