"""How well ``purpose`` tells the kinds of ``tests/data/purpose.jsonl``: the tables of ``docs/purpose.md``.

    python tools/evaluate_purpose.py             print the tables
    python tools/evaluate_purpose.py --wrong     list what is told wrongly in the part that cues may be changed for
    python tools/evaluate_purpose.py --speed     posts a second of processor time, one core

Translations of one scene are always in the same part, so no part has a scene that another shows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hubbub.core.values import Mention, MentionKind
from hubbub.plugins.processors._purpose_judging import KINDS
from hubbub.plugins.processors.purpose import PurposeProcessor

DATA = Path(__file__).parents[1] / "tests" / "data" / "purpose.jsonl"
PARTS = {
    "dev": "Development part (cues were changed for it)",
    "held-out": "Held-out part (written before the cues, never tuned for)",
    "fresh": "Fresh part (other scenes, written after the cues, never tuned for)",
}
LANGUAGES = ("en", "es", "ro", "el", "fr", "de")
NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One labelled post, and what was told of it."""

    mention: Mention
    part: str
    kinds: frozenset[str]
    """What it is; empty: plain talk."""
    told: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How one kind is told in some examples, as shares."""

    support: int
    """Examples that are of the kind."""
    precision: float
    recall: float
    f1: float


def part_of(scene: str) -> str:
    """The part that a scene is in, for ever."""
    if scene.startswith("fresh"):
        return "fresh"
    if scene.startswith("tuned"):
        return "dev"
    return "dev" if hashlib.sha256(scene.encode()).digest()[0] % 2 else "held-out"


def read(path: Path = DATA) -> list[Example]:
    """All examples, judged."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    mentions = [
        Mention(
            platform="example",
            key=str(number),
            kind=MentionKind(row.get("kind", "post")),
            title=row.get("title", ""),
            text=row["text"],
            lang=row["lang"],
        )
        for number, row in enumerate(rows)
    ]
    labels = PurposeProcessor().process(mentions)
    return [
        Example(
            mention=mention,
            part=part_of(row["scene"]),
            kinds=frozenset(row["kinds"]),
            told=frozenset(label.value for label in told),
        )
        for row, mention, told in zip(rows, mentions, labels, strict=True)
    ]


def figures(examples: Iterable[Example], kind: str) -> Figures:
    """Precision, recall and F1 of one kind; what is nobody's is 0."""
    pairs = Counter((kind in example.kinds, kind in example.told) for example in examples)
    right, missed, wrong = pairs[True, True], pairs[True, False], pairs[False, True]
    return Figures(
        support=right + missed,
        precision=right / (right + wrong) if right + wrong else 0.0,
        recall=right / (right + missed) if right + missed else 0.0,
        f1=2 * right / (2 * right + missed + wrong) if right + missed + wrong else 0.0,
    )


def macro(examples: Sequence[Example]) -> float:
    """The mean F1 of all kinds that occur."""
    found = [one.f1 for one in (figures(examples, kind) for kind in KINDS) if one.support]
    return sum(found) / len(found)


def report(examples: Sequence[Example]) -> str:
    """All tables, in Markdown."""
    return "\n\n".join(
        "\n".join(table) for part in PARTS for table in _part([one for one in examples if one.part == part], part)
    )


def _part(examples: Sequence[Example], part: str) -> Iterator[list[str]]:
    yield [f"### {PARTS[part]}: {len(examples)} posts, macro F1 {macro(examples):.3f}"]
    yield [*_head("kind", "posts", "precision", "recall", "F1"), *(_row(kind, figures(examples, kind)) for kind in KINDS)]
    plain = [one for one in examples if not one.kinds]
    quiet = sum(not one.told for one in plain)
    yield [f"Of {len(plain)} posts that are plain talk, {quiet} were told nothing of."]
    yield [*_head("F1", "posts", *KINDS, "macro"), *(_language(examples, lang) for lang in LANGUAGES)]
    yield ["Rows: what a post is; columns: what was told of it (a post of two kinds counts in two rows)."]
    yield [*_head("is \\ told", *KINDS, NONE), *_confusion(examples)]


def _head(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", f"|---|{'--:|' * (len(names) - 1)}"]


def _row(kind: str, of: Figures) -> str:
    return f"| {kind} | {of.support} | {of.precision:.2f} | {of.recall:.2f} | {of.f1:.2f} |"


def _language(examples: Sequence[Example], lang: str) -> str:
    own = [one for one in examples if one.mention.lang == lang]
    cells = (f"{figures(own, kind).f1:.2f}" for kind in KINDS)
    return f"| {lang} | {len(own)} | {' | '.join(cells)} | {macro(own):.2f} |"


def _confusion(examples: Sequence[Example]) -> Iterator[str]:
    counts = Counter((kind, told) for one in examples for kind in one.kinds or [NONE] for told in one.told or [NONE])
    for kind in (*KINDS, NONE):
        yield f"| {kind} | {' | '.join(str(counts[kind, told]) for told in (*KINDS, NONE))} |"


def _wrong(examples: Iterable[Example]) -> Iterator[str]:
    for one in examples:
        if one.part == "dev" and one.kinds != one.told:
            missed, added = sorted(one.kinds - one.told), sorted(one.told - one.kinds)
            yield f"{one.mention.lang} missed {missed} added {added}: {one.mention.title} {one.mention.text}"


def _speed(examples: Sequence[Example], seconds: float = 3.0) -> str:
    mentions = [one.mention for one in examples]
    processor = PurposeProcessor()
    processor.process(mentions)
    start, count = time.process_time(), 0
    while (spent := time.process_time() - start) < seconds:
        processor.process(mentions)
        count += len(mentions)
    return f"{count / spent:,.0f} posts a second"


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="list what is told wrongly in the development part")
    parser.add_argument("--speed", action="store_true", help="measure posts a second")
    args = parser.parse_args()
    examples = read()
    if args.wrong:
        print(*_wrong(examples), sep="\n")
    elif args.speed:
        print(_speed(examples))
    else:
        print(report(examples))


if __name__ == "__main__":
    main()
