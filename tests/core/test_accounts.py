"""Who of all authors we are."""

import pytest

from hubbub.core.accounts import Accounts, own_source_id
from hubbub.core.values import Author, Topic

TOPICS = (
    Topic(name="acme", query="acme", accounts=("mastodon:Acme@social.example", "bluesky:acme.example", "x:ΑΚΜΗ")),
    Topic(name="știri", query="știri", accounts=("mastodon:acme@social.example", "youtube:UC123", "hackernews:acme_dev")),
)


def author(platform: str, handle: str, url: str = "", key: str = "k") -> Author:
    return Author(platform=platform, key=key, handle=handle, url=url)


@pytest.mark.parametrize(
    ("who", "topics"),
    [
        (author("mastodon", "acme@social.example"), ("acme", "știri")),
        (author("mastodon", "@ACME@Social.Example"), ("acme", "știri")),
        (author("mastodon", "acme", "https://social.example/@acme"), ("acme", "știri")),
        (author("mastodon", "acme", "https://elsewhere.example/@acme"), ()),
        (author("mastodon", "acme@elsewhere.example", "https://social.example/@acme"), ()),
        (author("mastodon", "acme"), ()),
        (author("bluesky", "acme.example"), ("acme",)),
        (author("x", "ακμη"), ("acme",)),
        (author("bluesky", "acme_dev"), ()),
        (author("youtube", "", key="UC123"), ("știri",)),
        (author("hackernews", "Acme_Dev"), ("știri",)),
        (author("hackernews", ""), ()),
        (None, ()),
    ],
)
def test_an_account_is_known_by_platform_and_handle(who: Author | None, topics: tuple[str, ...]) -> None:
    assert Accounts(TOPICS).topics_of(who) == topics


def test_a_bare_account_is_not_that_of_another_server() -> None:
    accounts = Accounts([Topic(name="acme", query="acme", accounts=("mastodon:acme",))])
    assert accounts.topics_of(author("mastodon", "acme")) == ("acme",)
    assert accounts.topics_of(author("mastodon", "acme@elsewhere.example")) == ()


def test_a_server_on_a_port_of_its_own_is_written_with_it() -> None:
    accounts = Accounts([Topic(name="acme", query="acme", accounts=("discourse:acme_dev@forum.example:8443",))])
    for place, topics in (("forum.example:8443", ("acme",)), ("forum.example:9000", ()), ("forum.example", ())):
        who = Author(platform="discourse", key=f"{place}/u/5", handle="acme_dev", url=f"https://{place}/u/acme_dev")
        assert accounts.topics_of(who) == topics


def test_a_source_is_named_after_its_account() -> None:
    assert own_source_id("mastodon", "Acme@social.example") == "own-mastodon-acme-social-example"
    assert own_source_id("x", "Ακμή") == "own-x-akmi"
    assert own_source_id("x", "日本") == "own-x-account"
    assert len(own_source_id("a" * 80, "b" * 80)) <= 64
