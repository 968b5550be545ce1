"""Every exporter with what no sane story has: times at the ends of the calendar, counts and addresses beyond reason."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_story import NOW, empty_story, freeze, mention

from hubbub.core.contracts import Exporter
from hubbub.core.localtime import local
from hubbub.core.phrases import zone
from hubbub.core.storygroups import add_day_headings
from hubbub.core.values import Block, BlockKind, Engagement, PublishedStory
from hubbub.plugins.exporters.atom import AtomExporter
from hubbub.plugins.exporters.csv import CsvExporter
from hubbub.plugins.exporters.epub import EpubExporter
from hubbub.plugins.exporters.html import HtmlExporter
from hubbub.plugins.exporters.json import JsonExporter
from hubbub.plugins.exporters.mail import MailExporter
from hubbub.plugins.exporters.markdown import MarkdownExporter
from hubbub.plugins.exporters.slack import SlackExporter
from hubbub.plugins.exporters.surt import surt
from hubbub.plugins.exporters.timelinejs import TimelineExporter
from hubbub.plugins.exporters.wacz import WaczExporter

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
EXPORTERS = [
    *(HtmlExporter, MarkdownExporter, JsonExporter, TimelineExporter, CsvExporter, AtomExporter),
    *(EpubExporter, WaczExporter, SlackExporter, MailExporter),
]


def story(timezone: str) -> PublishedStory:
    blocks: list[Block] = []
    for number, at in enumerate((FIRST, LAST, NOW)):
        counted = Engagement(at=at, likes=10**40, replies=1)
        said = replace(
            mention(str(number), "Warm to the touch.", url=f"https://ü..example/{number}", engagement=counted),
            published=at,
            edited=at,
        )
        copy = replace(freeze(said, when=at), frozen=at, seen=at)
        blocks.append(Block(id=f"b{number}", kind=BlockKind.MENTION, copy=copy))
    told = replace(empty_story(), blocks=tuple(blocks), created=FIRST)
    return PublishedStory(story=told, media={}, at=NOW, timezone=timezone, generator="hubbub")


@pytest.mark.parametrize("timezone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("exporter", EXPORTERS)
def test_times_at_the_ends_of_the_calendar_are_written_in_every_zone(exporter: type[Exporter], timezone: str, tmp_path: Path):
    receipt = exporter().export(story(timezone), tmp_path)
    assert Path(receipt.path).stat().st_size > 0


def test_a_time_that_no_zone_can_move_stays_in_utc():
    west, east = zone("America/Los_Angeles"), zone("Pacific/Kiritimati")
    assert (local(FIRST, west), local(LAST, east)) == (FIRST, LAST)
    assert local(NOW, west).utcoffset() == NOW.astimezone(west).utcoffset()
    headed = add_day_headings(story("UTC").story, west)
    assert headed.blocks[0].id == "day-0001-01-01"


def test_times_of_a_web_archive_have_four_digits_a_year(tmp_path: Path):
    import gzip
    import zipfile

    with zipfile.ZipFile(WaczExporter().export(story("UTC"), tmp_path).path) as packed:
        index = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode()
    assert [line.split(" ")[1] for line in index.splitlines()][:2] == ["00010101000000", "99991231235959"]


@pytest.mark.parametrize("host", ["ü..example", "\u3002ü", "ü." + "x" * 70])
def test_a_host_that_cannot_be_spelled_in_ascii_is_kept_as_it_is(host: str):
    assert surt(f"http://{host}/")
