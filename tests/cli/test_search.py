"""``hubbub search``"""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_world import make_desk

from hubbub.cli.exits import Exit

LATER = datetime(2999, 1, 1, tzinfo=UTC)
"""After any clock of a machine that runs these tests."""


@pytest.mark.parametrize("query", ["acme", "status:new"])
def test_a_cursor_that_is_none_is_a_mistake_of_the_command_line(tmp_path: Path, query: str) -> None:
    desk = make_desk(tmp_path)
    desk.save("acme one", "acme two")
    page = desk.json("search", query, "--limit", "1")
    assert desk.json("search", query, "--limit", "1", "--after", page["next"])["total"] == 2
    result = desk.call("search", query, "--after", "nonsense", code=Exit.USAGE)
    assert "--after" in result.stderr
    assert "'nonsense'" in result.stderr


def test_facets_count_all_hits_by_day_and_field(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("acme one", "acme two", "globex")
    desk.save("acme three", source="blog", topic="rivals")
    found = desk.json("search", "acme", "--facets", "--limit", "1")
    assert (found["total"], len(found["hits"])) == (3, 1)
    assert found["facets"]["days"] == {"2026-03-01": 3}
    assert found["facets"]["source"] == [{"value": "press", "count": 2}, {"value": "blog", "count": 1}]
    assert found["facets"]["topic"] == [{"value": "acme", "count": 2}, {"value": "rivals", "count": 1}]
    assert found["facets"]["author"] == [{"value": "Ana Ștefănescu", "count": 3}]
    printed = desk.call("search", "acme", "--facets").stdout
    assert "2026-03-01 █ 2026-03-01" in printed
    assert next(line.split() for line in printed.splitlines() if "blog" in line) == ["blog", "1", "33%"]


def test_a_word_that_nobody_wrote_gets_a_proposal_that_finds_something(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("the battery is hot", "a battery again")
    assert "Did you mean: battery hot" in desk.call("search", "batery", "hot").stdout
    assert desk.json("search", "batery hot")["did_you_mean"] == "battery hot"
    assert desk.json("search", "zzzzzz")["did_you_mean"] is None


def test_csv_has_all_hits_and_runs_no_strangers_formula(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save(*(f"acme {number}" for number in range(30)), '=HYPERLINK("https://evil.example","acme")')
    rows = list(csv.DictReader(desk.call("search", "acme", "--csv").stdout.splitlines()))
    assert len(rows) == 31
    assert {row["handle"] for row in rows} == {""}
    assert [row["text"] for row in rows if "evil" in row["text"]] == ['\'=HYPERLINK("https://evil.example","acme")']
    assert len(desk.call("search", "acme", "--csv", "--limit", "5").stdout.splitlines()) == 6
    assert "--csv" in desk.call("search", "acme", "--csv", "--json", code=Exit.USAGE).stderr


def test_a_page_marks_what_matched_and_runs_nothing_of_strangers(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("Το ΤΗΛΈΦΩΝΟ της Acme <script>alert(1)</script> \u202e \x1b[31m & more")
    page = desk.call("search", "τηλεφωνο", "--html").stdout
    assert "Το <mark>ΤΗΛΈΦΩΝΟ</mark> της Acme &lt;script&gt;" in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "--html" in desk.call("search", "acme", "--html", "--json", code=Exit.USAGE).stderr


def test_near_copies_are_one_row_with_their_number(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    words = "acme presents the new phone in Cluj today and the battery lasts three days"
    desk.save(words, f"{words} indeed", "acme is something else")
    printed = desk.call("search", "acme").stdout
    assert printed.count("    acme presents the new phone") == 1
    assert "1 alike" in printed
    assert "3 mentions, 3 shown" in printed
    apart = desk.call("search", "acme", "--apart").stdout
    assert apart.count("    acme presents the new phone") == 2
    assert "alike" not in apart
    hits = {hit["ref"]: hit for hit in desk.json("search", "acme")["hits"]}
    assert hits[f"rss:{words} indeed"]["copy_of"] == f"rss:{words}"
    assert desk.json("show", f"rss:{words}")["alike"] == [f"rss:{words} indeed"]
    alike = desk.call("show", "--alike", f"rss:{words}").stdout.partition("Nearly the same words")[2]
    assert alike.count("presents the new phone") == 2


def test_saved_searches_know_what_is_new_since_they_were_looked_at(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.save("acme one")
    assert "No search is saved yet" in desk.call("saved").stdout
    assert 'hubbub search --saved "The phone"' in desk.call("saved", "add", " The   phone ", "acme").stdout
    saved = desk.json("saved")["searches"]
    assert [(s["name"], s["query"], s["total"], s["new"]) for s in saved] == [("The phone", "acme", 1, 0)]
    desk.save("acme two", seen=LATER)
    assert [(s["total"], s["new"]) for s in desk.json("saved")["searches"]] == [(2, 1)]
    assert desk.json("search", "--saved", "the PHONE")["total"] == 2
    assert desk.json("search", "two", "--saved", "the phone")["total"] == 1
    desk.call("saved", "remove", "the phone")
    assert desk.json("saved")["total"] == 0
    assert "'The phone'" in desk.call("search", "--saved", "The phone", code=Exit.NOT_FOUND).stderr
    assert "quotation" in desk.call("saved", "add", "broken", '"acme', code=Exit.QUERY).stderr
