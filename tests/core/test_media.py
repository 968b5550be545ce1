"""Our own copies of pictures: kept by content, only of plain picture formats, whole or not at all."""

import base64
import hashlib
import io
import struct
import zlib
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo
from sample_story import NOW, NoHttp, battery_week, plain

from hubbub.core.contracts import Response
from hubbub.core.errors import ExportError, ImportFailed, SourceBroken, SourceError, SourceGone, SourceRefused
from hubbub.core.http import GuardedTransport, PoliteClient
from hubbub.core.media import MAX_BYTES, MediaStore, copy_pictures, data_uri, file_name, write_whole
from hubbub.core.mediacare import check_media, orphans
from hubbub.core.network import Deadline, GuardedBackend
from hubbub.core.pictures import MAX_FRAMES, sniff
from hubbub.core.values import Hits, Media, Revision, Story, StorySummary

PNG = plain(10, 20, 30, 8, 8)


def drawn(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A picture that differs from point to point."""
    image = Image.new(mode, size)
    image.putdata(
        [tuple((x * 7 + y * 3 + c * 40) % 256 for c in range(len(mode))) for y in range(size[1]) for x in range(size[0])]
    )
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def moving(frames: int = 3, **options: Any) -> bytes:
    first, *others = [Image.new("RGB", (20, 10), (40 * n, 90, 10)) for n in range(frames)]
    return saved(first, "GIF", save_all=True, append_images=others, duration=80, loop=2, **options)


SAMPLES = {
    "png": PNG,
    "jpg": saved(drawn(), "JPEG", quality=90),
    "gif": moving(),
    "webp": saved(drawn(), "WEBP", lossless=True),
    "avif": saved(drawn(), "AVIF"),
}
KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}
PLACE = "Calle Falsa 123"


def with_secrets(orientation: int = 1) -> Image.Exif:
    """Exif data that tell where and by whom a picture was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = PLACE
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (40.0, 24.0, 59.0)
    return exif


def points(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).convert("RGBA").tobytes()


def kept(keeper: MediaStore, digest: str) -> bytes:
    path = keeper.path(digest)
    assert path is not None
    data = path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    return data


class LeadsTo(httpx.BaseTransport):
    """A public site that redirects; what it leads to is asked for as any other address is."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._rest = GuardedTransport(GuardedBackend(allow_private=False, deadline=Deadline()))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "files.example":
            return httpx.Response(302, headers={"location": self._place})
        return self._rest.handle_request(request)


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


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


SVG = b"<?xml version='1.0'?>\n<!-- x --><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "came empty"),
        (SVG, "SVG drawing, which can carry a script"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><title>404</title>", "is a web page"),
        (b"not a picture", r"not a picture that can be kept \(png"),
        (b"\0\0\0\x20ftypmp42" + b"\0" * 40, "not a picture that can be kept"),
        (b"RIFF....WAVE", "not a picture that can be kept"),
        (b"BM" + saved(drawn(), "BMP")[2:], "not a picture that can be kept"),
        (saved(drawn(), "TIFF"), "not a picture that can be kept"),
        (b"GIF89a/*", "damaged or cut short"),
        (b"\xff\xd8\xff\xe0rest", "damaged or cut short"),
        (PNG[: len(PNG) // 2], "damaged or cut short"),
        (PNG[:-16] + b"oops" + PNG[-12:], "damaged or cut short"),
        (SAMPLES["jpg"][: len(SAMPLES["jpg"]) * 3 // 4], "damaged or cut short"),
        (SAMPLES["webp"][: len(SAMPLES["webp"]) * 3 // 4], "damaged or cut short"),
        (SAMPLES["avif"][: len(SAMPLES["avif"]) * 3 // 4], "damaged or cut short"),
        (SAMPLES["gif"][:60], "damaged or cut short"),
        (huge_png(10_000, 10_000), "has 10,000 × 10,000 points"),
        (huge_png(60_000, 60_000), "has far too many points"),
        (huge_png(2_000_000_000, 2_000_000_000), "too many points|damaged"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_anything_else_is_refused_and_the_words_say_why(tmp_path: Path, data: bytes, why: str):
    keeper, _ = store(tmp_path, {"https://files.example/a.png": data})
    with pytest.raises(SourceBroken, match=f"(?s)^https://files.example/a.png.*({why}).*calls itself image/png"):
        keeper.fetch(Media(kind="image", url="https://files.example/a.png"))
    with pytest.raises(ImportFailed, match=why):
        keeper.adopt(data)
    with pytest.raises(ImportFailed, match=why):
        keeper.adopt(data, exactly=True)
    assert not (tmp_path / "media").exists()


def test_a_hundred_megabytes_are_not_read(tmp_path: Path):
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-length": "100000000"}, stream=httpx.ByteStream(PNG))

    http = PoliteClient(contact="", version="0", transport=httpx.MockTransport(answer))
    with closing(http), pytest.raises(SourceBroken, match="larger than 20 MB"):
        MediaStore(tmp_path, http).fetch(Media(kind="image", url="https://files.example/a.png"))


@pytest.mark.parametrize("place", ["http://127.0.0.1:8080/admin.png", "http://192.168.1.1/a.png", "http://[::1]/a.png"])
def test_a_picture_that_leads_into_our_own_network_is_not_asked_for(tmp_path: Path, place: str):
    http = PoliteClient(contact="", version="0", transport=LeadsTo(place))
    with closing(http), pytest.raises(SourceRefused, match="allow_private"):
        MediaStore(tmp_path, http).fetch(Media(kind="image", url="https://files.example/a.png"))
    assert list(tmp_path.iterdir()) == []


def test_an_animation_that_never_ends_is_refused(tmp_path: Path):
    keeper, _ = store(tmp_path)
    frame = SAMPLES["gif"][SAMPLES["gif"].rindex(b"\x21\xf9") : -1]
    with pytest.raises(ImportFailed, match="moves for too long"):
        keeper.adopt(SAMPLES["gif"][:-1] + frame * MAX_FRAMES + b"\x3b")
    assert keeper.path(keeper.adopt(SAMPLES["gif"][:-1] + frame * 50 + b"\x3b"))


# --- what is left out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", SAMPLES)
def test_a_clean_picture_is_kept_bit_for_bit(tmp_path: Path, ending: str):
    keeper, _ = store(tmp_path)
    assert kept(keeper, keeper.adopt(SAMPLES[ending])) == SAMPLES[ending]


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_place_and_author_of_a_photograph_are_left_out_and_it_looks_the_same(tmp_path: Path, ending: str, orientation: int):
    keeper, _ = store(tmp_path)
    lossless: dict[str, Any] = {"lossless": True} if ending == "webp" else {}
    data = saved(drawn(), KINDS[ending], exif=with_secrets(orientation), **lossless)
    assert PLACE.encode() in data
    digest = keeper.adopt(data)
    ours = kept(keeper, digest)
    assert PLACE.encode() not in ours
    with Image.open(io.BytesIO(ours)) as image:
        assert not image.getexif().get_ifd(0x8825)
        assert image.getexif().get(0x0112, 1) == (orientation if ending == "jpg" else 1)
    if ending == "jpg" or ending == "png" or (ending == "webp" and orientation == 1):  # the others are coded anew
        assert points(ours) == points(data)
    assert keeper.adopt(ours) == digest


def test_colours_stay(tmp_path: Path):
    keeper, _ = store(tmp_path)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for ending, kind in KINDS.items():
        data = saved(drawn(), kind, icc_profile=profile, exif=with_secrets())
        with Image.open(io.BytesIO(kept(keeper, keeper.adopt(data)))) as image:
            assert image.info["icc_profile"] == profile, ending


@pytest.mark.parametrize("ending", [kind for kind in SAMPLES if kind != "avif"])
def test_a_script_behind_the_picture_is_left_out(tmp_path: Path, ending: str):
    keeper, _ = store(tmp_path)
    polyglot = SAMPLES[ending] + b"*/=1;alert(document.domain)//"
    assert kept(keeper, keeper.adopt(polyglot)) == SAMPLES[ending]


def test_a_script_in_the_comments_of_a_picture_is_left_out(tmp_path: Path):
    keeper, _ = store(tmp_path)
    script = b"*/=1;alert(1)/*"
    text = PngInfo()
    text.add_text("Comment", script.decode())
    text.add_itxt("XML:com.adobe.xmp", script.decode())
    for data in (
        moving(comment=script),
        saved(drawn(), "JPEG", comment=script),
        saved(drawn(), "PNG", pnginfo=text),
        saved(drawn(), "WEBP", xmp=script),
    ):
        assert script in data
        assert script not in kept(keeper, keeper.adopt(data))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_whatever_bytes_come_they_are_refused_in_words_or_kept_for_good(tmp_path: Path, ending: str, data: st.DataObject):
    keeper, _ = store(tmp_path)
    bent = bytearray(SAMPLES[ending])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(bent) - 1))
        bent[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    with suppress(ImportFailed):
        digest = keeper.adopt(bytes(bent))
        assert keeper.adopt(kept(keeper, digest)) == digest


def test_an_animation_goes_on_moving(tmp_path: Path):
    keeper, _ = store(tmp_path)
    with Image.open(io.BytesIO(kept(keeper, keeper.adopt(moving(5, comment=b"made with love"))))) as image:
        assert (image.n_frames, image.info["loop"], image.info["duration"]) == (5, 2, 80)


def test_a_picture_that_is_read_back_keeps_its_digest(tmp_path: Path):
    keeper, _ = store(tmp_path)
    data = saved(drawn(), "JPEG", exif=with_secrets())
    assert keeper.adopt(data, exactly=True) == hashlib.sha256(data).hexdigest() != keeper.adopt(data)


# --- keeping -------------------------------------------------------------------------------------------------


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
    uri = f"data:image/gif;base64,{base64.b64encode(SAMPLES['gif']).decode()}"
    assert keeper.data_uri(digest) == data_uri(keeper.path(digest) or Path()) == uri


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


# --- smaller stills ------------------------------------------------------------------------------------------


def test_a_thumbnail_is_made_when_it_is_asked_for(tmp_path: Path):
    keeper, _ = store(tmp_path)
    digest = keeper.adopt(saved(drawn((400, 300)), "PNG"))
    assert not (tmp_path / "media" / "thumbs").exists()
    thumb = keeper.thumbnail(digest, 100)
    assert thumb == tmp_path / "media" / "thumbs" / f"{digest}-100.webp"
    with Image.open(thumb) as image:
        assert (image.format, image.size) == ("WEBP", (100, 75))
    thumb.write_bytes(b"seen")
    assert (keeper.thumbnail(digest, 100) or Path()).read_bytes() == b"seen"
    thumb.unlink()
    assert keeper.thumbnail(digest, 100) == thumb


def test_a_thumbnail_stands_as_the_picture_is_to_be_seen(tmp_path: Path):
    keeper, _ = store(tmp_path)
    digest = keeper.adopt(saved(drawn((400, 200)), "JPEG", exif=with_secrets(6)))
    with Image.open(keeper.thumbnail(digest, 50) or Path()) as image:
        assert image.size == (50, 100)


def test_a_thumbnail_of_what_moves_is_its_first_frame_and_of_what_is_clear_stays_clear(tmp_path: Path):
    keeper, _ = store(tmp_path)
    with Image.open(keeper.thumbnail(keeper.adopt(moving()), 10) or Path()) as image:
        assert (image.size, getattr(image, "n_frames", 1)) == ((10, 5), 1)
    clear = keeper.adopt(saved(Image.new("RGBA", (40, 40), (255, 0, 0, 0)), "PNG"))
    with Image.open(keeper.thumbnail(clear, 10) or Path()) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0


def test_what_is_small_enough_or_not_there_has_no_thumbnail_of_its_own(tmp_path: Path):
    keeper, _ = store(tmp_path)
    digest = keeper.adopt(PNG)
    assert keeper.thumbnail(digest, 8) == keeper.path(digest)
    assert keeper.thumbnail("0" * 64, 8) is None
    assert keeper.thumbnail(digest, 0) is None
    (keeper.path(digest) or Path()).write_bytes(b"spoilt")
    assert keeper.thumbnail(digest, 4) is None


# --- care ----------------------------------------------------------------------------------------------------


class OneStory:
    """The part of an archive that looking after pictures needs."""

    def __init__(self, story: Story) -> None:
        self._revision = Revision(number=1, parent=None, at=NOW, note="made", story=story)

    def stories(self) -> list[StorySummary]:
        story = self._revision.story
        return [
            StorySummary(
                id=story.id,
                slug=story.slug,
                title=story.title,
                state=story.state,
                blocks=len(story.blocks),
                mentions=0,
                created=story.created,
                updated=NOW,
                revision=1,
            )
        ]

    def story(self, name: str) -> Revision:
        return self._revision

    def revisions(self, story_id: str) -> list[Revision]:
        return [self._revision]

    def find(self, query: object, **_: object) -> Hits:
        return Hits(total=0, hits=())

    def records(self, refs: list[str]) -> list[object]:
        return []


def test_damaged_and_missing_pictures_are_told(tmp_path: Path):
    told = battery_week(tmp_path)
    archive: Any = OneStory(told.story)
    assert check_media(archive, tmp_path) == []
    first, second = sorted(told.media)[:2]
    Path(told.media[first]).write_bytes(PNG)
    Path(told.media[second]).unlink()
    damaged, missing = check_media(archive, tmp_path)
    assert f"{first}.png is damaged" in damaged
    assert second[:12] in missing
    assert "hubbub story media battery-week" in missing


def test_stills_go_with_their_picture_and_a_cover_is_in_use(tmp_path: Path):
    told = battery_week(tmp_path)
    keeper = MediaStore(tmp_path, NoHttp())  # type: ignore[arg-type]
    cover, stray = keeper.adopt(plain(1, 2, 3)), keeper.adopt(plain(3, 2, 1))
    stills = [keeper.thumbnail(digest, 20) for digest in (cover, stray)]
    archive: Any = OneStory(replace(told.story, cover=cover))
    later = datetime.now(UTC) + timedelta(hours=2)
    assert orphans(archive, tmp_path, later) == sorted(path for path in (keeper.path(stray), stills[1]) if path)
