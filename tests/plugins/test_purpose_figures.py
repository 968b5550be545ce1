"""The figures of ``docs/purpose.md`` are those that are measured, and the examples are what the page says of them."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "purpose.md").read_text("utf-8")
ROWS = [json.loads(line) for line in (ROOT / "tests" / "data" / "purpose.jsonl").read_text("utf-8").splitlines()]
KINDS = {"question", "complaint", "praise", "lead", "crisis", "news", "spam"}


@pytest.fixture(scope="module")
def printed() -> str:
    tool = [sys.executable, str(ROOT / "tools" / "evaluate_purpose.py")]
    return subprocess.run(tool, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def test_the_page_has_the_tables_as_printed(printed: str) -> None:
    assert printed.strip() in PAGE


def test_what_is_held_out_is_told_well_enough(printed: str) -> None:
    found = re.search(r"### Held-out part .* macro F1 ([\d.]+)", printed)
    assert found
    assert float(found[1]) >= 0.8


def test_the_examples_are_many_and_of_all_kinds_in_all_languages() -> None:
    assert f"{len(ROWS):,} posts" in PAGE
    found = defaultdict(set)
    for row in ROWS:
        assert set(row) <= {"scene", "lang", "kinds", "kind", "title", "text"}
        found[row["lang"]] |= set(row["kinds"] or ["none"])
    assert found == {lang: KINDS | {"none"} for lang in ("en", "es", "ro", "el", "fr", "de")}
    assert len({(row.get("title"), row["text"]) for row in ROWS}) == len(ROWS)
