"""The feeds of a real WordPress: every format, comments, an edit, and what WordPress says when nothing is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import wordpress_server
from wordpress_server import WordPress

from hubbub.core.http import Bounds
from hubbub.core.values import MentionKind
from hubbub.plugins.sources.rss import discover
from hubbub.testing.fakes import FakeClock
from hubbub.testing.sources import Collected, build, client, collect, context

pytestmark = pytest.mark.server

POSTS = [
    ("The Acme phone & its battery", "<p>Two days on one charge.</p><p>Really &amp; truly.</p>", ["acme"]),
    ("El teléfono Acme", "<p>La batería dura <b>dos días</b>.</p>", ["acme", "móviles"]),
    ("Telefonul Acme", "<p>Bateria ține două zile, așa cum scrie.</p>", ["acme"]),
    ("Το τηλέφωνο Acme", "<p>Η μπαταρία αντέχει δύο μέρες.</p>", []),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    if reason := wordpress_server.missing():
        pytest.skip(reason)
    with WordPress(tmp_path_factory.mktemp("site")) as site:
        for day, (title, content, tags) in enumerate(POSTS, start=1):
            number = site.add_post(title=title, content=content, tags=tags, date=f"2026-05-0{day} 10:00:00")
            site.add_comment(number, author="Νίκος", content="Συμφωνώ!", date=f"2026-05-1{day} 10:00:00")
        yield site


def read(site: WordPress, folder: Path, path: str, cursor: object = None) -> Collected:
    http = client(bounds=Bounds(), now=FakeClock())
    return collect(build("rss", {"url": site.url(path)}, context(folder, http)), cursor)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("path", ["/feed/", "/feed/atom/", "/feed/rdf/"])
def test_every_format_tells_the_same_posts(site: WordPress, tmp_path: Path, path: str) -> None:
    found = read(site, tmp_path, path)
    assert found.failures == []
    words = {m.title: m.text for m in found.mentions}
    assert set(words) == {title for title, _, _ in POSTS}
    assert words["The Acme phone & its battery"] == "Two days on one charge.\n\nReally & truly."
    assert words["Το τηλέφωνο Acme"] == "Η μπαταρία αντέχει δύο μέρες."
    for mention in found.mentions:
        assert mention.author is not None
        assert mention.author.name == "ana"
        assert mention.published is not None
        assert mention.published.isoformat().startswith("2026-05-0")
        assert mention.url.startswith(site.url("/2026/"))


def test_a_post_is_one_record_through_every_feed_of_the_site(site: WordPress, tmp_path: Path) -> None:
    everything = {m.title: m.ref for m in read(site, tmp_path, "/feed/").mentions}
    for path in ("/feed/atom/", "/tag/acme/feed/", "/?s=tel%C3%A9fono&feed=rss2", "/author/ana/feed/"):
        refs = {m.title: m.ref for m in read(site, tmp_path, path).mentions}
        assert refs
        assert refs.items() <= everything.items()


def test_comments_and_their_counts(site: WordPress, tmp_path: Path) -> None:
    posts = read(site, tmp_path, "/feed/").mentions
    assert [m.engagement.replies for m in posts if m.engagement] == [1] * len(POSTS)
    comments = read(site, tmp_path, "/comments/feed/").mentions
    assert len(comments) == len(POSTS)
    assert {m.kind for m in comments} == {MentionKind.COMMENT}
    assert {(m.text, m.author.name) for m in comments if m.author} == {("Συμφωνώ!", "Νίκος")}
    assert not {m.ref for m in comments} & {m.ref for m in posts}
    in_atom = read(site, tmp_path, "/comments/feed/atom/").mentions
    assert {m.ref for m in in_atom} == {m.ref for m in comments}
    assert {m.parent for m in in_atom} == {m.ref for m in posts}


def test_an_edited_post_keeps_its_ref_and_nothing_new_is_304(site: WordPress, tmp_path: Path) -> None:
    before = read(site, tmp_path, "/feed/")
    again = read(site, tmp_path, "/feed/", before.cursor)
    assert again.unchanged
    title, content, _ = POSTS[1]
    site.edit_post(site.posts[title], title="El teléfono nuevo", content="<p>Otras palabras, νέα λόγια</p>")
    after = read(site, tmp_path, "/feed/", again.cursor)
    site.edit_post(site.posts[title], title=title, content=content)
    assert {m.ref for m in after.mentions} == {m.ref for m in before.mentions}
    old = next(m for m in before.mentions if m.title == title)
    new = next(m for m in after.mentions if m.ref == old.ref)
    assert (old.text, new.title, new.text) == ("La batería dura dos días.", "El teléfono nuevo", "Otras palabras, νέα λόγια")


def test_wordpress_answers_304_to_its_own_validators(site: WordPress) -> None:
    http = client(bounds=Bounds())
    first = http.get(site.url("/feed/"))
    assert {"etag", "modified", "body"} <= set(first.validators)
    second = http.get(site.url("/feed/"), validators=first.validators)
    assert (second.status, second.unchanged) == (304, True)


def test_the_home_page_leads_to_the_feed_of_posts_before_that_of_comments(site: WordPress, tmp_path: Path) -> None:
    found = discover(client(bounds=Bounds()), site.url("/"), FakeClock()())
    assert [feed.url for feed in found] == [site.url("/feed/"), site.url("/comments/feed/")]
    assert len(read(site, tmp_path, "/").mentions) == len(POSTS)
