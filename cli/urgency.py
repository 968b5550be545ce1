"""How it is printed what needs a person first, and why."""

from __future__ import annotations

from typing import Any

from ..core.priority import Priority
from .output import say


def print_priority(found: Priority) -> None:
    """Print a priority with its parts: the points of each, and where they come from."""
    say(f"\nPriority {found.score} of 100:")
    for part in found.parts:
        say(f"  {found.points(part):5.1f}  {part.name:<11} {part.words}")
    for step in found.steps:
        say(f"  → {step.score:<3}  {step.words}")


def priority_json(found: Priority) -> dict[str, Any]:
    """The same for programs."""
    return {
        "score": found.score,
        "parts": [
            {
                "name": part.name,
                "value": round(part.value, 3),
                "weight": part.weight,
                "points": round(found.points(part), 1),
                "words": part.words,
            }
            for part in found.parts
        ],
        "steps": [{"words": step.words, "score": step.score} for step in found.steps],
    }
