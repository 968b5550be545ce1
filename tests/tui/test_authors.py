"""Authors: the ranked list, the card, what is noted of them, and their mentions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tui_world import NOW, TOPICS, FakeOutside, World, build_app, screen_text, shows, until

from hubbub.core.archives import ArchiveReader
from hubbub.core.deciding import decide
from hubbub.core.values import Author, AuthorRank, Label, Mention, Topic, Window
from hubbub.plugins.rankers.influence import InfluenceOptions, InfluenceRanker
from hubbub.tui.authorcard import audience
from hubbub.tui.narrowing import author_query
from hubbub.tui.screens.author import AuthorScreen
from hubbub.tui.screens.authors import AuthorsScreen
from hubbub.tui.screens.inbox import InboxScreen
from hubbub.tui.screens.reading import ReadingScreen
from hubbub.tui.widgets.query_bar import QueryBar

NAMES = {"ana": "Ana Pop", "[b]eve[/b]": "\x1b[31mEve [bold]\u202e", "botty": "Botty"}


def author(handle: str, platform: str = "forum", **more: Any) -> Author:
    return Author(platform=platform, key=f"id-{handle}", handle=handle, name=NAMES.get(handle, handle.title()), at=NOW, **more)


def post(who: Author, key: str, text: str, *, days: float = 2, **more: Any) -> Mention:
    url = f"https://forum.example/{key}"
    return Mention(
        platform=who.platform, key=key, url=url, text=text, author=who, published=NOW - timedelta(days=days, hours=3), **more
    )


ANA = author("ana", followers=120, url="https://forum.example/u/ana")
BOT = author("botty", bot=True)
EVE = author("[b]eve[/b]", followers=7)


class Town(World):
    """Ana is answered by others and praises often; somebody else is called ana elsewhere; a bot, ours, and a hostile name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, count=0)
        self.desk.topics = TOPICS
        ranker = InfluenceRanker(InfluenceOptions(), TOPICS, folder / "influence")
        self.desk.rankers = lambda: {"influence": ranker}
        self.keep("positive", *(post(ANA, f"a{n}", f"Acme Phone ține două zile, praise {n}", days=2 + 7 * n) for n in range(4)))
        self.keep("negative", post(ANA, "a9", "Acme Hub se oprește singur", days=1))
        self.keep("", post(author("kostas", followers=9), "k1", "Η μπαταρία της Acme αντέχει;", parent="forum:a0"))
        self.keep("", post(EVE, "e1", "Acme [bold]red[/bold] \x1b[31m", parent="forum:a0"))
        self.keep("", post(author("ana", "x"), "x1", "Acme desde otra red"))
        self.keep("", post(author("olga"), "o1", "Ein altes Wort über Acme", days=60))
        self.keep("", post(BOT, "b1", "Acme deal of the day"))
        self.keep("", post(author("acme"), "u1", "Merci de la part d'Acme"), voice="ours")
        later = replace(ANA, followers=150, metrics={"karma": 31}, at=NOW + timedelta(days=1))
        self.keep("positive", post(later, "a8", "Acme Phone again", days=0))
        self.desk.indexer.catch_up()

    def keep(self, feeling: str, *mentions: Mention, voice: str = "") -> None:
        labels = [Label(name="topic", value="acme", by="topics")]
        labels += [Label(name="sentiment", value=feeling, by="sentiment")] if feeling else []
        labels += [Label(name="voice", value=voice, by="topics")] if voice else []
        known = self.archive.known(mentions)
        intents = [decide(known.get(each.ref), each, seen=NOW, labels=tuple(labels)) for each in mentions]
        self.archive.save("forum", intents, None, NOW)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    world = Town(tmp_path)
    yield world
    world.close()


def row(text: str, word: str) -> str:
    """The first line of the screen with this word in it."""
    return next(line for line in text.splitlines() if word in line)


async def test_the_ranked_list_says_who_is_heard_and_of_what_that_is_made(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        await pilot.press("6")
        text = await shows(pilot, "6 Authors", "everything that is said · 30 days · all platforms   6 authors spoke")
        assert "left out: 1 bot, 1 of ours (b)" in text
        assert all(part in text for part in ("reach", "engaged", "on topic", "often", "recent", "audience", "pagerank"))
        first = row(text, "@ana")
        assert first.split()[:2] == ["▸", "1"]
        assert "Ana Pop" in first
        assert "100 ████████" in first
        assert "@[b]eve[/b]" in text
        assert not {"\x1b", "\u202e"} & {*text}
        assert "@botty" not in text
        await pilot.press("b")
        text = await shows(pilot, "@botty", "with 1 bot, 1 of ours")
        assert row(text, "@botty").split()[0] == "–"
        assert row(text, "@botty").rstrip().endswith(" bot")
        assert row(text, "@acme").rstrip().endswith(" ours")


async def test_a_small_terminal_shows_the_parts_that_fit(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await pilot.press("6")
        text = await shows(pilot, "6 Authors", "reach", "@kostas")
        assert "pagerank" not in text
        assert all(len(line) <= 80 for line in text.splitlines())
        assert {"t topic", "? all keys"} <= set(text.splitlines()[-1].strip().split("  "))
        assert "forum" in row(text, "@ana")
        assert "mentions" in text


async def test_topic_window_platform_and_letters_choose_who_is_listed(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await pilot.press("6")
        await shows(pilot, "6 authors spoke")
        await pilot.press("t")
        await shows(pilot, "On which topic?", "Everything that is said")
        await pilot.press("j", "j", "enter")
        await shows(pilot, "battery · 30 days", "Nobody spoke on this within that time", "w looks further back, t chooses")
        await pilot.press("t")
        await shows(pilot, "On which topic?")
        await pilot.press("k", "enter")
        await shows(pilot, "acme · 30 days", "6 authors spoke")
        await pilot.press("w")
        await shows(pilot, "acme · 90 days", "7 authors spoke", "@olga")
        await pilot.press("w")
        await shows(pilot, "acme · all time", "7 authors spoke")
        await pilot.press("p")
        await shows(pilot, "Authors of which platform?", "All platforms")
        await pilot.press("j", "j", "enter")
        text = await shows(pilot, "acme · all time · x")
        await until(pilot, lambda: "@kostas" not in screen_text(app))
        await pilot.press("p")
        await shows(pilot, "Authors of which platform?")
        await pilot.press("g", "enter")
        await shows(pilot, "@kostas")
        await pilot.press("slash")
        await shows(pilot, "Whose handle or name has these letters?")
        await pilot.press(*"POP", "enter")
        text = await shows(pilot, "“POP”")
        await until(pilot, lambda: "@kostas" not in screen_text(app))
        assert "@ana" in text
        await pilot.press("slash")
        await pilot.press(*"zz", "enter")
        await shows(pilot, "has these letters in it", "/ and enter alone: everybody again.")


class Slow:
    """A ranker that answers when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        self.let.wait(30)
        return [AuthorRank(author=ANA, score=50.0)]


class Broken:
    """A ranker that fails."""

    def rank(self, archive: ArchiveReader, topic: Topic, window: Window) -> Sequence[AuthorRank]:
        raise ZeroDivisionError("[red]no[/red]")


async def test_a_slow_ranking_says_that_it_works_and_can_be_left(town: Town) -> None:
    slow = Slow()
    town.desk.rankers = lambda: {"slow": slow}
    app = build_app(town)
    async with app.run_test(notifications=True, size=(100, 30)) as pilot:
        await pilot.press("6")
        await shows(pilot, "working it out …")
        await pilot.press("3")
        await shows(pilot, "3 Stories")
        await pilot.press("6")
        slow.let.set()
        text = await shows(pilot, "@ana", "1 author spoke")
        assert row(text, "@ana").split()[1:3] == ["1", "50.0"]


async def test_a_ranker_that_fails_is_told_and_the_screen_stays(town: Town) -> None:
    town.desk.rankers = lambda: {"broken": Broken()}
    app = build_app(town)
    async with app.run_test(notifications=True, size=(120, 30)) as pilot:
        await pilot.press("6")
        await shows(pilot, "could not be ranked", "ZeroDivisionError: [red]no[/red]")
        await pilot.press("1")
        await shows(pilot, "1 Inbox")


async def test_the_card_tells_all_of_an_author(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        await pilot.press("6")
        await shows(pilot, "@ana")
        await pilot.press("t", "j", "enter")
        await shows(pilot, "acme · 30 days", "6 authors spoke")
        await pilot.press("enter")
        text = await shows(pilot, "forum:ana  Ana Pop", "place 1 on forum; 6 authors in 30 days")
        assert "followers 150 (+30 since 2026-06-14 ▁█), karma 31" in text
        assert "not said: what they are to us" in text
        assert "2 accounts engaged" in text
        assert "For or against acme: advocate" in text
        assert "5 favourable and 1 critical mentions" in text
        assert "for     2026-06-14  Acme Phone again" in text
        assert "against 2026-06-13" in text
        assert "How they feel about acme, by week" in text
        assert "positive  ▄▄▄█ 5" in text
        assert "most on Fridays (4)" in text
        assert "most at 9:00 (6)" in text
        assert "platforms   forum 6" in text
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReadingScreen))
        await shows(pilot, "Acme Phone again", "esc back")
        await pilot.press("escape", "q")
        await until(pilot, lambda: isinstance(app.screen, AuthorsScreen))


async def test_too_little_is_said_to_be_too_little_and_what_nobody_judged_unknown(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        app.push_screen(AuthorScreen(app.session, EVE))
        text = await shows(
            pilot, "forum:[b]eve[/b]", "about       all that they said", "6 authors in 30 days", "Acme [bold]red[/bold]"
        )
        assert all(len(line) <= 80 for line in text.splitlines())
        assert "\x1b" not in text
        assert "For or against us: not enough evidence" in text
        await pilot.press("J")
        await shows(pilot, "When they speak (UTC)", "nobody judged these")
        await pilot.press("J", "J", "J")
        await shows(pilot, "7 followers; above 0 %", "where it comes from")
        await pilot.press("K", "K", "K", "K")
        await shows(pilot, "not said: what they are to us")


async def test_who_did_not_speak_of_late_has_no_score_but_a_card(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(160, 40)) as pilot:
        app.push_screen(AuthorScreen(app.session, author("olga")))
        await shows(pilot, "There is no mention in these 30 days by the author", "forum:olga", "Ein altes Wort")


async def test_what_is_noted_can_be_taken_back(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        app.push_screen(AuthorScreen(app.session, ANA))

        def card():
            return town.archive.card("forum", "id-ana")

        await shows(pilot, "not said: what they are to us", "Acme Phone again")
        await pilot.press("e")
        await shows(pilot, "What is forum:ana to us?", "another word")
        await pilot.press("g", "j", "enter")
        await until(pilot, lambda: card().relation == "journalist")
        await shows(pilot, "is          journalist", "u takes it back")
        await pilot.press("e")
        await shows(pilot, "What is forum:ana to us?")
        await pilot.press("G", "k", "enter")
        await shows(pilot, "What are they to us?")
        await pilot.press(*"baker", "enter")
        await until(pilot, lambda: card().relation == "baker")
        await pilot.press("t")
        await shows(pilot, "Tags, with commas between them")
        await pilot.press(*"press,bo", "enter")
        await until(pilot, lambda: card().tags == ("bo", "press"))
        await pilot.press("m")
        await shows(pilot, "Notes on forum:ana")
        await pilot.press(*"ok", "f10")
        await shows(pilot, "notes       ok", "#bo #press")
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: (card().relation, card().tags, card().notes) == ("journalist", (), ""))
        await shows(pilot, "is          journalist")
        await pilot.press("U", "U", "U")
        await until(pilot, lambda: (card().relation, card().tags, card().notes) == ("baker", ("bo", "press"), "ok"))


async def test_accounts_are_linked_by_the_user_alone_and_taken_apart_again(town: Town) -> None:
    app = build_app(town)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        app.push_screen(AuthorScreen(app.session, ANA))

        def accounts() -> set[str]:
            return {each.platform for each in town.archive.person("forum", "id-ana")}

        await shows(pilot, "Acme Phone again")
        await pilot.press("l")
        await shows(pilot, "Which other account is of the same person?")
        await pilot.press(*"ana", "enter")
        await shows(pilot, "Several go by this name. Which of them?", "x:ana")
        await pilot.press(*(["j"] if "▸ forum:ana" in screen_text(app) else []), "enter")
        await until(pilot, lambda: accounts() == {"forum", "x"})
        await shows(pilot, "same person x:ana", "Acme desde otra red")
        await pilot.press("l")
        await pilot.press(*"x:ana", "enter")
        await shows(pilot, "x:ana is on this card already.")
        await pilot.press("l")
        await pilot.press(*"nobody", "enter")
        await shows(pilot, "There is no author 'nobody'")
        await pilot.press("L")
        await until(pilot, lambda: accounts() == {"forum"})
        await pilot.press("u")
        await until(pilot, lambda: accounts() == {"forum", "x"})
        await pilot.press("u")
        await until(pilot, lambda: accounts() == {"forum"})
        await pilot.press("L")
        await shows(pilot, "This account is not linked to any other.")


async def test_their_mentions_are_found_in_the_inbox_and_quoted_from_the_card(town: Town) -> None:
    town.archive.link(("forum", "id-ana"), ("x", "id-ana"))
    app = build_app(town)
    async with app.run_test(notifications=True, size=(160, 40)) as pilot:
        await pilot.press("6")
        await shows(pilot, "@ana")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        await shows(pilot, "6 · newest first")
        assert app.screen.query_one(QueryBar).text == "platform:forum author:@ana"
        await pilot.press("6")
        await shows(pilot, "6 authors spoke")
        await pilot.press("enter")
        await shows(pilot, "same person x:ana")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        await shows(pilot, "7 · newest first")


async def test_the_card_opens_from_a_mention_and_quotes_what_it_lists(town: Town) -> None:
    outside = FakeOutside()
    app = build_app(town, outside=outside)
    story = town.desk.stories.new("Week").story
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await until(pilot, lambda: app.revision is not None)
        await shows(pilot, "Acme Phone again")
        await pilot.press("p")
        await shows(pilot, "forum:ana  Ana Pop", "place 1 on forum")
        await pilot.press("O")
        await until(pilot, lambda: outside.opened == ["https://forum.example/u/ana"])
        await pilot.press("a")
        await until(pilot, lambda: [b.ref for b in town.desk.stories.open(story.slug).story.blocks] == ["forum:a8"])
        await shows(pilot, "❝")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))


def test_a_query_finds_an_author_as_far_as_it_can_be_asked() -> None:
    assert author_query([ANA]) == "platform:forum author:@ana"
    two = author_query([ANA, Author(platform="bluesky", key="did:1", handle="ana.example")])
    assert two == "(platform:forum author:@ana) OR (platform:bluesky author:@ana.example)"
    assert author_query([Author(platform="rss", key="1", name="Ana Pop")]) == 'platform:rss author:"Ana Pop"'
    assert author_query([Author(platform="rss", key="1", handle='a"b')]) == ""


def test_counts_over_time_are_told_with_their_change() -> None:
    assert audience([Author(platform="x", key="1")]) == []
    points = [Author(platform="x", key="1", followers=count, at=NOW + timedelta(days=count)) for count in (9, 5, 7)]
    assert audience(points) == ["followers 7 (−2 since 2026-06-23 █▁▄)"]
