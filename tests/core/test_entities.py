"""Hashtags and links, as they are written in a mention."""

import pytest

from hubbub.core.entities import MOST, entities
from hubbub.core.values import Mention


def told(text: str, title: str = "") -> list[tuple[str, str]]:
    return [(found.kind, found.value) for found in entities(Mention(platform="x", key="1", title=title, text=text))]


def test_each_is_told_once_with_all_its_places() -> None:
    mention = Mention(platform="x", key="1", title="#Acme", text="#acme and #ACME, see https://www.press.example/a#b.")
    tag, link = entities(mention)
    assert (tag.kind, tag.value) == ("hashtag", "#Acme")
    assert [(span.field, span.start) for span in tag.spans] == [("title", 0), ("text", 0), ("text", 10)]
    assert (link.kind, link.value) == ("link", "press.example")
    assert mention.text[link.spans[0].start : link.spans[0].end] == "https://www.press.example/a#b"


def test_links_of_one_site_are_one_and_an_anchor_is_no_hashtag() -> None:
    assert told("https://a.example/x#top http://A.example/y (https://b.example)") == [
        ("link", "a.example"),
        ("link", "b.example"),
    ]


@pytest.mark.parametrize("text", ["", "no@mail.example", "# alone", "https://", "C#", "http://[bad", "\ud800#"])
def test_what_is_none(text: str) -> None:
    assert told(text) == []


def test_accents_are_folded_and_the_first_writing_is_kept() -> None:
    assert told("#Știri #stiri #μπαταρία") == [("hashtag", "#Știri"), ("hashtag", "#μπαταρία")]


def test_a_list_of_tags_is_cut() -> None:
    assert len(told(" ".join(f"#tag{n}" for n in range(500)))) == MOST
