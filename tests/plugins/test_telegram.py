"""Public channels of Telegram: synthetic pages with the elements that t.me has."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from hubbub.core.cleaning import clean_mention
from hubbub.core.contracts import Refreshes
from hubbub.core.errors import SourceBroken, SourceRefused
from hubbub.core.registry import Registry
from hubbub.core.values import Mention, MentionKind, Topic
from hubbub.plugins.sources.telegram import read_page
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import HOSTILE, ApiSourceContract
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

NOW = datetime(2026, 6, 14, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query="acme"),)
CHANNEL = {"channels": ["acme_news"]}


def message(number: int, text: str = "Bateria acme<br/>ține două zile 😀", inner: str = "", views: str = "1.2K") -> str:
    written = (NOW - timedelta(minutes=500 - number)).isoformat()
    words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="Acme_News/{number}">
<div class="tgme_widget_message_user"><a href="https://t.me/Acme_News"><i class="tgme_widget_message_user_photo">
<img src="https://pics.example/face.jpg"></i></a></div>
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author">
<a class="tgme_widget_message_owner_name" href="https://t.me/Acme_News"><span dir="auto">Acme &amp; Noutăți</span></a></div>
{inner}{words}<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">
<span class="tgme_widget_message_views">{views}</span>
<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/Acme_News/{number}">
<time datetime="{written}" class="time">09:00</time></a></span></div></div></div></div></div>"""


def page(*messages: str) -> Answer:
    body = f'<!doctype html><html><body><section class="tgme_channel_history js-message_history">{"".join(messages)}</section>'
    return Answer(headers={"Content-Type": "text/html; charset=utf-8"}, body=f"{body}</body></html>".encode())


def pages(request: httpx.Request) -> Any:
    if request.url.path != "/s/acme_news":
        return None
    before = int(request.url.params.get("before", "500"))
    return page(*(message(number) for number in range(max(441, before - 20), before)))


class TestTelegram(ApiSourceContract):
    plugin, count, topics = "telegram", 59, ACME
    options: ClassVar = {"channels": ["https://t.me/s/Acme_News"]}

    def answer(self, request: httpx.Request) -> Any:
        return pages(request)

    def test_an_item_with_an_unexpected_field_costs_only_itself(self, tmp_path: Path) -> None:
        self.api.answering = lambda request: page(message(1), message(2, views="many"), message(3))
        collected = collect(self.make(tmp_path), topics=ACME)
        assert [mention.key for mention in collected.mentions] == ["acme_news/3", "acme_news/1"]
        failure = collected.failures[0]
        assert "views" in failure.message
        assert isinstance(failure.raw, dict)
        assert failure.raw["views"] == "many"

    def test_hostile_texts_are_read_and_made_harmless(self, tmp_path: Path) -> None:
        nested = "<b>" * 5000 + html.escape(HOSTILE.replace("\ud83d", "")) + "</div></div></i>"
        self.api.answering = lambda request: page(message(1, nested), message(2, "<script>x</script> acme </p></p>"))
        for mention in collect(self.make(tmp_path), topics=ACME).mentions:
            cleaned = clean_mention(mention)
            assert not {"\x1b", "\u202e", "\x00"} & set(cleaned.title + cleaned.text + cleaned.key)

    def test_empty_pages_give_nothing_and_end(self, tmp_path: Path) -> None:
        self.api.answering = lambda request: page()
        collected = collect(self.make(tmp_path), topics=ACME)
        assert collected.mentions == collected.failures == []


def only(tmp_path: Path, *messages: str) -> list[Mention]:
    fetcher = build("telegram", CHANNEL, context(tmp_path, FakeApi(lambda request: page(*messages)).client()))
    return collect(fetcher, topics=ACME).mentions


def test_a_post(tmp_path: Path) -> None:
    reactions = '<span class="tgme_reaction"><i class="emoji"><b>👍</b></i>55.2K</span><span class="tgme_reaction">7</span>'
    (mention,) = only(tmp_path, message(499, inner=reactions, views="12.5M"))
    assert (mention.ref, mention.url) == ("telegram:acme_news/499", "https://t.me/Acme_News/499")
    assert (mention.kind, mention.text) == (MentionKind.POST, "Bateria acme\nține două zile 😀")
    assert mention.published == NOW - timedelta(minutes=1)
    assert mention.author is not None
    assert (mention.author.key, mention.author.name) == ("acme_news", "Acme & Noutăți")
    assert mention.engagement is not None
    assert (mention.engagement.views, mention.engagement.likes) == (12_500_000, 55_207)
    assert mention.media == ()


def test_what_is_forwarded_answered_and_shown(tmp_path: Path) -> None:
    inner = """<a class="tgme_widget_message_reply" href="https://t.me/Acme_News/400"><div class="tgme_widget_message_text
js-message_reply_text">an older post</div></a><div class="tgme_widget_message_forwarded_from">Forwarded from
<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/Gadgets_RO/77"><span>Gadgets</span></a></div>
<a class="tgme_widget_message_photo_wrap" style="width:8px;background-image:url('https://pics.example/a.jpg')"></a>
<video src="https://pics.example/a.mp4"></video><a class="tgme_widget_message_link_preview" href="https://acme.example/">
<i class="link_preview_image" style="background-image:url('https://pics.example/other.jpg')"></i></a>"""
    (mention,) = only(tmp_path, message(499, "Νέα μπαταρία acme", inner))
    assert (mention.kind, mention.parent, mention.shared) == (
        MentionKind.SHARE,
        "telegram:acme_news/400",
        "telegram:gadgets_ro/77",
    )
    assert mention.text == "Νέα μπαταρία acme\n\nhttps://acme.example/"
    assert [(medium.kind, medium.url) for medium in mention.media] == [
        ("image", "https://pics.example/a.jpg"),
        ("video", "https://pics.example/a.mp4"),
    ]


def test_polls_count_and_stickers_and_notices_do_not(tmp_path: Path) -> None:
    poll = '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">¿Móvil?</div></div>'
    notice = message(497).replace('js-widget_message"', 'js-widget_message service_message"', 1)
    found = only(tmp_path, notice, message(498, ""), message(499, "", poll))
    assert [(mention.key, mention.text) for mention in found] == [("acme_news/499", "¿Móvil?")]


def test_a_channel_without_a_preview() -> None:
    with pytest.raises(SourceRefused, match="shows no posts of acme_news"):
        read_page('<div class="tgme_page"><div class="tgme_page_title">Acme</div></div>', "acme_news")


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ('class="tgme_', 'class="other_', "tgme_channel_history"),
        ("js-message_text", "renamed", "js-message_text"),
        ("<time ", "<span ", "time"),
    ],
)
def test_a_page_that_has_changed_says_what_is_missing(old: str, new: str, missing: str) -> None:
    body = page(*(message(number) for number in range(5))).body.decode()
    with pytest.raises(SourceBroken, match=f"there is no element '{missing}'"):
        read_page(body.replace(old, new), "acme_news")


def test_how_posts_are_now(tmp_path: Path) -> None:
    shown = [message(number) for number in (450, 451, 453)]
    api = FakeApi(lambda request: page(*shown) if request.url.params["before"] == "454" else page(message(12)))
    fetcher = build("telegram", CHANNEL, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    asked = [Mention(platform="telegram", key=f"acme_news/{number}") for number in (453, 452, 451, 12)]
    fresh = dict(fetcher.refresh(asked))
    assert [fresh[mention.ref] is not None for mention in asked] == [True, False, True, True]
    assert len(api.requests) == 2


def test_names_accounts_and_addresses() -> None:
    component = Registry().component("source", "telegram")
    assert component.options is not None
    assert component.follow is not None
    assert component.recognise is not None
    assert component.follow("Acme_News") == CHANNEL
    assert component.recognise("https://t.me/s/Acme_News?before=3", "") == CHANNEL
    assert component.recognise("https://t.me/+secret", "") is None
    with pytest.raises(ValueError, match="public name of a channel"):
        component.options.model_validate({"channels": ["https://t.me/+abc"]})
