"""``hubbub show --thread``: a mention in its conversation, as it is archived and as the platform has it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import NOW, Desk, make_desk, site

from hubbub.archive import open_archive
from hubbub.core.deciding import decide
from hubbub.core.values import Author, Label, Mention

AT = int(NOW.timestamp())


def item(number: int, parent: int | None, author: str, text: str, *children: dict[str, object]) -> dict[str, object]:
    return {
        "id": number, "parent_id": parent, "story_id": 1, "author": author, "title": None if parent else text,
        "text": text if parent else "", "created_at_i": AT + number, "points": 3, "children": list(children),
    }  # fmt: skip


TREE = item(
    1, None, "ana", "Acme Phone",
    item(2, 1, "ion", "Ține două zile", item(4, 2, "acme_dev", "Mulțumim!")),
    item(3, 1, "κώστας", "Η μπαταρία \x1b[31mτελειώνει"),
)  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with site({"/items/1": ("application/json", json.dumps(TREE))}) as found:
        yield found


def desk_of(folder: Path, address: str) -> Desk:
    """A workspace with one comment of the thread, and the answer to it that we wrote."""
    source = f'\n[[sources]]\nid = "hn"\nplugin = "hackernews"\nserver = "{address}"\n'
    desk = make_desk(folder, f'accounts = ["hackernews:acme_dev"]\n{source}')
    archive = open_archive(folder / "archive.db")
    for number, parent, name in ((2, 1, "ion"), (4, 2, "acme_dev")):
        mention = Mention(
            platform="hackernews",
            key=str(number),
            text=f"post {number}",
            author=Author(platform="hackernews", key=name, handle=name),
            published=NOW,
            thread="hackernews:1",
            parent=f"hackernews:{parent}",
        )
        ours = (Label(name="voice", value="ours", by="topics"),) if name == "acme_dev" else ()
        archive.save("hn", [decide(None, mention, seen=NOW, labels=ours)], None, NOW)
    archive.close()
    return desk


@pytest.fixture
def desk(tmp_path: Path, address: str) -> Desk:
    return desk_of(tmp_path / "desk", address)


def posts(answer: dict) -> list[tuple[str, int, bool]]:
    return [(post["ref"], post["depth"], post["archived"]) for post in answer["conversation"]["posts"]]


def test_the_archived_conversation_is_a_tree(desk: Desk) -> None:
    found = desk.json("show", "hackernews:4", "--thread")
    assert posts(found) == [("hackernews:2", 0, True), ("hackernews:4", 1, True)]
    assert [(post["gap"], post["ours"]) for post in found["conversation"]["posts"]] == [(True, False), (False, True)]
    assert "conversation" not in desk.json("show", "hackernews:4")
    lines = desk.call("show", "hackernews:4", "--thread").stdout.splitlines()
    start = lines.index("The conversation, as far as it is archived:")
    assert lines[start + 1].endswith("  @ion (answers a post that is not here): post 2")
    assert lines[start + 2].startswith("▸ ")
    assert lines[start + 2].endswith("    @acme_dev (ours): post 4")


def test_the_platform_is_asked_and_nothing_is_saved(desk: Desk) -> None:
    found = desk.json("show", "hackernews:2", "--ask")
    assert posts(found) == [
        ("hackernews:1", 0, False), ("hackernews:2", 1, True), ("hackernews:4", 2, True), ("hackernews:3", 1, False)
    ]  # fmt: skip
    text = desk.call("show", "hackernews:2", "--thread", "--ask").stdout
    assert "The conversation: 4 posts, 2 of them (+) only on the platform:" in text
    assert "Η μπαταρία τελειώνει" in text
    assert "\x1b" not in text
    assert desk.json("search", "*")["total"] == 2


def test_what_only_the_platform_has_is_kept_as_a_collect_would(desk: Desk) -> None:
    result = desk.call("show", "hackernews:2", "--keep")
    assert "2 posts of the conversation archived" in result.stderr
    assert "4 posts, all archived" in result.stdout
    found = desk.json("search", "source:conversations", "--order", "oldest")
    assert [(hit["ref"], hit["topics"]) for hit in found["hits"]] == [("hackernews:1", ["acme"]), ("hackernews:3", [])]
    assert desk.json("search", "μπαταρία")["total"] == 1
    assert "source" not in desk.call("show", "hackernews:2", "--keep").stderr
    assert [source["id"] for source in desk.json("sources")["sources"]] == ["hn", "own-hackernews-acme-dev"]


def test_a_platform_that_does_not_answer_is_told_and_what_is_archived_is_shown(tmp_path: Path, address: str) -> None:
    desk = desk_of(tmp_path, f"{address}/elsewhere")
    result = desk.call("show", "hackernews:4", "--ask", code=6)
    assert "did not give it: There is nothing" in result.stderr
    assert "as far as it is archived" in result.stdout
    answer = desk.json("show", "hackernews:4", "--keep", code=6)
    assert len(posts(answer)) == 2
    assert "There is nothing" in answer["conversation"]["problem"]


def test_a_platform_without_a_plugin_is_told(desk: Desk) -> None:
    desk.save("acme one")
    assert "No source here can read whole conversations of 'rss'" in desk.call("show", "rss:acme one", "--ask", code=6).stderr
