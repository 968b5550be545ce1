"""New, changed or the same; and which time to believe."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubbub.core.cleaning import clean_url
from hubbub.core.deciding import Known, canonical_url, content_digest, counts_differ, decide, reliable_time
from hubbub.core.values import Engagement, Media, Mention

SEEN = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)
MENTION = Mention(platform="rss", key="1", title="Το Acme Phone", text="ζεσταίνεται πολύ", published=SEEN - timedelta(days=1))


def known(mention: Mention, **changes: object) -> Known:
    values = {
        "ref": mention.ref,
        "version": 1,
        "digest": content_digest(mention),
        "engagement": mention.engagement,
        "sources": frozenset({"a"}),
    }
    return Known(**(values | changes))


def test_what_was_never_seen_is_new() -> None:
    intent = decide(None, MENTION, seen=SEEN)
    assert (intent.kind, intent.ref, intent.when) == ("new", "rss:1", MENTION.published)


def test_the_same_wording_is_the_same() -> None:
    assert decide(known(MENTION), MENTION, seen=SEEN).kind == "same"


@pytest.mark.parametrize(
    "change",
    [{"text": "δεν ζεσταίνεται πια"}, {"title": "x"}, {"media": (Media(kind="image", url="https://a.example/b.png"),)}],
)
def test_another_wording_is_a_change(change: dict) -> None:
    assert decide(known(MENTION), replace(MENTION, **change), seen=SEEN).kind == "changed"


def test_a_mention_known_by_its_address_keeps_the_ref_that_it_has() -> None:
    assert decide(known(MENTION, ref="rss:0"), MENTION, seen=SEEN).ref == "rss:0"


def test_new_counts_are_no_new_wording() -> None:
    counted = replace(MENTION, engagement=Engagement(at=SEEN, likes=3))
    intent = decide(known(MENTION), counted, seen=SEEN)
    assert (intent.kind, intent.counts_changed) == ("same", True)


def test_counts_that_only_got_older_did_not_change() -> None:
    assert not counts_differ(Engagement(at=SEEN, likes=3), Engagement(at=SEEN + timedelta(hours=1), likes=3))
    assert counts_differ(Engagement(at=SEEN, likes=3), Engagement(at=SEEN, likes=4))
    assert not counts_differ(Engagement(at=SEEN, likes=3), None)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, SEEN),
        (datetime(1970, 1, 1, tzinfo=UTC), SEEN),
        (datetime(2070, 1, 1, tzinfo=UTC), SEEN),
        (SEEN + timedelta(hours=14), SEEN + timedelta(hours=14)),
        (datetime(1999, 12, 31, tzinfo=UTC), datetime(1999, 12, 31, tzinfo=UTC)),
    ],
)
def test_only_a_believable_time_is_believed(published: datetime | None, expected: datetime) -> None:
    assert reliable_time(published, SEEN) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Press.Example:80/a/?utm_source=x&id=3#top", "https://press.example/a?id=3"),
        ("https://press.example/a/", "https://press.example/a"),
        ("https://press.example:8443/a", "https://press.example:8443/a"),
        ("https://press.example/", ""),
        ("https://press.example/?p=12", "https://press.example?p=12"),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_an_address_is_freed_of_what_does_not_change_the_page(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


_PARTS = st.text(st.sampled_from('ab1.-/?&=#%:;@[]~é\t \\"'), max_size=12)


@given(st.sampled_from(["http", "https", "HTTPS", "ftp"]), _PARTS, _PARTS)
@example("https", "a.example/b//", "#c?d")
@example("https", "a.example", "/b;c=[d]")
def test_a_plain_address_is_made_canonical_as_any_other(scheme: str, host: str, rest: str) -> None:
    url = f"{scheme}://{host}{rest}".strip()
    # With a space before it, it is taken apart step by step.
    assert canonical_url(url) == canonical_url(f" {url}")
    assert clean_url(url) == clean_url(f" {url}")
