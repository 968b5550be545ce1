"""``hubbub authors``: the list, why, the card, and what the user notes."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_world import SETTINGS, Desk

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.values import Author, Label, Mention

NOW = datetime.now(UTC)
TEXTS = {
    "ana": "The acme phone is a joy",
    "ion": "Telefonul acme e bun",
    "νίκος": "Το acme χάλασε",
    "acme_team": "We at acme listen",
}


def post(handle: str, key: str, *, platform: str = "forum", **more: Any) -> Mention:
    author = Author(platform=platform, key=f"id-{handle}", handle=handle, name=handle.title(), followers=len(handle) * 10)
    text = f"{TEXTS.get(handle, 'acme')} {key}"
    return Mention(platform=platform, key=key, text=text, author=author, published=NOW - timedelta(days=2), **more)


def keep(folder: Path, *mentions: Mention, feeling: str = "positive") -> None:
    labels = (Label(name="topic", value="acme", by="topics"), Label(name="sentiment", value=feeling, by="sentiment"))
    with closing(open_archive(folder / "archive.db")) as archive:
        archive.save("s", [decide(None, each, seen=NOW, labels=labels) for each in mentions], None, NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = SETTINGS + 'accounts = ["forum:acme_team"]\n'
    (tmp_path / "hubbub.toml").write_text(settings, encoding="utf-8")
    keep(tmp_path, *(post("ana", f"a{n}") for n in range(3)), post("ion", "i1", parent="forum:a0"))
    keep(
        tmp_path,
        *(post("νίκος", f"n{n}", shared="forum:a1") for n in range(3)),
        post("ana", "x1", platform="x"),
        feeling="negative",
    )
    keep(tmp_path, post("acme_team", "o1", parent="forum:n0"))
    return Desk(tmp_path)


def test_who_is_heard(desk: Desk) -> None:
    found = desk.json("authors", "--topic", "ACME")
    assert found["authors"][0]["author"] == "forum:ana"
    assert {row["author"] for row in found["authors"]} == {"forum:ana", "forum:ion", "forum:νίκος", "x:ana"}
    assert (found["total"], found["marked"], found["topic"]) == (5, {"ours": 1}, "acme")
    listed = desk.call("authors", "--topic", "acme")
    assert listed.stdout.splitlines()[0].split("\t")[:5] == ["#", "score", "author", "reach", "engaged"]
    assert listed.stdout.splitlines()[1].split("\t")[3] == "100 ███"
    assert "Left out: 1 of ours. To list them, too: --all" in listed.stderr
    assert any(row["marks"] == ["ours"] for row in desk.json("authors", "--all")["authors"])
    assert [row["author"] for row in desk.json("authors", "--platform", "x")["authors"]] == ["x:ana"]
    assert len(desk.json("authors", "--limit", "2")["authors"]) == 2


def test_nobody_and_what_is_not_there(desk: Desk) -> None:
    assert "There is no topic 'acne'. Did you mean 'acme'?" in desk.call("authors", "--topic", "acne", code=7).stderr
    assert "no author 'nobody'" in desk.call("authors", "--why", "nobody", code=7).stderr
    assert "is no age" in desk.call("authors", "--window", "soon", code=2).stderr
    assert "Nobody spoke" in desk.call("authors", "--platform", "mastodon").stdout


def test_why(desk: Desk) -> None:
    text = desk.call("authors", "--topic", "acme", "--why", "forum:@Ana").stdout
    assert text.startswith("forum:ana: ")
    assert "place 1 on forum; 5 authors spoke" in text
    assert "2 accounts engaged; most of all νίκος (3), ion (0.5)" in text
    told = desk.json("authors", "--topic", "acme", "--why", "acme_team")
    assert (told["marks"], told["place"]) == (["ours"], None)
    assert sum(reason["weight"] for reason in told["reasons"]) == pytest.approx(1)


def test_a_handle_of_several_authors_lists_them(desk: Desk) -> None:
    text = desk.call("authors", "show", "ana", code=7).stderr
    assert "'ana' may be 2 authors: forum:ana, x:ana. Name one of them like that." in text


def test_a_card(desk: Desk) -> None:
    card = desk.json("authors", "show", "forum:ana", "--topic", "acme")
    assert card["evidence"]["leaning"] == "advocate"
    assert card["evidence"]["favourable"] == ["forum:a0", "forum:a1", "forum:a2"]
    assert (sum(card["hours"]), sum(card["weekdays"]), card["platforms"]) == (3, 3, {"forum": 3})
    assert desk.json("authors", "show", "νίκος")["evidence"]["leaning"] == "detractor"
    text = desk.call("authors", "show", "ion").stdout
    assert "leaning  not enough evidence: 1 favourable and 0 critical mentions" in text
    assert "Telefonul acme e bun i1" in text


def test_what_is_noted_is_kept_and_told(desk: Desk) -> None:
    desk.call(
        "authors", "set", "ion", "--relation", "journalist", "--note", "Scrie bine\x1b[31m", "--tag", "presă", "--tag", "x"
    )
    assert desk.call("authors", "set", "ion", "--untag", "x").stdout == (
        "forum:ion: relation: journalist; tags: presă; notes: Scrie bine\n"
    )
    assert [row["author"] for row in desk.json("authors", "--relation", "Journalist")["authors"]] == ["forum:ion"]
    assert desk.json("authors", "set", "ion", "--relation", "")["relation"] is None
    assert "Say what to set" in desk.call("authors", "set", "ion", code=2).stderr


def test_accounts_of_one_person(desk: Desk) -> None:
    assert desk.call("authors", "link", "forum:ana", "x:ana").stdout == "Accounts of one person: forum:ana, x:ana.\n"
    card = desk.json("authors", "show", "x:ana")
    assert (card["accounts"], card["mentions"], card["platforms"]) == (["forum:ana", "x:ana"], 4, {"forum": 3, "x": 1})
    assert "Both are x:ana" in desk.call("authors", "link", "x:ana", "x:id-ana", code=2).stderr
    assert desk.call("authors", "unlink", "x:ana").stdout == "x:ana stands for itself now.\n"
    assert desk.call("authors", "unlink", "x:ana").stdout == "x:ana was not linked to any other account.\n"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("[rankers.influence.weights]\nreach = -1", "greater than or equal to 0"),
        (
            "[rankers.influence]\nweights = {reach=0, engagement=0, topic=0, frequency=0, recency=0, audience=0}",
            "all weights are 0",
        ),
        ('[rankers]\nuse = ["influenc"]', "influenc"),
        ("[rankers]\nuse = []", "rankers.use"),
        ("[rankers]\nweights = 3", "no such setting"),
    ],
)
def test_settings_that_make_no_sense(desk: Desk, table: str, words: str) -> None:
    (desk.folder / "hubbub.toml").write_text(f"{desk.settings}\n{table}\n", encoding="utf-8")
    assert words in desk.call("authors", code=3).stderr


PAGE = Path(__file__).parents[2] / "docs" / "influence.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside the tests")
@pytest.mark.parametrize(
    "arguments", [("--topic", "acme"), ("--topic", "acme", "--why", "νίκος"), ("set", "ion", "--relation", "journalist")]
)
def test_the_page_shows_what_the_command_says(desk: Desk, arguments: tuple[str, ...]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split(f"$ hubbub authors {' '.join(arguments)}\n")[1].split("```")[0]
    said = desk.call("authors", *arguments).stdout
    assert [line.split() for line in shown.splitlines() if line] == [line.split() for line in said.splitlines()]
