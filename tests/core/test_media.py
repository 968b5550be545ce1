"""Our own copies of pictures: kept by content, only of plain picture formats, whole or not at all."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from sample_story import NoHttp, plain

from hubbub.core.contracts import Response
from hubbub.core.errors import ExportError, ImportFailed, SourceBroken, SourceError, SourceGone
from hubbub.core.media import MAX_BYTES, MediaStore, copy_pictures, data_uri, file_name, sniff, write_whole
from hubbub.core.values import Media

PNG = plain(10, 20, 30, 8, 8)
SAMPLES = {
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0rest",
    "gif": b"GIF89a rest",
    "webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "avif": b"\0\0\0\x20ftypavif",
}


class Web:
    """A client whose pages are given; it counts what it is asked."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, url: str, *, max_bytes: int | None = None, **_: object) -> Response:
        self.asked.append(url)
        assert max_bytes == MAX_BYTES
        if url not in self.pages:
            raise SourceGone(f"{url} is not there any more.", url=url)
        return Response(url=url, status=200, headers={"content-type": "image/png"}, content=self.pages[url])


def store(folder: Path, pages: Mapping[str, bytes] | None = None) -> tuple[MediaStore, Web]:
    web = Web(pages or {})
    return MediaStore(folder / "media", web), web


@pytest.mark.parametrize("ending", SAMPLES)
def test_the_format_is_told_from_the_bytes(ending: str):
    assert sniff(SAMPLES[ending]) == ending


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"<html>", b"\0\0\0\x20ftypmp42", b"RIFF....WAVE"],
)
def test_anything_else_is_refused(tmp_path: Path, data: bytes):
    keeper, _ = store(tmp_path, {"https://files.example/a.png": data})
    assert sniff(data) == ""
    with pytest.raises(SourceBroken, match=r"not a picture that can be kept.*calls itself image/png"):
        keeper.fetch(Media(kind="image", url="https://files.example/a.png"))
    with pytest.raises(ImportFailed, match="not a picture"):
        keeper.adopt(data)
    assert not (tmp_path / "media").exists()


def test_a_fetched_picture_is_kept_under_its_digest(tmp_path: Path):
    keeper, web = store(tmp_path, {"https://files.example/../../etc/x.exe?y=1": PNG})
    got = keeper.fetch(Media(kind="image", url="https://files.example/../../etc/x.exe?y=1", alt="a", mime="text/html"))
    digest = hashlib.sha256(PNG).hexdigest()
    assert (got.digest, got.mime, got.size, got.alt) == (digest, "image/png", len(PNG), "a")
    assert keeper.path(digest) == tmp_path / "media" / digest[:2] / f"{digest}.png"
    assert keeper.fetch(got) is got
    assert len(web.asked) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://files.example/a.png", "", "/a.png"])
def test_only_web_addresses_are_asked(tmp_path: Path, url: str):
    keeper = MediaStore(tmp_path, NoHttp())  # type: ignore[arg-type]
    with pytest.raises(SourceBroken, match="not a web address"):
        keeper.fetch(Media(kind="image", url=url))


def test_a_picture_that_is_gone_is_a_source_error(tmp_path: Path):
    keeper, _ = store(tmp_path)
    with pytest.raises(SourceError, match="not there any more"):
        keeper.fetch(Media(kind="image", url="https://files.example/gone.png"))


def test_the_same_picture_is_kept_once(tmp_path: Path):
    keeper, _ = store(tmp_path)
    assert keeper.adopt(PNG) == keeper.adopt(PNG)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 63, "g" * 64, "0" * 64])
def test_what_is_no_digest_of_ours_leads_nowhere(tmp_path: Path, digest: str):
    keeper, _ = store(tmp_path)
    assert keeper.path(digest) is None
    assert keeper.data_uri(digest) == ""


def test_a_picture_too_large_is_refused(tmp_path: Path):
    keeper, _ = store(tmp_path)
    with pytest.raises(ImportFailed, match="at most 20,000,000"):
        keeper.adopt(PNG + b"\0" * MAX_BYTES)


def test_a_picture_becomes_part_of_a_page(tmp_path: Path):
    keeper, _ = store(tmp_path)
    digest = keeper.adopt(SAMPLES["gif"])
    assert keeper.data_uri(digest) == data_uri(keeper.path(digest) or Path()) == "data:image/gif;base64,R0lGODlhIHJlc3Q="


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_pictures_are_copied_under_names_of_ours(tmp_path: Path):
    keeper, _ = store(tmp_path)
    digest = keeper.adopt(PNG)
    (tmp_path / "out").mkdir()
    assert copy_pictures({digest: str(keeper.path(digest))}, tmp_path / "out") == (f"media/{digest}.png",)
    assert (tmp_path / "out" / file_name(digest, Path("x.png"))).read_bytes() == PNG
    with pytest.raises(ExportError, match="no SHA-256"):
        copy_pictures({"../../evil": str(keeper.path(digest))}, tmp_path / "out")
    with pytest.raises(ExportError, match="cannot be taken along"):
        copy_pictures({"0" * 64: str(tmp_path / "nowhere.png")}, tmp_path / "out")
