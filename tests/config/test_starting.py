"""A brand's name becomes a first query, and all of it settings that load."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.config.loading import read_settings
from hubbub.config.starting import first_query, settings_text
from hubbub.config.workspace import HttpSettings
from hubbub.core.controls import clean
from hubbub.core.deciding import OLDEST_BELIEVABLE
from hubbub.core.documents import live_document
from hubbub.core.errors import ConfigError
from hubbub.core.parsing import parse
from hubbub.core.text import words
from hubbub.core.values import Mention, Source, Topic


def finds(name: str, text: str) -> bool:
    query = parse(first_query(name).text, now=OLDEST_BELIEVABLE)
    return query.matches(live_document(Mention(platform="test", key="1", text=text, lang="en"), seen=OLDEST_BELIEVABLE))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Acme", "I like ACME a lot"),
        ("Acme", "#acme rocks"),
        ("Acme", "thanks @Acme!"),
        ("Acme Phone", "the new acme-phone"),
        ("Acme Phone", "my #AcmePhone broke"),
        ("Coca-Cola", "a cold coca cola"),
        ("Coca-Cola", "CocaCola forever"),
        ("H&M", "shopping at H&M"),
        ("H&M", "so nice #hm"),
        ("McDonald's", "mcdonalds again"),
        ("WordPress", "a word press plugin"),
        ("Café Ștefan", "la cafe stefan e bine"),
        ("Ελληνική Ακμή", "η ΕΛΛΗΝΙΚΉ ακμη σήμερα"),
        ("东京咖啡", "我喜欢东京咖啡店"),
        ("Not", "is it Not a brand"),
    ],
)
def test_the_ways_in_which_people_write_a_name_are_found(name: str, text: str) -> None:
    assert finds(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("H&M", "hm, let me think"),
        ("Apple", "two apples"),
        ("Acme Phone", "acme makes a phone"),
        ("#AcmeDay", "acmeday without sign"),
    ],
)
def test_what_is_not_meant_is_not_found(name: str, text: str) -> None:
    assert not finds(name, text)


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(ConfigError, match="letters"):
        first_query("!!! ---")


@given(st.text(min_size=1, max_size=40).filter(lambda name: words(clean(name, newlines=False))))
def test_every_name_makes_a_query_that_settings_accept(name: str) -> None:
    first = first_query(name)
    assert first.reasons
    text = settings_text(
        name="Desk",
        languages=["en"],
        http=HttpSettings(contact="desk@acme.example"),
        topics=[(Topic(name="brand", query=first.text), ["a reason"])],
        sources=[],
    )
    assert read_settings(text, Path("/nowhere")).topics[0].query == first.text


def test_the_settings_say_what_was_given() -> None:
    topic = Topic(name="acme", kind="product", query='"acme phone" OR acmephone')
    source = Source(id="press", plugin="rss", options={"url": "https://press.example/f"})
    text = settings_text(
        name='The "Acme" desk',
        languages=["ro", "el"],
        http=HttpSettings(allow_private=True),
        topics=[(topic, ["because"])],
        sources=[source],
    )
    found = read_settings(text, Path("/nowhere"))
    assert (found.name, found.languages, found.http.allow_private) == ('The "Acme" desk', ("ro", "el"), True)
    assert found.topics == (topic,)
    assert found.sources == (source,)
    assert "# because\n[[topics]]" in text
