"""``hubbub story draft``: a story is begun from what a query finds, and every choice says why."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_world import SETTINGS, Desk
from sample_story import NOW, mention

from hubbub.archive import open_archive
from hubbub.cli.exits import Exit
from hubbub.core.deciding import decide
from hubbub.core.values import Engagement


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with a quiet fortnight and one busy day."""
    (tmp_path / "hubbub.toml").write_text(SETTINGS, encoding="utf-8")
    said = [mention(f"q{day}", f"acme on day {day}", hours=24 * day - 96, handle=f"h{day}") for day in range(14)]
    liked = Engagement(at=NOW, likes=70, shares=5)
    for n in range(9):
        counts = {"engagement": liked} if n == 7 else {}
        said.append(mention(f"b{n}", f"acme breaks {n} times over {n * n} hills", hours=96 + n / 10, handle=f"b{n}", **counts))
    archive = open_archive(tmp_path / "archive.db")
    archive.save("test", [decide(None, one, seen=NOW + timedelta(days=1)) for one in said], None, NOW)
    archive.close()
    return Desk(tmp_path)


def draft(desk: Desk, *args: str) -> Any:
    return desk.json("story", "draft", *args)


def test_a_draft_is_shown_before_it_is_saved(desk: Desk):
    shown = desk.call("story", "draft", "acme", "--dry-run").stdout
    assert "first mention that matches" in shown
    assert "most engaged on 2026-06-12, which stands out: 10 mentions against 1 on an ordinary day" in shown
    assert desk.json("story")["total"] == 0
    told = draft(desk, "acme", "--dry-run", "--limit", "4")
    assert (told["total"], told["ordinary_day"], told["peaks"][0]["day"]) == (23, 1, "2026-06-12")
    assert told["mentions"][0]["ref"] == "mastodon:q0"
    assert len(told["mentions"]) == 4
    assert all(one["why"] for one in told["mentions"])


def test_a_draft_becomes_a_story_in_its_language(desk: Desk):
    made = desk.call("story", "draft", "acme", "--title", "La mala semana", "--lang", "es", "--offline", "--why").stdout
    assert "hubbub story show la-mala-semana" in made
    assert "first mention that matches" in made
    story = desk.json("story", "show", "la-mala-semana")
    texts = [block["text"] for block in story["blocks"]]
    assert "Viernes, 12 de junio de 2026" in texts
    assert "10 menciones este día, unas 10 veces lo de un día normal." in texts
    assert {block["kind"] for block in story["blocks"] if not block["note"]} == {"heading"}
    assert "first mention" not in desk.call("story", "preview", "la-mala-semana").stdout


def test_a_period_is_named(desk: Desk):
    told = draft(desk, "acme", "--since", "2026-06-12", "--until", "2026-06-12", "--dry-run")
    assert (told["total"], told["ordinary_day"]) == (10, None)
    both = ("--since", "2026-06-12", "--until", "2026-06-01")
    assert "is before" in desk.call("story", "draft", "acme", *both, code=Exit.USAGE).stderr
    assert "is no date" in desk.call("story", "draft", "acme", "--since", "someday", code=Exit.USAGE).stderr


def test_what_cannot_be_drafted_is_said(desk: Desk):
    assert "acme AND (" in desk.call("story", "draft", "acme AND (", code=Exit.QUERY).stderr
    assert "xylophone" in desk.call("story", "draft", "xylophone", code=Exit.NOT_FOUND).stderr
    assert "language" in desk.call("story", "draft", "acme", "--lang", "Klingon!", code=Exit.FAILED).stderr
    assert desk.json("story")["total"] == 0
