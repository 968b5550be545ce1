"""docs/attention.md tells what the commands say: its examples are run one after the other on one small workspace."""

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_world import Desk, make_desk

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.priority import ASKING, FEELING, URGENCY, Weights
from hubbub.core.values import MUTE_KINDS, Author, Engagement, Label, Mention

PAGE = Path(__file__).parents[2] / "docs" / "attention.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")

POSTS = (
    # key, hours ago, who, followers, likes now, likes two hours ago, language, purpose, sentiment, text
    (
        "1",
        3,
        "marta",
        4120,
        120,
        0,
        "es",
        ("complaint", 0.92),
        ("negative", 0.83),
        "Mi Acme Phone se apaga solo y nadie contesta",
    ),
    ("2", 5, "ionut", 310, 2, 2, "ro", ("question", 0.88), ("neutral", 0.7), "Cum resetez Acme Hub fără aplicație?"),
    ("3", 2, "kostas", 80, 8, 1, "el", ("praise", 0.8), ("positive", 0.9), "Το Acme Phone είναι υπέροχο"),
    ("4", 1, "lotto", 15, 0, 0, "en", ("spam", 0.95), ("positive", 0.6), "Acme giveaway! Follow and share to win a phone"),
    ("5", 30, "jana", 95, 1, 1, "de", ("news", 0.9), ("neutral", 0.9), "Acme verschenkt nichts: das große Giveaway ist vorbei"),
    ("6", 4, "bahia", 64_000, 900, 850, "fr", ("news", 0.93), ("neutral", 0.8), "Acme présente son nouveau téléphone"),
)


def fill(folder: Path) -> None:
    now = datetime.now(UTC)
    archive = open_archive(folder / "archive.db")
    try:
        for counted in (now - timedelta(hours=2), now):
            for key, hours, who, followers, likes, before, lang, purpose, sentiment, text in POSTS:
                mention = Mention(
                    platform="mastodon",
                    key=key,
                    text=text,
                    lang=lang,
                    url=f"https://social.example/@{who}/{key}",
                    author=Author(platform="mastodon", key=who, handle=who, name=who.title(), followers=followers, at=counted),
                    published=now - timedelta(hours=hours, minutes=10),
                    engagement=Engagement(at=counted, likes=likes if counted == now else before),
                )
                labels = (
                    Label(name="topic", value="acme", by="topics"),
                    Label(name="lang", value=lang, by="language"),
                    Label(name="purpose", value=purpose[0], score=purpose[1], by="purpose"),
                    Label(name="sentiment", value=sentiment[0], score=sentiment[1], by="sentiment"),
                )
                known = archive.known([mention])
                archive.save(
                    "fediverse", [replace(decide(known.get(mention.ref), mention, seen=counted), labels=labels)], None, now
                )
    finally:
        archive.close()


def test_the_examples_say_what_they_show(tmp_path: Path) -> None:
    desk: Desk = make_desk(tmp_path / "desk")
    fill(desk.folder)
    shown = 0
    for block in re.findall(r"^```text\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        for line, expected in re.findall(r"^\$ hubbub (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            said = desk.call(*shlex.split(line)).stdout
            assert expected in said.replace("\t", "  "), f"hubbub {line}\n{said}"
            shown += 1
    assert shown > 8


def test_what_is_listed_is_what_there_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    for name in Weights.__dataclass_fields__:
        assert f"| {Weights.__dataclass_fields__[name].default:g} |" in f"| {rows[name]} |", name
    for values in (URGENCY, FEELING):
        for name, value in values.items():
            assert f"{name} {value:g}" in page, name
    assert all(f"`hubbub mute {kind} " in page for kind in MUTE_KINDS)
    assert all(name in page for name in ASKING)
