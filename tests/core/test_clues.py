"""What can be worked out of a topic's name, its accounts and the first page of its site."""

from __future__ import annotations

import pytest

from hubbub.core.clues import MOST_FORUMS, bears, forums_of, links_of, names_of
from hubbub.core.values import Topic

PAGE = """<base target="x"><a class=x href='https://t.me/acme_news'>T</a> <link rel="me" href="https://social.example/@acme">
<A HREF="/community/start?a=1&amp;b=2">Forum</A> <a href="news:comp.acme">News</a> <a href="mailto:x@acme.example">M</a>
<a href="javascript:alert(1)">x</a> <a href="https://[broken">x</a> <a href="/community/start?a=1&amp;b=2">again</a>"""


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        (Topic(name="acme", query="acme"), ("acme",)),
        (Topic(name="acme phone", query="x"), ("acmephone", "acme_phone")),
        (Topic(name="ακμή", query="x"), ("akmi",)),
        (Topic(name="日本", query="x"), ()),
        (Topic(name="acmeday", kind="campaign", query="x"), ()),
        (
            Topic(
                name="acme",
                query="x",
                accounts=("telegram:@Acme_News", "mastodon:desk@acme.example", "bluesky:acmehq.bsky.social"),
            ),
            ("acme_news", "desk", "acmehq", "acme"),
        ),
    ],
)
def test_names_of_a_topic(topic: Topic, names: tuple[str, ...]) -> None:
    assert names_of(topic) == names


def test_links_of_a_page() -> None:
    assert links_of(PAGE, "https://acme.example/") == (
        "https://t.me/acme_news",
        "https://social.example/@acme",
        "https://acme.example/community/start?a=1&b=2",
        "news:comp.acme",
    )


def test_a_forum_is_looked_for_where_a_page_links_to_one_and_in_the_usual_places() -> None:
    links = ("https://talk.friends.example/t/1", "https://www.acme.example/Community/start", "https://acme.example/shop")
    assert forums_of("https://www.acme.example", links, ()) == (
        "https://talk.friends.example",
        "https://www.acme.example/Community",
        "https://community.acme.example",
        "https://forum.acme.example",
        "https://forums.acme.example",
        "https://discuss.acme.example",
        "https://www.acme.example/community",
        "https://www.acme.example/forum",
    )
    assert "https://forum.acme.example" in forums_of("https://press.acme.example", (), ("acme",))
    assert forums_of("http://127.0.0.1:8000", (), ()) == ("http://127.0.0.1:8000/community", "http://127.0.0.1:8000/forum")
    many = [f"https://forum.x{number}.example" for number in range(50)]
    assert len(forums_of("https://acme.example", many, ())) == MOST_FORUMS


def test_a_host_that_bears_a_name() -> None:
    assert bears("press.acme-phone.example", ["acme_phone"])
    assert not bears("press.example", ["acme"])
