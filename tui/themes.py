"""Two themes of our own, a dark and a light one: calm greys and one accent. Textual's own themes stay available."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="hubbub-dark",
    primary="#d9a441",
    secondary="#8fa3ad",
    accent="#d9a441",
    foreground="#d6dadd",
    background="#14181b",
    surface="#191e22",
    panel="#222930",
    success="#7fb685",
    warning="#d9a441",
    error="#e0726c",
    dark=True,
)
LIGHT = Theme(
    name="hubbub-light",
    primary="#8a5a00",
    secondary="#4c5f69",
    accent="#8a5a00",
    foreground="#1f2528",
    background="#fbfaf7",
    surface="#f5f3ee",
    panel="#e9e5dc",
    success="#2f6b3a",
    warning="#8a5a00",
    error="#a8322c",
    dark=False,
)
THEMES = (DARK, LIGHT)
DEFAULT = DARK.name
