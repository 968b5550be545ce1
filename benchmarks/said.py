"""What people say, for judging: synthetic posts in six languages, two of the tests' labelled examples in each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

EXAMPLES = Path(__file__).parents[1] / "tests" / "data" / "purpose.jsonl"


def sayings(count: int) -> Iterator[tuple[str, str]]:
    """So many posts as language and text; the same for the same number."""
    rng = Random(23)
    by_language: defaultdict[str, list[str]] = defaultdict(list)
    for line in EXAMPLES.read_text("utf-8").splitlines():
        example = json.loads(line)
        by_language[example["lang"]].append(example["text"])
    languages = sorted(by_language)
    for number in range(count):
        lang = rng.choice(languages)
        yield lang, f"{' '.join(rng.choices(by_language[lang], k=2))} {'acme' if number % 2 else ''} {number}"
