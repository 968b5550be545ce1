"""What strangers write is shown as text: no sequence, no markup, no link of theirs does anything."""

import unicodedata

import pytest
from tui_world import HOSTILE, NOW, FakeOutside, World, build_app, screen_text, shows, until

from hubbub.core.values import Author, Mention
from hubbub.tui.widgets.mention_list import MentionList

HARMFUL = {"Cc", "Cs"}
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> bool:
    return not any((unicodedata.category(char) in HARMFUL and char != "\n") or char in BIDI for char in text)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_hostile_mention_can_be_looked_at(world: World, size: tuple[int, int]) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=size) as pilot:
        await shows(pilot, "309 ·")
        for _ in range(len(HOSTILE) + 1):
            assert harmless(screen_text(app))
            await pilot.press("enter")
            await until(pilot, lambda: "esc back" in screen_text(app))
            assert harmless(screen_text(app))
            await pilot.press("escape", "j")
        assert app.is_running


async def test_markup_is_shown_as_it_was_written(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(200, 60)) as pilot:
        await pilot.press("F", "F")  # the rows have the whole width
        text = await shows(
            pilot, "[bold red]acme[/bold red]", "[@click=app.quit]", "<script>alert('acme')</script>", "@[b]h[/b]"
        )
        assert "\x1b" not in text


async def test_a_word_of_a_megabyte_is_cut_and_said(world: World) -> None:
    app = build_app(world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        mentions = app.screen.query_one(MentionList)
        index = next(i for i, row in enumerate(mentions.rows) if row.record.mention.key == "long")
        mentions.go_to(index)
        await pilot.press("enter", "end")
        await pilot.press(*["pagedown"] * 20)
        await shows(pilot, "1,000,004 characters in all; the first 20,000 are shown")


async def test_only_web_addresses_are_opened_or_copied(world: World) -> None:
    outside = FakeOutside()
    app = build_app(world, outside=outside)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "309 ·")
        mentions = app.screen.query_one(MentionList)
        index = next(i for i, row in enumerate(mentions.rows) if row.record.mention.key == "nodate")
        mentions.go_to(index)
        await pilot.press("y", "o")
        await shows(pilot, "has no address")
        assert outside.opened == []
        assert app.clipboard == ""


async def test_hostile_mentions_can_be_quoted_previewed_and_published(world: World) -> None:
    slug = world.desk.stories.new("[bold]Odd[/bold] \x1b[31m things").story.slug
    world.desk.stories.add(slug, [mention.ref for mention in HOSTILE])
    app = build_app(world)
    async with app.run_test(notifications=True, size=(140, 40)) as pilot:
        await until(pilot, lambda: app.revision)
        await pilot.press("2")
        await shows(pilot, "[bold]Odd[/bold]", "9 blocks")
        assert harmless(screen_text(app))
        await pilot.press("p")
        await shows(pilot, "[bold red]acme[/bold red]")
        assert harmless(screen_text(app))
        await pilot.press("escape", "V")
        await shows(pilot, "stands now")
        assert harmless(screen_text(app))


async def test_a_name_of_wide_and_joined_characters_keeps_the_columns(small_world: World) -> None:
    author = Author(platform="x", key="1", handle="日本語の長い名前をもつ人物です")
    small_world.save("forum", [Mention(platform="x", key="1", text="acme 電池", author=author, published=NOW)])
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        text = await shows(pilot, "日本語")
        rows = [line for line in text.splitlines() if "acme" in line.lower() and "now" in line]
        assert any("日本語の長…" in row or "日本語の…" in row for row in rows)
