"""The exporters pdf, epub, wacz, slack and mail: what is in their files, read with other people's readers."""

import gzip
import hashlib
import io
import json
import re
import time
import zipfile
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pdf_libraries import needs_weasyprint
from sample_story import NOW, battery_week, empty_story, mention, plain, quote

from hubbub.core.contracts import Exporter
from hubbub.core.errors import ExportError
from hubbub.core.values import Block, BlockKind, CheckState, Extent, LinkCheck, PublishedStory, Redaction
from hubbub.plugins.exporters.epub import EpubExporter
from hubbub.plugins.exporters.mail import MailExporter, MailOptions
from hubbub.plugins.exporters.pdf import MOST_BLOCKS, MOST_CHARACTERS, PdfExporter, allowed, breakable, isolated, towards
from hubbub.plugins.exporters.pdf_pictures import on_paper
from hubbub.plugins.exporters.slack import SlackExporter, escape, link, own_mrkdwn
from hubbub.plugins.exporters.surt import surt
from hubbub.plugins.exporters.wacz import WaczExporter
from hubbub.plugins.exporters.xhtml import xhtml
from hubbub.testing.exporter_contract import HOSTILE, every_block, published

XHTML = "{http://www.w3.org/1999/xhtml}"


def written(exporter: Exporter, story: PublishedStory, folder: Path) -> Path:
    """The file that an exporter wrote."""
    if isinstance(exporter, PdfExporter):
        needs_weasyprint()
    folder.mkdir(exist_ok=True)
    return Path(exporter.export(story, folder).path)


def story_of(*blocks: Block, **more: Any) -> PublishedStory:
    return PublishedStory(story=empty_story(blocks=blocks), media={}, at=NOW, generator="hubbub test", **more)


def redacted() -> Block:
    block = quote("r", mention("9", "unspeakable", name="Eve"))
    assert block.copy
    return replace(block, copy=replace(block.copy, redacted=Redaction(at=NOW, reason="asked by Eve", digest="0" * 64)))


EVERY = (EpubExporter(), MailExporter(), PdfExporter(), SlackExporter(), WaczExporter())


def text_in(path: Path) -> str:
    """All words of a file of any of these formats."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        from pypdf import PdfReader

        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".eml":
        return "\n".join(
            part.get_content()
            for part in message_from_bytes(data, policy=policy.default).walk()
            if part.get_content_maintype() == "text"
        )
    if not zipfile.is_zipfile(path):
        return data.decode()
    with zipfile.ZipFile(path) as packed:
        parts = [packed.read(name) for name in packed.namelist()]
    return "\n".join((gzip.decompress(part) if part[:2] == b"\x1f\x8b" else part).decode(errors="replace") for part in parts)


@pytest.mark.parametrize("exporter", EVERY, ids=lambda one: type(one).__name__)
def test_readers_see_the_chosen_part_and_nothing_that_was_taken_out(exporter: Exporter, tmp_path: Path):
    said = mention("1", "Before it. The battery swelled. After it.", name="Marta")
    part = quote("a", said, extent=Extent(exact="The battery swelled."), rights="CC BY 4.0", note="call her")
    checks = {said.ref: LinkCheck(ref=said.ref, at=NOW, state=CheckState.GONE)}
    text = " ".join(text_in(written(exporter, story_of(part, redacted(), checks=checks), tmp_path / "x")).split())
    assert "battery swelled" in text
    assert "Before it" not in text
    assert "call her" not in text
    assert "unspeakable" not in text
    assert "asked by Eve" in text
    assert "CC BY 4.0" in text
    assert "no longer there" in text


# --- pdf -----------------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_has_bookmarks_links_and_every_script(tmp_path: Path):
    from pypdf import PdfReader

    reader = PdfReader(written(PdfExporter(), battery_week(tmp_path), tmp_path / "x"))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata
    assert reader.metadata.title == "The battery week"
    titles = re.findall(r"'/Title': '([^']*)'", str(reader.outline))
    assert {"The battery week", "Monday: the first reports", "Tuesday: somebody opens one"} <= set(titles)
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "μπαταρία" in text
    # Readers give Arabic back in the order of the line or of the letters, and with or without spaces.
    letters = re.sub(r"\s", "", text)
    assert "هاتفي" in letters or "يفتاه" in letters
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    links = {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}
    assert "https://mastodon.example/@marta/101" in links
    assert not [address for address in links if not address.startswith(("http://", "https://"))]


def test_words_run_their_own_way():
    assert towards("Hello") == ' dir="ltr"'
    assert towards("123 – هاتفي Acme") == ' dir="rtl"'
    assert towards("123") == ""
    assert isolated("<b> & words") == "&lt;b&gt; &amp; words"
    assert isolated("ليلى") == "\u2068ليلى\u2069"
    assert isolated("@layla", always=True) == "\u2068@layla\u2069"


def test_pictures_are_as_large_as_print_needs_them():
    import PIL.Image

    large, clear = io.BytesIO(), io.BytesIO()
    PIL.Image.effect_noise((3000, 600), 30).save(large, "PNG")
    PIL.Image.new("RGBA", (40, 20), (255, 0, 0, 0)).save(clear, "WEBP", lossless=True)
    made = on_paper(large.getvalue())
    assert made
    assert (made[0][:3], made[1:]) == (b"\xff\xd8\xff", (1280, 256))
    shown = on_paper(clear.getvalue())
    assert shown
    assert PIL.Image.open(io.BytesIO(shown[0])).getpixel((20, 10)) == (255, 255, 255)
    assert on_paper(b"GIF89a no picture") is None


@pytest.mark.parametrize(
    "blocks",
    [
        [quote(f"q{n}", mention(str(n), "x")) for n in range(MOST_BLOCKS + 1)],
        [quote("q", mention("1", "a " * MOST_CHARACTERS))],
    ],
    ids=["blocks", "characters"],
)
def test_what_is_too_long_for_a_pdf_is_refused_before_it_begins(tmp_path: Path, blocks: list[Block]):
    with pytest.raises(ExportError, match=rf"holds up to {MOST_BLOCKS:,} blocks .* html or epub, or split it"):
        PdfExporter().export(story_of(*blocks), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_pdf_of_three_hundred_quotations_is_set_in_time(tmp_path: Path):
    words = "A sentence that says what happened, and to whom. " * 4
    blocks = [quote(f"q{n}", mention(str(n), f"{words}{n}", hours=n)) for n in range(300)]
    began = time.process_time()
    written(PdfExporter(), story_of(*blocks), tmp_path / "x")
    assert time.process_time() - began < 30


def test_the_pdf_uses_nothing_but_its_own_folder(tmp_path: Path):
    (tmp_path / "page").mkdir()
    inside, outside = tmp_path / "page" / "a.png", tmp_path / "secret"
    assert allowed(inside.as_uri(), tmp_path / "page")
    assert allowed("data:image/png;base64,AA==", tmp_path / "page")
    for url in (outside.as_uri(), f"{(tmp_path / 'page').as_uri()}/../secret", "https://a.example/", "ftp://a.example/x"):
        assert not allowed(url, tmp_path / "page")
    assert not allowed("file://server/share", tmp_path / "page")


def test_endless_words_can_be_broken_and_end():
    assert breakable(f"<p title='{'x' * 90}'>{'y' * 70} z</p>") == (
        f"<p title='{'x' * 90}'>{'y' * 20}&#8203;{'y' * 20}&#8203;{'y' * 20}&#8203;{'y' * 10} z</p>"
    )
    assert len(breakable("y" * 80_000)) < 1000
    assert breakable(f"<style>{'a' * 90}</style>") == f"<style>{'a' * 90}</style>"
    assert "&am&#8203;" not in breakable("&amp;" * 100)


# --- epub ----------------------------------------------------------------------------------------------------


def book(story: PublishedStory, folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(written(EpubExporter(), story, folder)) as packed:
        first = packed.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        return {name: packed.read(name) for name in packed.namelist()}


def check_book(files: dict[str, bytes]) -> ElementTree.Element:
    """What a reading system relies on (EPUB 3.3): container, package, every file listed once, no address that leads nowhere."""
    assert files["mimetype"] == b"application/epub+zip"
    container = ElementTree.fromstring(files["META-INF/container.xml"])
    assert [root.get("full-path") for root in container.iter() if root.tag.endswith("rootfile")] == ["EPUB/package.opf"]
    package = ElementTree.fromstring(files["EPUB/package.opf"])
    items = {item.get("href"): item for item in package.iterfind("{*}manifest/{*}item")}
    assert {f"EPUB/{href}" for href in items} == set(files) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    assert len({item.get("id") for item in items.values()}) == len(items)
    ids = {item.get("id") for item in items.values()}
    assert {ref.get("idref") for ref in package.iterfind("{*}spine/{*}itemref")} <= ids
    assert [href for href, item in items.items() if item.get("properties") == "nav"] == ["nav.xhtml"]
    for name in (name for name in files if name.endswith(".xhtml")):
        page = ElementTree.fromstring(files[name])
        for element in page.iter():
            assert element.tag.removeprefix(XHTML) not in ("script", "iframe", "object")
            for attribute in ("href", "src"):
                address = element.get(attribute, "https://")
                assert address.startswith(("http://", "https://")) or address in items, (name, address)
            if element.tag == f"{XHTML}img":
                assert element.get("alt") is not None
                assert element.get("src") in items
    return package


def test_the_book_has_chapters_cover_alt_texts_and_says_how_accessible_it_is(tmp_path: Path):
    week = battery_week(tmp_path)
    cover = next(iter(week.media))
    files = book(replace(week, story=replace(week.story, cover=cover, cover_alt="Dusk over hills")), tmp_path / "x")
    package = check_book(files)
    chapters = [link.text for link in ElementTree.fromstring(files["EPUB/nav.xhtml"]).iter(f"{XHTML}a")]
    assert chapters == ["Monday: the first reports", "Tuesday: somebody opens one"]
    assert [i.get("href") for i in package.iter() if i.get("properties") == "cover-image"] == [f"media/{cover}.png"]
    assert 'alt="Dusk over hills"' in files["EPUB/title.xhtml"].decode()
    features = [meta.text for meta in package.iter() if meta.get("property") == "schema:accessibilityFeature"]
    assert {"alternativeText", "tableOfContents"} <= set(features)
    assert 'lang="ar"' in files["EPUB/chapter-0002.xhtml"].decode()
    assert 'dir="rtl"' in files["EPUB/chapter-0002.xhtml"].decode()


def test_a_book_from_right_to_left(tmp_path: Path):
    week = battery_week(tmp_path)
    files = book(replace(week, story=replace(week.story, lang="ar")), tmp_path / "x")
    check_book(files)
    assert b'page-progression-direction="rtl"' in files["EPUB/package.opf"]
    assert b'dir="rtl"' in files["EPUB/nav.xhtml"]


@pytest.mark.parametrize("text", HOSTILE[:7], ids=range(7))
def test_a_book_of_what_strangers_write_is_whole(tmp_path: Path, text: str):
    story = published(tmp_path, *every_block(text), title=text or "-", byline=text, description=text, lang='"><x')
    package = check_book(book(story, tmp_path / "x"))
    assert package.findtext("{*}metadata/{http://purl.org/dc/elements/1.1/}language") == "und"


def test_fragments_of_html_become_xml():
    made = xhtml('<p>a<br>b &nbsp; &lt;i&gt; <a href="https://a.example/?a=1&amp;b=2">x</a></p><hr>')
    root = ElementTree.fromstring(f"<x>{made}</x>")
    assert "".join(root.itertext()) == "ab \xa0 <i> x"
    assert root.find("p/a").get("href") == "https://a.example/?a=1&b=2"  # type: ignore[union-attr]


# --- wacz ----------------------------------------------------------------------------------------------------


def test_the_web_archive_is_whole_and_says_that_it_holds_copies(tmp_path: Path):
    from warcio.archiveiterator import ArchiveIterator

    path = written(WaczExporter(), battery_week(tmp_path), tmp_path / "x")
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
        assert packed.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
    package = json.loads(files["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"
    assert {one["path"] for one in package["resources"]} == set(files) - {"datapackage.json", "datapackage-digest.json"}
    for one in package["resources"]:
        data = files[one["path"]]
        assert (one["hash"], one["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
    digest = json.loads(files["datapackage-digest.json"])
    assert digest["hash"] == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"

    records = {}
    for record in ArchiveIterator(io.BytesIO(files["archive/data.warc.gz"]), check_digests="raise"):
        records[record.rec_headers.get_header("WARC-Target-URI")] = (record.rec_type, record.content_stream().read())
        assert record.rec_headers.protocol == "WARC/1.1"
    assert {kind for kind, _ in records.values()} == {"warcinfo", "resource"}
    assert b"No captures of web pages" in records[None][1]
    assert b"not a capture" in records["https://mastodon.example/@marta/101"][1]
    picture = next(path for url, (_, path) in records.items() if url and url.endswith(".png"))
    assert picture in {Path(held).read_bytes() for held in battery_week(tmp_path).media.values()}

    warc = files["archive/data.warc.gz"]
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    for row in lines:
        entry = json.loads(row.split(" ", 2)[2])
        at = int(entry["offset"])
        (record,) = ArchiveIterator(io.BytesIO(warc[at : at + int(entry["length"])]))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
    pages = [json.loads(row) for row in files["pages/pages.jsonl"].splitlines()]
    assert pages[0]["format"] == "json-pages-1.0"
    assert {page["url"] for page in pages[1:]} <= set(records)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.com/A/b?z=1&a=2", "com,example)/a/b?a=2&z=1"),
        ("http://example.com:8080", "com,example:8080)/"),
        ("https://example.com:443/x", "com,example)/x"),
        ("urn:hubbub:mention:rss:1", "urn:hubbub:mention:rss:1"),
        ("https://example.com/a b", "com,example)/a%20b"),
    ],
)
def test_addresses_as_indexes_sort_them(url: str, key: str):
    assert surt(url) == key


# --- slack ---------------------------------------------------------------------------------------------------


def test_nothing_that_was_said_calls_people_or_formats():
    said = escape("<!channel> @here @Everyone & *bold* <https://evil.example|bank>")
    assert "<" not in said
    assert ">" not in said
    assert not re.search(r"@(here|everyone|channel)", said, re.IGNORECASE)
    assert "*bold*" not in said
    assert said.replace("\u2060", "") == "&lt;!channel&gt; @here @Everyone &amp; *bold* &lt;https://evil.example|bank&gt;"
    assert escape("snake_case and 2 * 3") == "snake_case and 2 * 3"
    assert link("javascript:alert(1)", "x") == "x"
    assert link("https://a.example/?a=1&b=<|>", "a|b>") == "<https://a.example/?a=1&amp;b=%3C%7C%3E|a¦b&gt;>"


def test_our_own_markdown_in_slacks():
    assert own_mrkdwn("**b** and *i* `c`\n\n1. [x](https://a.example/)\n2. two") == (
        "*b* and _i_ `c`\n1. <https://a.example/|x>\n2. two"
    )


def test_a_message_keeps_to_the_limits(tmp_path: Path):
    long = [quote(f"q{n}", mention(str(n), "*&<" * 3000, name="N" * 300, title="T" * 500)) for n in range(80)]
    folder = tmp_path / "x"
    folder.mkdir()
    receipt = SlackExporter().export(story_of(*long, base_url="https://stories.example/"), folder)
    blocks = json.loads((folder / "slack.json").read_text())["blocks"]
    assert len(blocks) == 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if "text" in block)
    assert all(
        element["verbatim"] for block in blocks for element in [block.get("text", {})] if element.get("type") == "mrkdwn"
    )
    assert "+ 33" in blocks[-1]["text"]["text"]
    assert "https://stories.example/battery-week/" in blocks[-1]["text"]["text"]
    assert receipt.warnings == ("A message of Slack has 50 blocks; slack.json leaves out 33.",)


# --- mail ----------------------------------------------------------------------------------------------------


def test_a_mail_says_the_same_twice_and_asks_nobody_for_anything(tmp_path: Path):
    week = battery_week(tmp_path)
    options = MailOptions(sender="Ana <ana@acme.example>", to="all@acme.example")
    read = message_from_bytes(written(MailExporter(options), week, tmp_path / "x").read_bytes(), policy=policy.default)
    assert (read["Subject"], read["From"], read["To"]) == ("The battery week", "Ana <ana@acme.example>", "all@acme.example")
    plain, page = read.get_body(("plain",)), read.get_body(("html",))
    assert plain
    assert page
    for words in ("μπαταρία μου φούσκωσε", "هاتفي يعمل الآن"):
        assert words in plain.get_content()
        assert words in page.get_content()
    html = page.get_content()
    assert "<script" not in html
    sources = re.findall(r'<img src="([^"]*)"', html)
    inside = {f"cid:{part['Content-ID'][1:-1]}" for part in read.walk() if part.get_content_maintype() == "image"}
    assert set(sources) == inside
    assert len(inside) == 3


def test_no_name_or_title_becomes_a_header(tmp_path: Path):
    story = story_of(quote("a", mention("1", "x")))
    title = "Hi\r\nBcc: all@acme.example\n\nbody"
    options = MailOptions(sender="a@b.example\r\nBcc: x@y.example")
    read = message_from_bytes(
        written(MailExporter(options), replace(story, story=replace(story.story, title=title)), tmp_path / "x").read_bytes(),
        policy=policy.default,
    )
    assert read["Bcc"] is None
    assert read["Subject"] == "Hi Bcc: all@acme.example body"


def test_only_so_many_pictures_are_part_of_a_mail(tmp_path: Path):
    import hubbub.core.values as values

    media: dict[str, str] = {}
    blocks = []
    for number in range(25):
        data = b"GIF89a" + bytes([number]) * 50
        digest = hashlib.sha256(data).hexdigest()
        (tmp_path / f"{digest}.gif").write_bytes(data)
        media[digest] = str(tmp_path / f"{digest}.gif")
        blocks.append(values.Block(id=f"i{number}", kind=BlockKind.IMAGE, media=digest, url=f"https://f.example/{number}.gif"))
    folder = tmp_path / "x"
    folder.mkdir()
    receipt = MailExporter().export(replace(story_of(*blocks), media=media), folder)
    read = message_from_bytes((folder / "story.eml").read_bytes(), policy=policy.default)
    assert sum(part.get_content_maintype() == "image" for part in read.walk()) == 20
    assert len(receipt.warnings) == 5


def test_the_pdf_library_does_not_let_pictures_in_that_are_cut_short() -> None:
    """It tells Pillow to take them, in the whole program."""
    needs_weasyprint()
    from PIL import Image

    with Image.open(io.BytesIO(plain(1, 2, 3)[:500])) as cut, pytest.raises(OSError, match="truncated"):
        cut.load()
