"""What a published page says and carries: cards in every state, words for machines, pictures, validity."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import pytest
from page_stories import BASE, arabic, many, states
from PIL import Image
from sample_story import NOW, START, battery_week, empty_story, freeze, mention, plain, quote

from hubbub.core.errors import ExportError
from hubbub.core.phrases import language_tag, phrases
from hubbub.core.values import Author, Block, BlockKind, Extent, Media, PublishedStory, Redaction
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.plugins.exporters.html_page import rail
from hubbub.plugins.exporters.html_text import own_html
from hubbub.testing.exporter_contract import HOSTILE, ExporterContract, every_block, published
from hubbub.testing.stories import handed


def page_of(story: PublishedStory, folder: Path, **options: Any) -> str:
    folder.mkdir(exist_ok=True, parents=True)
    HtmlExporter(**options).export(story, folder)
    return (folder / "index.html").read_text(encoding="utf-8")


def card(html: str, number: int) -> str:
    """The markup of the block with that number."""
    return re.split(r'<(?:div class="entry|footer|h2)', html.split(f'id="b{number}"', 1)[1])[0]


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def carried(html: str, opening: str) -> Any:
    return json.loads(html.split(opening, 1)[1].split("</script>", 1)[0])


class TestNewsprint(ExporterContract):
    """The second theme keeps the contract as the first does (tests/contract)."""

    @pytest.fixture
    def many(self) -> int:
        return 500

    @pytest.fixture
    def exporter(self) -> HtmlExporter:
        return HtmlExporter(theme="newsprint")


# --- cards ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page with every state of a card."""
    folder = tmp_path_factory.mktemp("states")
    return page_of(states(folder), folder / "out")


def test_a_card_says_what_became_of_what_it_quotes(html: str):
    gone, changed, live = (text_of(card(html, number)) for number in (3, 4, 5))
    assert "No longer at its address on 20 June 2026 . What you read is our copy." in gone
    assert "Nobody can read this at its own address any more." in gone
    assert "Original (no longer there)" in gone
    assert "Rights : CC BY 4.0" in gone
    assert "1 like · 2 shares · 1,240 replies · 1,200,300 views (when quoted, 20 June 2026 )" in gone
    assert "Its source read otherwise on 20 June 2026" in changed
    assert "edited 8 June 2026" in changed
    assert "Still at its address on 20 June 2026" in live


def test_words_that_were_taken_out_are_nowhere_in_what_is_written(tmp_path: Path):
    said = mention("away", "the words of somebody who asked", hours=5, title="their headline", raw={"x": "their raw words"})
    taken = Redaction(at=NOW, reason="asked for", digest="0" * 64)
    extent = Extent(exact="somebody who asked", prefix="the words of ")
    block = Block(id="a", kind=BlockKind.MENTION, copy=replace(freeze(said), redacted=taken), extent=extent)
    story = PublishedStory(story=empty_story(blocks=(block,)), media={}, at=NOW, base_url=BASE)
    html = page_of(handed(story), tmp_path / "out")
    assert "These words were taken out on 20 June 2026 . Reason : asked for" in text_of(card(html, 1))
    for path in (tmp_path / "out").iterdir():
        written = path.read_text(encoding="utf-8")
        assert not any(words in written for words in ("somebody who asked", "their headline", "raw words")), path


def test_only_the_quoted_part_is_on_the_page(html: str):
    part = text_of(card(html, 7))
    assert "… Then the sentence that matters. …" in part
    assert "Excerpt" in part
    assert "First this" not in part
    assert "Excerpt" not in text_of(card(html, 3))


def test_working_notes_are_never_published(tmp_path: Path):
    block = replace(quote("m", mention("1", "x")), note="ask the lawyer", rights="with permission")
    html = page_of(PublishedStory(story=empty_story(blocks=(block,)), media={}, at=NOW), tmp_path / "out")
    assert "with permission" in html
    assert "lawyer" not in html


def test_our_own_alternative_stands_where_we_wrote_one(tmp_path: Path):
    story = battery_week(tmp_path)
    blocks = [replace(b, alts={m.url: "Ours" for m in b.copy.mention.media}) if b.copy else b for b in story.story.blocks]
    html = page_of(replace(story, story=replace(story.story, blocks=tuple(blocks))), tmp_path / "out")
    assert html.count('alt="Ours"') == 3


@pytest.mark.parametrize("kind", ["post", "comment", "article", "video", "review", "share"])
def test_each_kind_of_mention_has_a_card_of_its_own(html: str, kind: str):
    assert re.search(rf'<div class="entry {kind}"', html)


# --- for machines --------------------------------------------------------------------------------------------


def test_a_page_tells_where_every_quotation_comes_from(tmp_path: Path):
    story = states(tmp_path)
    copy = story.story.blocks[2].copy
    assert copy is not None
    known = replace(copy, seen=START, sources=("fediverse",), query="acme", mention=replace(copy.mention, raw=["sent"]))
    first = replace(story.story.blocks[2], copy=known)
    story = replace(story, story=replace(story.story, blocks=(*story.story.blocks[:2], first, *story.story.blocks[3:])))
    html = page_of(story, tmp_path / "out")
    told = carried(html, '<script type="application/json" id="provenance">')
    assert (told["format"], told["version"], told["revision"]) == ("hubbub provenance", 1, 7)
    gone, _, _, away, part = told["quotes"][:5]
    assert gone == {
        "anchor": "b3",
        "ref": "mastodon:gone",
        "url": "https://mastodon.example/@marta/gone",
        "platform": "mastodon",
        "published": "2026-06-08T11:12:00Z",
        "seen": "2026-06-08T09:12:00Z",
        "frozen": "2026-06-20T16:00:00Z",
        "version": 1,
        "digest": copy.digest,
        "sources": ["fediverse"],
        "query": "acme",
        "extent": None,
        "media": [],
        "redacted": None,
        "check": {"at": "2026-06-20T15:00:00Z", "state": "gone", "detail": "HTTP 404"},
    }
    assert away["redacted"]["digest"] == "0" * 64
    assert part["extent"]["exact"] == "Then the sentence that matters."
    assert all(f'id="{quoted["anchor"]}"' in html for quoted in told["quotes"])


def test_a_page_with_an_address_can_be_shown_by_others(tmp_path: Path):
    story = states(tmp_path)
    html = page_of(story, tmp_path / "out")
    address = f"{BASE}battery-week/"
    assert f'<link rel="canonical" href="{address}">' in html
    image = re.search(r'property="og:image" content="([^"]+)"', html)
    assert image
    assert (tmp_path / "out" / image[1].removeprefix(address)).is_file()
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    embed = json.loads((tmp_path / "out" / "oembed.json").read_text())
    assert (embed["version"], embed["type"], embed["title"]) == ("1.0", "rich", "Every state of a card")
    assert f"src='{address}'" in embed["html"]
    assert embed["html"] in (tmp_path / "out" / "embed.html").read_text()
    data = carried(html, '<script type="application/ld+json">')
    assert (data["@type"], data["url"], data["copyrightNotice"]) == ("Article", address, "CC BY-SA 4.0")
    assert len(data["citation"]) == 15


def test_a_page_without_an_address_names_none(tmp_path: Path):
    html = page_of(replace(states(tmp_path), base_url=""), tmp_path / "out")
    assert "canonical" not in html
    assert "og:url" not in html
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.html", "oembed.json"]
    assert "data:image/webp" in html
    assert json.loads((tmp_path / "out" / "oembed.json").read_text())["type"] == "link"


def test_what_is_pasted_elsewhere_is_harmless(tmp_path: Path):
    title = "</title>'\"><script>alert(1)</script>"
    page_of(replace(published(tmp_path, title=title, description=title), base_url=BASE), tmp_path / "out")
    snippet = (tmp_path / "out" / "embed.html").read_text()
    assert {element.tag for element in html5lib.parse(snippet, namespaceHTMLElements=False).iter()} == {
        *("html", "head", "body", "blockquote", "p", "a", "iframe")
    }


@pytest.mark.parametrize("theme", ["default", "newsprint"])
@pytest.mark.parametrize("make", [battery_week, states, arabic, lambda folder: many(0, folder), lambda folder: many(1, folder)])
def test_a_page_is_valid_html(tmp_path: Path, make: Any, theme: str):
    parse(page_of(make(tmp_path), tmp_path / "out", theme=theme))


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_stays_valid_whatever_is_in_it(tmp_path: Path, words: str):
    story = published(tmp_path, *every_block(words), title=words or "-", subtitle=words, lang="no language")
    html = page_of(story, tmp_path / "out")
    assert parse(html).get("lang") == "en"


def parse(html: str) -> Any:
    """The page as a browser reads it; a mistake raises, and so does an id that is used twice."""
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    levels = [int(element.tag[1]) for element in document.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    return document


# --- our own words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "under", "tags"),
    [
        ("# a\n\n### b\n\n# c", 1, ["h2", "h3", "h2"]),
        ("###### a", 1, ["h2"]),
        ("# a\n\n## b", 2, ["h3", "h4"]),
        ("#\n\n## b", 2, ["h3"]),
    ],
)
def test_headings_of_our_own_leave_out_no_level(markdown: str, under: int, tags: list[str]):
    assert re.findall(r"<(h[1-6])>", own_html(markdown, under)) == tags


def test_a_link_without_words_shows_its_address():
    assert ">https://acme.example/</a>" in own_html("[](https://acme.example/)")


def test_a_face_stands_for_the_initial_and_a_still_for_a_film(html: str):
    shown = next(piece for piece in html.split('<div class="entry') if "See for yourself." in piece)
    assert re.search(r'<img class="avatar" src="data:image/[^"]+" alt="" width="96" height="96">', shown)
    assert 'class="initial' not in shown
    still = shown.split('<div class="still">', 1)[1].split("</div>", 1)[0]
    assert 'alt="The test" width="480" height="250"' in still
    assert '<a href="https://files.example/film.mp4" rel="noopener nofollow ugc">Video</a>' in still
    assert '<p class="missing"><a href="https://files.example/sound.mp3" rel="noopener nofollow ugc">Sound</a></p>' in shown
    assert "files.example/eleni.png" not in html


def test_without_our_copies_there_is_an_initial_and_a_link(tmp_path: Path):
    face = Author(platform="mastodon", key="eleni", name="Eleni", avatar="https://files.example/eleni.png")
    film = Media(kind="video", url="https://files.example/film.mp4", poster="https://files.example/still.png")
    said = freeze(mention("1", "Words", author=face, media=(film,)))
    block = Block(id="b", kind=BlockKind.MENTION, copy=replace(said, stills={face.avatar: "0" * 64, film.poster: "1" * 64}))
    story = PublishedStory(story=empty_story(blocks=(block,)), media={}, at=NOW)
    html = page_of(story, tmp_path)
    assert 'aria-hidden="true">E</span>' in html
    assert "<img" not in html
    assert "still.png" not in html
    assert HtmlExporter().export(story, tmp_path).warnings == ()


@pytest.mark.parametrize(
    ("stated", "tag"),
    [("en", "en"), ("pt_BR", "pt-BR"), ("zh-Hant", "zh-Hant"), ("und", ""), ("no such language", ""), ("xx", ""), ("", "")],
)
def test_a_page_states_only_languages_that_there_are(stated: str, tag: str):
    assert language_tag(stated) == tag


def test_counts_follow_the_plural_of_the_language():
    told = {lang: [phrases(lang).count("replies", count) for count in (1, 2, 20)] for lang in ("en", "ro", "ar")}
    assert told == {
        "en": ["1 reply", "2 replies", "20 replies"],
        "ro": ["1 răspuns", "2 răspunsuri", "20 de răspunsuri"],
        "ar": ["رد واحد", "ردان", "20 ردًا"],
    }
    assert phrases("fr").day(START.replace(day=1)) == "1er juin 2026"
    assert phrases("en-US").day(START) == "June 8, 2026"


def test_a_heading_that_is_the_day_says_it_once(tmp_path: Path):
    heading = Block(id="h", kind=BlockKind.HEADING, text="Lunes, 8 de junio de 2026")
    said = quote("q", mention("1", "Acme se apaga"))
    assert 'class="day"' not in page_of(published(tmp_path, heading, said, lang="es"), tmp_path / "told")
    assert 'class="day"' in page_of(published(tmp_path, said, lang="es"), tmp_path / "untold")


# --- the rail ------------------------------------------------------------------------------------------------


def test_the_rail_shows_when_and_how_many():
    times = [START] * 5 + [START.replace(day=9), START.replace(day=18)]
    bars = rail(times)
    assert [bar.x for bar in bars] == [0, 96, 992]
    assert bars[0].height == 100
    assert 30 < bars[1].height == bars[2].height < 60
    assert rail(times[:5]) == rail([]) == ()


# --- pictures ------------------------------------------------------------------------------------------------


def photograph(path: Path, width: int, height: int) -> Path:
    """A picture with some detail, as a camera would write it."""
    picture = Image.effect_mandelbrot((width, height), (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB")
    picture.save(path, quality=95)
    return path


def with_pictures(*paths: Path) -> PublishedStory:
    digests = [f"{number:064x}" for number in range(1, len(paths) + 1)]
    blocks = [Block(id=f"i{digest[-3:]}", kind=BlockKind.IMAGE, media=digest, alt="a") for digest in digests]
    media = {digest: str(path) for digest, path in zip(digests, paths, strict=True)}
    return PublishedStory(story=empty_story(blocks=tuple(blocks)), media=media, at=NOW)


def test_a_picture_much_larger_than_shown_is_made_smaller_and_kept_for_the_next_time(tmp_path: Path):
    story = with_pictures(photograph(tmp_path / "a.jpg", 2400, 1200))
    digest = next(iter(story.media))
    held = tmp_path / "media" / digest[:2] / f"{digest}.jpg"
    held.parent.mkdir(parents=True)
    (tmp_path / "a.jpg").rename(held)
    story = replace(story, media={digest: str(held)})
    html = page_of(story, tmp_path / "out", pictures="inside")
    assert 'width="1280" height="640"' in html
    assert 'src="data:image/jpeg;base64,' in html
    assert len(html) < held.stat().st_size
    [made] = (tmp_path / "media" / "thumbs").glob(f"{digest}-*")
    made.write_bytes(held.read_bytes())
    assert 'width="2400"' in page_of(story, tmp_path / "again", pictures="inside")


def test_pictures_are_where_the_option_says(tmp_path: Path):
    small, large = photograph(tmp_path / "small.jpg", 200, 100), photograph(tmp_path / "large.jpg", 1800, 900)
    moving = tmp_path / "moving.gif"
    frames = [Image.effect_noise((900, 800), 90 + number) for number in range(2)]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    story = with_pictures(small, large, moving)

    def files(where: str) -> list[str]:
        page_of(story, tmp_path / where, pictures=where)
        return sorted(path.name[-13:] for path in (tmp_path / where).rglob("*.*") if path.parent.name == "media")

    assert files("inside") == []
    assert files("auto") == ["000000003.gif"]
    assert files("beside") == ["000000001.jpg", "000000003.gif", "0002-1280.jpg"]


def test_a_moving_picture_keeps_moving(tmp_path: Path):
    frames = [Image.new("RGB", (1700, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert 'src="data:image/gif;' in page_of(with_pictures(tmp_path / "a.gif"), tmp_path / "out", pictures="inside")


def test_a_picture_that_went_away_meanwhile_is_told(tmp_path: Path):
    with pytest.raises(ExportError, match="cannot be read"):
        page_of(with_pictures(tmp_path / "nowhere.png"), tmp_path / "out")


def test_a_damaged_picture_does_not_stop_the_page(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(plain(1, 2, 3)[:500])
    assert "data:image/png" in page_of(with_pictures(tmp_path / "a.png"), tmp_path / "out")
