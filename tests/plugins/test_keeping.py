"""What plugins keep between runs: for nobody else's eyes, and never a reason to fail."""

from pathlib import Path

import pytest

from hubbub.plugins.sources._keeping import digest, keep, kept


def test_what_is_kept_is_there_and_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    file.write_text("{}")
    file.chmod(0o644)
    keep(file, {"token": "κλειδί", "until": None})
    assert kept(file) == {"token": "κλειδί", "until": None}
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000])
def test_what_cannot_be_read_is_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(content)
    assert kept(file) == {}
    assert kept(tmp_path / "none.json") == {}


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path) -> None:
    keep(tmp_path / "no such folder" / "session.json", {"token": "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_digest_tells_words_apart() -> None:
    assert len({digest("a", "b"), digest("ab"), digest("a b"), digest("b", "a")}) == 4
    assert "secret" not in digest("secret")
