"""Stems of words."""

from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.stemming import StemFinder, stem_key, stems

WORDS = ["telefon", "telefonos", "phones", "phone", "haus", "hauser", "και", "acme", "acmes", "a", ""]


@given(
    st.lists(st.tuples(st.sampled_from(["en", "es-MX", "de", "el", "xx", "unknown"]), st.frozensets(st.sampled_from(WORDS)))),
    st.sets(st.sampled_from(WORDS)),
)
def test_the_stems_that_are_looked_for_are_found_in_one_document_after_the_other(
    documents: list[tuple[str, frozenset[str]]], wanted: set[str]
) -> None:
    keys = {stem_key(language, word) for language in ("en", "es", "de") for word in wanted} | wanted
    finder = StemFinder(keys)
    for lang, words in documents:
        assert finder.found(lang, words) == keys & stems(lang, words)
