"""The whole demo, without its screen: collected over HTTP, searched, told, published; and what a second run does."""

from __future__ import annotations

import io
import re
import shlex
import socket
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_world import parsed

from hubbub.cli.compose import open_desk
from hubbub.cli.demo import story, tour
from hubbub.cli.demo.pier import CARE, NEWEST, SOURCES, Pier
from hubbub.cli.demo.run import run_demo
from hubbub.cli.demo.server import DemoServer
from hubbub.cli.demo.sites import GONE, SITES
from hubbub.cli.demo.workspace import MARK, Mark, make_workspace, read_mark
from hubbub.cli.demo.world import make_world
from hubbub.cli.program import run
from hubbub.config.loading import load_workspace
from hubbub.core.desk import Desk
from hubbub.core.errors import ConfigError
from hubbub.core.values import BlockKind, Health, Record, StoryState

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Toured:
    """A demo that has been run, and what it said."""

    folder: Path
    text: str


@contextmanager
def desk_of(folder: Path) -> Iterator[Desk]:
    with open_desk(load_workspace(folder)) as desk:
        yield desk


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    said = io.StringIO()
    with redirect_stdout(said):
        run_demo(folder, now=NOW)
    return Toured(folder, said.getvalue())


def test_every_feed_is_read_and_the_one_in_trouble_is_called_so(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        health = {source.id: state.health for source, state in desk.source_states()}
        counts = desk.archive.counts("source")
        languages = desk.archive.counts("lang")
    assert health == dict.fromkeys((*(site.id for site in SITES), *SOURCES), Health.OK) | {GONE: Health.GONE}
    assert sum(counts.values()) > 400
    assert counts["streetlight"] == 11, "the broken feed is read to its last post"
    assert counts["oddities"] == 12, "no hostile post is lost"
    assert all(languages[lang] >= 30 for lang in ("en", "es", "ro", "el", "fr", "de"))


def test_what_it_proposes_to_try_next_can_be_typed(toured: Toured) -> None:
    proposed = toured.text.partition("\nTry next\n")[2].partition("\n\n")[0]
    lines = [line.strip().partition("   ")[0] for line in proposed.splitlines() if line.strip().startswith("hubbub")]
    assert len(lines) == 7
    for line in lines:
        assert parsed(line)


def test_the_commands_that_it_names_can_be_typed(toured: Toured) -> None:
    named = [line for line in re.findall(r"\((hubbub [^()]*)\)", toured.text) if not line.startswith("hubbub story")]
    assert [shlex.split(line)[1] for line in named[:6]] == ["collect", "search", "show", "mute", "authors", "themes"]
    for line in named:
        assert parsed(line), line


def test_the_second_collection_parses_nothing(tmp_path: Path) -> None:
    with DemoServer(make_world("acme", NOW), Pier(NOW)) as server:
        make_workspace(tmp_path, Mark(seed="acme", now=NOW, port=server.port))
        with desk_of(tmp_path) as desk, redirect_stdout(io.StringIO()):
            first, second = tour.collect_first(desk), tour.collect_again(desk)
            third = tour.collect_edits(desk, server)
            edited = [row for row in desk.search("", limit=500).rows if row.record.version > 1]
            wordings = desk.archive.versions(edited[0].record.ref)
    assert first.new > 400
    assert [source.id for source in second.sources if not source.unchanged] == [GONE]
    assert (second.new, second.changed) == (0, 0)
    assert third.changed == len(edited) >= 8
    assert [version.number for version in wordings] == [1, 2]
    assert wordings[0].mention.text != wordings[1].mention.text


def test_the_account_tells_what_happened(toured: Toured) -> None:
    assert f"{len(SITES)} of {len(SITES)} feeds unchanged: 9 answered 304, 4 sent the same bytes" in toured.text
    assert "4 of 4 lists of the social server had nothing new. Nothing was parsed again" in toured.text
    assert "+ Correction: an earlier version" in toured.text
    assert "“The battery week”: 21 quoted posts, 10 pictures copied" in toured.text
    assert str(toured.folder / "hubbub.toml") in toured.text
    assert "A picture is missing" not in toured.text


def record_of(desk: Desk, name: str) -> Record:
    return desk.record(Pier(NOW).ref(name))


def purposes(record: Record) -> set[str]:
    return {label.value for label in record.labels if label.name == "purpose"}


def test_the_crisis_comes_first_and_says_why(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        first, second = (row.record for row in desk.search(tour.URGENT, order="priority", limit=2).rows)
        smoke = record_of(desk, "smoke")
        why = desk.why_priority(smoke.ref)
    assert first.ref == smoke.ref
    assert (first.priority or 0) >= (second.priority or 0) + 5
    assert "crisis" in purposes(smoke)
    assert smoke.tags == ("crisis",)
    assert ("route", "on-call") in {(label.name, label.value) for label in smoke.labels}
    assert [step.words for step in why.steps] == ["rule Trouble with the Volt: +15"]
    explained = toured.text.partition("\n6. ")[2].partition("\n7. ")[0]
    assert "purpose: crisis" in explained
    assert f"Priority {why.score} of 100:" in explained


def test_what_people_want_is_told_in_their_languages(toured: Toured) -> None:
    expected = {
        "nefeli": ("el", "complaint"),
        "radu-q": ("ro", "question"),
        "lola-irony": ("es", "praise"),
        "carmen-volt": ("es", "complaint"),
        "volt-de": ("de", "complaint"),
        "lead-en": ("en", "lead"),
        "lead-fr": ("fr", "lead"),
        "lead-de": ("de", "lead"),
        "gift-1": ("en", "spam"),
    }
    with desk_of(toured.folder) as desk:
        told = {name: record_of(desk, name) for name in expected}
        feelings = {name: record_of(desk, name).sentiment for name in ("nefeli", "lola-irony", "gil-1", "dusk")}
    assert {name: record.lang for name, record in told.items()} == {name: lang for name, (lang, _) in expected.items()}
    assert [name for name, (_, kind) in expected.items() if kind not in purposes(told[name])] == []
    assert feelings == {"nefeli": "negative", "lola-irony": "uncertain", "gil-1": "negative", "dusk": "positive"}


def test_our_answers_are_told_from_silence(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        words = {
            name: next(part.words for part in desk.why_priority(record_of(desk, name).ref).parts if part.name == "unanswered")
            for name in ("volt-de", "volt-1", "nefeli", "carmen-volt", "radu-q")
        }
        ours = desk.search("is:ours", limit=50).rows
    assert [name for name, said in words.items() if said == "answered by us"] == ["volt-de", "volt-1"]
    assert all(said.startswith("unanswered for") for name, said in words.items() if name not in ("volt-de", "volt-1"))
    assert len(ours) >= 10
    assert {row.record.mention.author.handle for row in ours if row.record.mention.author} == {CARE}


def test_all_answers_of_the_pier_are_known_as_such(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        answers = [toot for toot in Pier(NOW).toots if toot.answers and not toot.late]
        parents = {toot.id: record_of(desk, toot.id).mention.parent for toot in answers}
    assert parents == {toot.id: Pier(NOW).ref(toot.answers) for toot in answers}


def test_those_who_matter_are_heard_first(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        found = desk.authors(NEWEST, limit=3)
        leaning = {
            name: desk.author_card(desk.find_author(name)).evidence.leaning
            for name in ("delphine_r@quai.example", "grumpy_gil@pier.example", "radu_cel_calm@pier.example")
        }
        everybody = [row.rank.author.handle for row in desk.authors("acme", limit=500).rows]
    assert {row.rank.author.handle.partition("@")[0] for row in found.rows} == {"ines_f", "petra_l", "tomas_mends"}
    assert leaning["delphine_r@quai.example"] == "advocate", "an angry customer who was won over"
    assert leaning["grumpy_gil@pier.example"] == "detractor"
    assert leaning["radu_cel_calm@pier.example"] not in ("advocate", "detractor")
    assert CARE not in everybody
    assert "acme_headlines@pier.example" not in everybody


def test_the_giveaways_are_muted_and_come_back(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        (hides,) = desk.mutes()
        assert hides.total == 5
        assert desk.search("giveaway OR sorteo OR gewinnspiel").total == 0
        assert desk.search("is:muted").total == 5
    assert f"to undo it: hubbub unmute {hides.mute.id}" in toured.text


def test_the_new_charger_is_a_theme_of_the_week(toured: Toured) -> None:
    themes = toured.text.partition("\n9. ")[2].partition("\n10. ")[0]
    assert "Acme Volt\t" in themes
    assert "el 4" in themes


def test_searches_of_the_tour_find_something(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        totals = {query: desk.search(query).total for query, _ in tour.SEARCHES}
    assert all(total >= 10 for total in totals.values()), totals


def test_the_story_is_published_with_its_pictures(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        revision = desk.stories.open(story.SLUG)
        tagged = desk.search(f"tag:{story.TAG}").total
    blocks = revision.story.blocks
    assert revision.story.state is StoryState.PUBLISHED
    assert [block.kind for block in blocks[:3]] == [BlockKind.HEADING, BlockKind.TEXT, BlockKind.MENTION]
    quoted = [block.copy for block in blocks if block.copy]
    assert tagged == len(quoted) == 21
    assert [copy.when for copy in quoted] == sorted(copy.when for copy in quoted)
    folder = toured.folder / "published" / story.SLUG
    assert {path.name for path in folder.iterdir()} >= {"index.html", "story.md", "story.json", "media"}
    assert len(list((folder / "media").iterdir())) == 10
    page = (folder / "index.html").read_text("utf-8")
    assert "Μετά την 2.4.1" in page
    assert "Prima seară fără încărcător" in page
    assert (page.count('<img class="avatar"'), page.count('<div class="still">')) == (3, 1)


def test_posts_met_twice_are_one_mention(toured: Toured) -> None:
    with desk_of(toured.folder) as desk:
        rows = desk.search("source:wire source:courier", limit=50).rows
    assert len([row for row in rows if row.record.sources == ("courier", "wire")]) == 4


def test_hostile_posts_do_no_harm_on_a_terminal(toured: Toured, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--workspace", str(toured.folder), "search", "source:oddities"]) == 0
    listed = capsys.readouterr().out
    assert listed.count("Acme") >= 12
    with desk_of(toured.folder) as desk:
        records = [row.record for row in desk.search("source:oddities", limit=50).rows]
    assert {record.mention.url.partition("://")[0] for record in records} == {"https", ""}
    assert all(1983 <= record.when.year <= NOW.year for record in records)
    for text in (listed, toured.text):
        assert not set("\x1b\x07\x9b\u202e\u202c") & set(text)


def test_a_second_run_goes_on_and_finds_the_late_posts(toured: Toured) -> None:
    said = io.StringIO()
    with redirect_stdout(said):
        run_demo(toured.folder, now=datetime.now(UTC))
    assert "The demo is here already" in said.getvalue()
    assert "7 new, 0 changed" in said.getvalue()
    with desk_of(toured.folder) as desk:
        assert len(desk.stories.list()) == 1


def test_without_its_port_the_workspace_still_opens(toured: Toured) -> None:
    mark = read_mark(toured.folder)
    assert mark is not None
    said = io.StringIO()
    with socket.create_server(("127.0.0.1", mark.port)), redirect_stdout(said):
        run_demo(toured.folder, now=NOW)
    assert "another program has taken their port" in said.getvalue()


def test_a_folder_that_is_not_a_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", "utf-8")
    for fresh in (False, True):
        with pytest.raises(ConfigError, match="is not a demo and is left alone"):
            run_demo(tmp_path, now=NOW, fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_spoiled_mark_is_named(tmp_path: Path) -> None:
    (tmp_path / MARK).write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match=r"mark cannot be read"):
        read_mark(tmp_path)


def test_fresh_removes_only_what_the_demo_made(tmp_path: Path) -> None:
    make_workspace(tmp_path, Mark(seed="acme", now=datetime(2020, 1, 1, tzinfo=UTC), port=1))
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "old.html").write_text("old", "utf-8")
    opened: list[str] = []
    with redirect_stdout(io.StringIO()):
        run_demo(tmp_path, now=NOW, fresh=True, open_tui=lambda: opened.append("tui"))
    mark = read_mark(tmp_path)
    assert mark is not None
    assert mark.now == NOW
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"
    assert not (tmp_path / "published" / "old.html").exists()
    assert opened == ["tui"]
