"""Web pages by sitemap and watched ones: a site in the test's own process."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.contracts import Fetcher
from hubbub.core.errors import SourceBroken, SourceError, SourceGone, SourceLimited, SourceRefused, SourceUnreachable
from hubbub.testing.api import FakeApi
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.source_contract import FAILURES, SourceContract
from hubbub.testing.sources import build, collect, context

pytest.importorskip("trafilatura", reason="trafilatura is not installed: pip install 'hubbub[webpage]'")

from hubbub.plugins.sources._sitemaps import NoSitemap, read_sitemap
from hubbub.plugins.sources._web_pages import extract, map_page

SITE = "https://press.example"
WORDS = {
    "en": "The battery of the acme phone lasts for two whole days, says everybody who has tried it at home or at work.",
    "es": "La batería del teléfono acme dura dos días enteros, dicen todos los que la han probado en casa o en el trabajo.",
    "ro": "Bateria telefonului acme ține două zile întregi, spun toți cei care au încercat-o acasă sau la serviciu.",
    "el": "Η μπαταρία του τηλεφώνου acme αντέχει δύο ολόκληρες μέρες, λένε όλοι όσοι τη δοκίμασαν στο σπίτι ή στη δουλειά.",
}


def page(lang: str = "en", *, title: str = "Acme", more: str = "", head: str = "") -> Answer:
    body = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>{title}</h1><p>{WORDS[lang]}</p>"
        f"<p>{WORDS[lang][::-1]}</p>{more}</article></body></html>"
    )
    return Answer(headers={"Content-Type": "text/html; charset=utf-8"}, body=body.encode())


def urlset(*entries: tuple[str, str]) -> bytes:
    rows = "".join(f"<url><loc>{url}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>" for url, at in entries)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def index(*entries: tuple[str, str]) -> bytes:
    rows = "".join(f"<sitemap><loc>{url}</loc><lastmod>{at}</lastmod></sitemap>" for url, at in entries)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()


class Site:
    """A site by path; what is not there is 404."""

    def __init__(self, **paths: Any) -> None:
        self.paths: dict[str, Answer] = {
            "/sitemap.xml": Answer(
                body=urlset(*((f"{SITE}/{lang}", f"2026-06-1{day}T08:00:00Z") for day, lang in enumerate(WORDS)))
            ),
            **{f"/{lang}": page(lang) for lang in WORDS},
        }
        self.api = FakeApi(self._answer)

    def _answer(self, request: httpx.Request) -> Answer | None:
        answer = self.paths.get(request.url.path)
        if answer is not None and request.headers.get("if-none-match") == f'"{hash(answer.body)}"':
            return Answer(status=304)
        return answer and Answer(
            status=answer.status, headers={**answer.headers, "ETag": f'"{hash(answer.body)}"'}, body=answer.body
        )

    def make(self, folder: Path, now: FakeClock | None = None, **options: Any) -> Fetcher:
        return build("webpage", options or {"site": SITE}, context(folder, self.api.client(), now=now))

    def asked(self) -> list[str]:
        found = [request.url.path for request in self.api.requests]
        self.api.requests.clear()
        return found


@pytest.fixture
def site() -> Site:
    return Site()


class TestWebpage(SourceContract):
    plugin = "webpage"
    count = 4

    def make(self, folder: Path) -> Fetcher:
        return Site().make(folder)


@pytest.mark.parametrize("name", [name for name in FAILURES if name not in ("a page", "403 with HTML", "401")])
def test_failures_of_a_watched_page(tmp_path: Path, site: Site, name: str) -> None:
    answer, kind = FAILURES[name]
    site.paths["/robots.txt"] = Answer(body=b"")
    fetcher = site.make(tmp_path, pages=[f"{SITE}/en"])
    assert len(collect(fetcher).mentions) == 1
    site.api.failing = answer
    with pytest.raises(SourceError) as caught:
        collect(fetcher)
    assert type(caught.value) is kind, caught.value


def test_a_page(tmp_path: Path, site: Site) -> None:
    linked = json.dumps(
        {
            "@type": "NewsArticle",
            "datePublished": "2026-06-13T10:30:00+02:00",
            "author": {"name": "Ana Pop"},
            "inLanguage": "ro",
        }
    )
    head = f'<link rel="canonical" href="{SITE}/news/1?utm_source=x"><script type="application/ld+json">{linked}</script>'
    site.paths["/ro"] = page("ro", title="Telefonul Acme", head=head)
    mention = collect(site.make(tmp_path, pages=[f"{SITE}/ro"])).mentions[0]
    assert (mention.platform, mention.url, mention.lang) == ("web", f"{SITE}/news/1?utm_source=x", "ro")
    assert mention.title == "Telefonul Acme"
    assert WORDS["ro"] in mention.text
    assert "Home" not in mention.text
    assert mention.published is not None
    assert mention.published.isoformat() == "2026-06-13T08:30:00+00:00"
    assert mention.author is not None
    assert mention.author.name == "Ana Pop"


def test_a_page_speaks_for_its_own_site_only(tmp_path: Path, site: Site) -> None:
    site.paths["/en"] = page(head='<link rel="canonical" href="https://victim.example/story">')
    assert collect(site.make(tmp_path, pages=[f"{SITE}/en"])).mentions[0].url == f"{SITE}/en"


def test_a_watched_page_that_changes_is_a_version_and_says_what_is_new(tmp_path: Path, site: Site) -> None:
    fetcher = site.make(tmp_path, pages=[f"{SITE}/en"])
    first = collect(fetcher)
    again = collect(fetcher, first.cursor)
    assert again.unchanged
    site.paths["/en"] = page(head="<!-- another build of the same words -->")
    same = collect(fetcher, again.cursor)
    assert same.unchanged
    news = "From next month on the acme phone will cost twenty euros more than it does today, in all shops."
    site.paths["/en"] = page(more=f"<p>{news}</p>")
    changed = collect(fetcher, same.cursor).mentions[0]
    assert changed.ref == first.mentions[0].ref
    assert isinstance(changed.raw, dict)
    assert changed.raw["changed"] == [news]


def test_the_next_run_reads_only_what_changed(tmp_path: Path, site: Site) -> None:
    first = collect(site.make(tmp_path))
    assert site.asked() == ["/robots.txt", "/sitemap.xml", "/en", "/es", "/ro", "/el"]
    again = collect(site.make(tmp_path), first.cursor)
    assert again.unchanged
    assert site.asked() == ["/sitemap.xml"]
    entries = [(f"{SITE}/en", "2026-06-14T01:00:00Z"), (f"{SITE}/el", "2026-06-13T08:00:00Z")]
    site.paths["/sitemap.xml"] = Answer(body=urlset(*entries))
    assert [m.url for m in collect(site.make(tmp_path), again.cursor).mentions] == [f"{SITE}/en"]


def test_a_large_sitemap_is_read_over_several_runs(tmp_path: Path, site: Site) -> None:
    cursor: Any = None
    urls: list[str] = []
    for _ in range(3):
        found = collect(site.make(tmp_path, site=SITE, max_pages=2), cursor)
        cursor = json.loads(json.dumps(found.cursor))
        urls += [mention.url for mention in found.mentions]
    assert urls == [f"{SITE}/{lang}" for lang in WORDS]


def test_of_sitemaps_without_dates_new_addresses_are_read(tmp_path: Path, site: Site) -> None:
    site.paths["/sitemap.xml"] = Answer(body=urlset((f"{SITE}/en", ""), (f"{SITE}/es", "2099-01-01")))
    first = collect(site.make(tmp_path))
    assert len(first.mentions) == 2
    site.paths["/sitemap.xml"] = Answer(body=urlset((f"{SITE}/ro", ""), (f"{SITE}/en", "")))
    assert [m.url for m in collect(site.make(tmp_path), first.cursor).mentions] == [f"{SITE}/ro"]


def test_an_index_packed_maps_and_sitemaps_that_robots_names(tmp_path: Path, site: Site) -> None:
    site.paths["/robots.txt"] = Answer(body=f"User-agent: *\nSitemap: {SITE}/maps.xml\nSitemap: https://o.example/x".encode())
    site.paths["/maps.xml"] = Answer(
        body=index(
            (f"{SITE}/a.xml.gz", "2026-06-13"), (f"{SITE}/b.txt", "2026-06-12"), ("https://other.example/c", "2026-06-12")
        )
    )
    site.paths["/a.xml.gz"] = Answer(body=gzip.compress(urlset((f"{SITE}/en", "2026-06-12"))))
    site.paths["/b.txt"] = Answer(body=f"{SITE}/es\nhttps://other.example/page\n".encode())
    first = collect(site.make(tmp_path))
    assert {m.url for m in first.mentions} == {f"{SITE}/en", f"{SITE}/es"}
    assert collect(site.make(tmp_path), first.cursor).unchanged


def test_only_these_paths_and_only_so_far_back(tmp_path: Path, site: Site) -> None:
    found = collect(site.make(tmp_path, site=SITE, only=["/e"]))
    assert {m.url for m in found.mentions} == {f"{SITE}/{lang}" for lang in ("en", "es", "el")}
    assert len(collect(site.make(tmp_path, site=SITE, back="3d")).mentions) == 2


def test_robots_txt_is_obeyed_and_asked_once_a_day(tmp_path: Path, site: Site) -> None:
    site.paths["/robots.txt"] = Answer(body=b"User-agent: hubbub\nDisallow: /es\nUser-agent: *\nDisallow: /")
    clock = FakeClock()
    found = collect(site.make(tmp_path, clock))
    assert {m.url for m in found.mentions} == {f"{SITE}/{lang}" for lang in ("en", "ro", "el")}
    assert found.failures == []
    assert "/es" not in site.asked()
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        collect(site.make(tmp_path, clock, pages=[f"{SITE}/es"]))
    assert site.asked() == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_robots_txt_all_is_allowed(tmp_path: Path, site: Site, status: int) -> None:
    site.paths["/robots.txt"] = Answer(status=status)
    assert len(collect(site.make(tmp_path)).mentions) == 4


def test_with_a_robots_txt_that_cannot_be_read_nothing_is(tmp_path: Path, site: Site) -> None:
    site.paths["/robots.txt"] = Answer(status=500)
    with pytest.raises(SourceUnreachable, match=r"Without its robots\.txt"):
        collect(site.make(tmp_path))
    assert set(site.asked()) == {"/robots.txt"}
    site.paths["/robots.txt"] = Answer(status=429, headers={"Retry-After": "600"})
    with pytest.raises(SourceLimited):
        collect(site.make(tmp_path))


def test_a_pause_that_a_site_asks_for_is_kept_to(tmp_path: Path, site: Site) -> None:
    site.paths["/robots.txt"] = Answer(body=b"User-agent: *\nCrawl-delay: 50")
    with pytest.raises(SourceLimited):
        collect(site.make(tmp_path))
    assert site.asked() == ["/robots.txt", "/sitemap.xml"]


def test_a_page_that_is_gone_costs_only_itself(tmp_path: Path, site: Site) -> None:
    del site.paths["/es"]
    found = collect(site.make(tmp_path))
    assert len(found.mentions) == 3
    assert found.failures[0].item == f"{SITE}/es"
    with pytest.raises(SourceGone):
        collect(site.make(tmp_path, pages=[f"{SITE}/nowhere"]))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=301, headers={"Location": "https://other.example/en"}), SourceRefused),
        (Answer(headers={"Content-Type": "application/pdf"}, body=b"%PDF"), SourceBroken),
        (Answer(headers={"Content-Type": "text/html"}, body=b"<html><body><script>x</script></body></html>"), SourceBroken),
    ],
    ids=["another site", "no page", "no text"],
)
def test_what_is_no_page_of_this_site(tmp_path: Path, site: Site, answer: Answer, kind: type[SourceError]) -> None:
    site.paths["/fr"] = answer
    with pytest.raises(kind):
        collect(site.make(tmp_path, pages=[f"{SITE}/fr"]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"<html><body>no</body></html>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset/>',
        b"<urlset><url>",
        b"\x1f\x8bnonsense",
        gzip.compress(b" " * 60_000_000),
    ],
    ids=["nothing", "json", "page", "entities", "cut", "bad gzip", "bomb"],
)
def test_what_is_no_sitemap(tmp_path: Path, site: Site, content: bytes) -> None:
    with pytest.raises(NoSitemap):
        read_sitemap(content, SITE)
    site.paths["/sitemap.xml"] = Answer(body=content)
    with pytest.raises(SourceBroken, match="no sitemap"):
        collect(site.make(tmp_path))


def test_a_news_sitemap_and_one_that_is_cut_off() -> None:
    news = (
        b'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc><news:news><news:publication>'
        b"<news:name>P</news:name><news:language>el</news:language></news:publication>"
        b"<news:publication_date>2026-06-13T10:00+02:00</news:publication_date></news:news></url><url><loc>/b</lo"
    )
    (entry,) = read_sitemap(news, SITE).pages
    assert (entry.url, entry.lang, entry.published) == (f"{SITE}/a", "el", datetime(2026, 6, 13, 8, tzinfo=UTC))


def test_check(tmp_path: Path, site: Site) -> None:
    fetcher: Any = site.make(tmp_path, site=SITE, pages=[f"{SITE}/en"])
    said = fetcher.check()
    assert said.startswith("press.example names 4 pages and 0 more sitemaps; https://press.example/en has ")


def test_robots_that_were_read_last_count_while_they_cannot_be_read(tmp_path: Path, site: Site) -> None:
    clock = FakeClock()
    site.paths["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /es")
    collect(site.make(tmp_path, clock))
    site.paths["/robots.txt"] = Answer(status=500)
    clock.advance(timedelta(days=2))
    assert len(collect(site.make(tmp_path, clock)).mentions) == 3


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reading_fail(content: bytes) -> None:
    raw = extract(b"<html><body><p>" + content, f"{SITE}/x")
    if raw is not None:
        map_page(raw)
