"""What we wrote ourselves, in the side bar."""

from pathlib import Path

from tui_world import World, build_app, mention, shows, until

from hubbub.core.values import Label, Topic
from hubbub.tui.screens.inbox import InboxScreen
from hubbub.tui.widgets.mention_list import MentionList
from hubbub.tui.widgets.sidebar import Sidebar

OURS = (mention(2).ref, mention(7).ref)


def with_own_posts(folder: Path) -> World:
    """Twenty mentions, two of them ours."""
    world = World(folder, count=20, hostile=False)
    world.desk.topics = (Topic(name="acme", query="acme", accounts=("mastodon:ionut_p",)),)
    said = (Label(name="topic", value="acme", by="topics"), Label(name="voice", value="ours", by="topics"))
    world.archive.relabel(dict.fromkeys(OURS, said), "topics")
    world.desk.indexer.catch_up()
    return world


async def test_our_posts_have_a_view_and_are_left_out_of_what_others_say(tmp_path: Path) -> None:
    world = with_own_posts(tmp_path)
    app = build_app(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await shows(pilot, "20 · newest first", "Ours")
        screen = app.screen
        assert isinstance(screen, InboxScreen)
        sidebar = screen.query_one(Sidebar)
        counts = {"Everything": 20, "New": 18, "Ours": 2, "acme": 18}
        await until(pilot, lambda: counts.items() <= {view.name: view.count for view in sidebar.rows}.items())
        await shows(pilot, "18 new")
        await pilot.press("shift+tab")
        sidebar.go_to(next(index for index, view in enumerate(sidebar.rows) if view.name == "Ours"))
        listed = screen.query_one(MentionList)
        await until(pilot, lambda: [row.record.ref for row in listed.rows] == [*OURS])
        assert all(
            " ours " in "".join(text for text, _ in listed.lines_of(row, width)[0])
            for row in listed.rows
            for width in (50, 120)
        )
        sidebar.go_to(1)
        await shows(pilot, "18 · newest first")
        assert not any(" ours " in "".join(text for text, _ in listed.lines_of(row, 120)[0]) for row in listed.rows)
    world.close()
