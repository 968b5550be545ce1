"""The one table of actions: its keys, the user's own, and the page in the docs."""

from pathlib import Path

import pytest
from tui_world import World, build_app, mention, shows, until

from hubbub.core.errors import ConfigError
from hubbub.core.values import TriageState
from hubbub.tui.actions import ACTIONS, BY_ID, SCOPES, in_scope
from hubbub.tui.keymap import Keys, shown
from hubbub.tui.keytable import key_tables
from hubbub.tui.screens.author import AuthorScreen
from hubbub.tui.screens.authors import AuthorsScreen
from hubbub.tui.screens.builder import BuilderScreen
from hubbub.tui.screens.comments import CommentsScreen
from hubbub.tui.screens.conversation import ConversationScreen
from hubbub.tui.screens.history import HistoryScreen
from hubbub.tui.screens.inbox import InboxScreen
from hubbub.tui.screens.quoting import Quoting
from hubbub.tui.screens.sources import SourcesScreen
from hubbub.tui.screens.stories import StoriesScreen
from hubbub.tui.widgets.block_editor import BlockEditor
from hubbub.tui.widgets.candidate_pane import CandidatePane
from hubbub.tui.widgets.facet_list import FacetList
from hubbub.tui.widgets.mention_pane import MentionPane
from hubbub.tui.widgets.query_bar import QueryInput
from hubbub.tui.widgets.row_list import RowList
from hubbub.tui.widgets.sidebar import Sidebar
from hubbub.tui.widgets.story_pane import StoryPane
from hubbub.tui.widgets.story_strip import StoryStrip

OWNERS = {
    "app": None,
    "screen": InboxScreen,
    "list": RowList,
    "query": QueryInput,
    "mentions": MentionPane,
    "inbox": InboxScreen,
    "views": Sidebar,
    "facets": FacetList,
    "story": StoryPane,
    "writing": BlockEditor,
    "quoting": Quoting,
    "candidates": CandidatePane,
    "strip": StoryStrip,
    "builder": BuilderScreen,
    "stories": StoriesScreen,
    "sources": SourcesScreen,
    "authors": AuthorsScreen,
    "author": AuthorScreen,
    "conversation": ConversationScreen,
    "history": HistoryScreen,
    "comments": CommentsScreen,
}


def test_ids_are_unique_and_every_scope_has_a_title_and_an_owner() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert {action.scope for action in ACTIONS} == set(SCOPES) == set(OWNERS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_can_be_done(action) -> None:
    from hubbub.tui.app import HubbubApp

    owner = OWNERS[action.scope] or HubbubApp
    assert callable(getattr(owner, f"action_{action.name}"))


def test_the_default_keys_do_not_hide_each_other() -> None:
    for id in BY_ID:
        Keys({id: BY_ID[id].keys})


@pytest.mark.parametrize("scope", SCOPES)
def test_keys_that_multiplexers_and_terminals_take_are_never_the_only_ones(scope: str) -> None:
    taken = {"ctrl+s", "ctrl+j", "ctrl+o", "ctrl+b", "ctrl+a", "ctrl+h", "ctrl+i", "ctrl+m", "ctrl+left_square_bracket"}
    for action in in_scope(scope):
        assert set(Keys().of(action.id)) - taken


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"mentions.don": "x"}, "Did you mean 'mentions.done'?"),
        ({"mentions.done": "a"}, "already taken by mentions.add"),
        ({"list.down": "d"}, "already taken by mentions.done"),
        ({"mentions.done": "hyperspace"}, "There is no key 'hyperspace'"),
        ({"mentions.done": " , "}, "Write one or more keys"),
        ({"app.quit": "q"}, "already taken by screen.leave"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(own: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Keys(own)
    assert words in str(caught.value)
    assert caught.value.key == f"tui.keys.{next(iter(own))}"


def test_two_actions_can_change_places() -> None:
    keys = Keys({"mentions.done": "i", "mentions.ignore": "d"})
    assert (keys.of("mentions.done"), keys.of("mentions.ignore")) == (("i",), ("d",))


def test_keys_are_shown_as_people_know_them() -> None:
    assert [shown(key) for key in ("question_mark", "alt+down", "ctrl+p", "f1", "G")] == ["?", "alt+↓", "ctrl+p", "f1", "G"]


async def test_remapped_keys_work_and_the_old_ones_do_not(small_world: World) -> None:
    app = build_app(small_world, keys={"mentions.done": "e, f10", "app.help": "f12"})

    def state(number: int) -> TriageState:
        return small_world.desk.record(mention(number).ref).state

    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta", "e done", "f12 all keys")
        await pilot.press("e", "f10")
        await until(pilot, lambda: state(0) is TriageState.DONE and state(1) is TriageState.DONE)
        await pilot.press("d")
        await pilot.pause(0.2)
        assert state(2) is TriageState.NEW
        await pilot.press("f12")
        await shows(pilot, "e  f10")


async def test_a_theme_that_does_not_exist_is_refused(small_world: World) -> None:
    with pytest.raises(ConfigError) as caught:
        build_app(small_world, theme="hubbub-drak")
    assert "Did you mean 'hubbub-dark'?" in str(caught.value)


async def test_themes_of_our_own_and_of_textual_can_be_had(small_world: World) -> None:
    app = build_app(small_world, theme="hubbub-light")
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        await shows(pilot, "@marta")
        light = app.screen.styles.background
        app.theme = "nord"
        await pilot.pause()
        assert app.screen.styles.background != light


async def test_a_click_in_the_key_bar_does_what_the_key_does(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        text = await shows(pilot, "d done")
        await pilot.click("KeyBar", offset=(text.splitlines()[-1].index("d done"), 0))
        await until(pilot, lambda: small_world.desk.record(mention(0).ref).state is TriageState.DONE)


async def test_a_click_on_a_screens_name_goes_there(small_world: World) -> None:
    app = build_app(small_world)
    async with app.run_test(notifications=True, size=(120, 40)) as pilot:
        text = await shows(pilot, "4 Sources")
        await pilot.click("StatusLine", offset=(text.splitlines()[0].index("4 Sources"), 0))
        await shows(pilot, "how it is")


def test_the_keys_in_the_docs_are_those_of_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tui.md").read_text(encoding="utf-8")
    begin, end = "<!-- keys: begin -->\n", "<!-- keys: end -->"
    assert page.partition(begin)[2].partition(end)[0] == key_tables()
