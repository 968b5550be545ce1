from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from archive_samples import NOW

from hubbub.archive.sqlarchive import SqlArchive
from hubbub.core.errors import NotFound
from hubbub.core.values import SavedSearch


def search(name: str, query: str = "acme", **more: object) -> SavedSearch:
    return replace(SavedSearch(name=name, query=query, created=NOW, looked=NOW), **more)  # pyright: ignore[reportArgumentType]


def test_they_are_kept_as_they_are_and_listed_by_name(archive: SqlArchive) -> None:
    kept = [search("Știri", 'topic:"Ștefan" published:>"3 days ago"', order="engaged"), search("acme"), search("Λέξεις")]
    for one in kept:
        archive.save_search(one)
    assert archive.saved_searches() == [kept[1], kept[0], kept[2]]


def test_one_of_the_same_name_takes_its_place(archive: SqlArchive) -> None:
    archive.save_search(search("Große Suche"))
    looked = search("GROSSE suche", "battery", looked=NOW + timedelta(days=1))
    archive.save_search(looked)
    assert archive.saved_searches() == [looked]


def test_deleting(archive: SqlArchive) -> None:
    archive.save_search(search("Acme"))
    archive.delete_search("ACME")
    assert archive.saved_searches() == []
    archive.save_search(search("rival"))
    with pytest.raises(NotFound, match="rivals") as raised:
        archive.delete_search("rivals")
    assert "rival" in str(raised.value)
