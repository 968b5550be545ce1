"""How a judgement is explained: in words for people, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.explaining import Evidence, Judgement, explain
from ..core.serial import to_json
from ..core.values import BY_YOU, Record
from .output import say


def print_why(record: Record) -> None:
    """Say why a mention is labelled as it is, a paragraph a label."""
    judgements = explain(record)
    if not judgements:
        say("\nNobody has judged it yet: no processor and no person.")
        return
    say("\nWhy it is labelled so:")
    for judgement in judgements:
        say(f"  {_headline(judgement)}")
        if judgement.evidence:
            say(f"      {_evidence(judgement.evidence)}")
        if judgement.remark:
            say(f"      {judgement.remark}")


def why_json(record: Record) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "label": judgement.name,
            "topic": judgement.topic or None,
            "value": judgement.label.value,
            "by": judgement.label.by,
            "version": judgement.label.version,
            "score": judgement.label.score,
            "counts": judgement.counts,
            "evidence": [to_json(one.span) | {"words": one.words} for one in judgement.evidence],
            "remark": judgement.remark,
        }
        for judgement in explain(record)
    ]


def _headline(judgement: Judgement) -> str:
    label = judgement.label
    about = f" about {judgement.topic}" if judgement.topic else ""
    who = "you" if label.by == BY_YOU else f"{label.by} {label.version}".strip()
    sure = "" if label.score is None else f", {label.score:.0%} sure"
    return f"{judgement.name}{about}: {label.value} (by {who}{sure})"


def _evidence(evidence: Sequence[Evidence]) -> str:
    return ", ".join(f'"{one.words}"{_weight(one.span.weight)}{_place(one.span.field)}' for one in evidence)


def _weight(weight: float | None) -> str:
    # With the sign of mathematics, which no terminal takes for a hyphen.
    return "" if weight is None else f" {weight:+.2f}".replace("-", "−")


def _place(field: str) -> str:
    return " (title)" if field == "title" else ""
