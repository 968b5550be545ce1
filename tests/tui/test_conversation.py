"""The conversation around a mention: read, asked for, archived, quoted."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tui_world import NOW, FakeOutside, World, build_app, screen_text, shows, until

from hubbub.core.conversations import Conversations
from hubbub.core.errors import SourceUnreachable
from hubbub.core.values import Author, Health, Label, Mention, Record, RunReport, SourceReport
from hubbub.tui.screens.conversation import SHOWN, ConversationScreen
from hubbub.tui.screens.inbox import InboxScreen
from hubbub.tui.screens.reading import ReadingScreen
from hubbub.tui.widgets.post_list import PostList


def post(key: str, who: str, text: str, parent: str = "", minutes: int = 0) -> Mention:
    return Mention(
        platform="x",
        key=key,
        url=f"https://social.example/{key}",
        text=text,
        author=Author(platform="x", key=who, handle=who),
        published=NOW - timedelta(minutes=minutes),
        thread="x:1" if key != "1" else "",
        parent=f"x:{parent}" if parent else "",
    )


WHOLE = (
    post("1", "ana", "Ce părere aveți despre Acme Phone?", minutes=50),
    post("2", "kostas", "Η μπαταρία αντέχει δύο μέρες", "1", minutes=40),
    post("3", "acme", "¡Gracias!", "2", minutes=30),
    post("4", "[b]eve[/b]", "\x1b[31mred [bold]", "1", minutes=20),
    post("5", "ion", "răspuns la ceva șters", "gone", minutes=5),
)


class Talk(World):
    """Three posts of the conversation are archived; the platform has all of them, or does not answer."""

    answers = True
    whole: Sequence[Mention] = WHOLE

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, count=3, hostile=False)
        self.save("forum", [WHOLE[1], WHOLE[2], WHOLE[4]])
        ours = (Label(name="topic", value="acme", by="topics"), Label(name="voice", value="ours", by="topics"))
        self.archive.relabel({WHOLE[2].ref: ours}, "topics")
        self.archive.mark_deleted([WHOLE[4].ref], NOW)
        self.desk.indexer.catch_up()
        self.desk.conversations = Conversations(self.archive, ask=self._ask, keep=self._keep)

    def _ask(self, record: Record) -> Sequence[Mention]:
        if not self.answers:
            raise SourceUnreachable("No answer from social.example.")
        return self.whole

    def _keep(self, mentions: Sequence[Mention]) -> RunReport:
        self.save("conversations", mentions)
        self.desk.indexer.catch_up()
        report = SourceReport(id="conversations", health=Health.OK, message="", new=len(mentions))
        return RunReport(started=NOW, seconds=0.1, sources=(report,))


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    world = Talk(tmp_path)
    yield world
    world.close()


async def test_a_conversation_is_read_asked_for_and_archived(talk: Talk) -> None:
    app = build_app(talk)
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await shows(pilot, "6 · newest first")
        await pilot.press("j", "T")
        await shows(pilot, "Conversation  3 posts · as far as archived", "(ours)", "(deleted, answers what is not here)")
        posts = app.screen.query_one(PostList)
        await until(pilot, lambda: posts.current_key == "x:5")
        await pilot.press("r")
        text = await shows(pilot, "5 posts · 2 only on the platform (+)", "Ce părere aveți", "[b]eve[/b]")
        assert "\x1b" not in text
        assert [row.ref for row in posts.rows] == ["x:1", "x:2", "x:3", "x:4", "x:5"]
        assert [row.depth for row in posts.rows] == [0, 1, 2, 1, 1]
        assert talk.archive.count() == 6
        await pilot.press("s")
        await shows(pilot, "5 posts · all archived", "2 posts archived")
        assert talk.archive.count() == 8
        await pilot.press("s")
        await shows(pilot, "Everything that is shown is archived")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))


async def test_a_platform_that_does_not_answer_is_told_and_the_posts_stay(talk: Talk) -> None:
    talk.answers = False
    app = build_app(talk)
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await shows(pilot, "6 · newest first")
        app.push_screen(ConversationScreen(app.session, "x:2"))
        await shows(pilot, "3 posts · as far as archived")
        await pilot.press("r")
        await shows(pilot, "did not tell the conversation", "3 posts · as far as archived")


async def test_a_post_is_read_and_quoted_and_one_that_is_not_archived_is_read_only(talk: Talk) -> None:
    outside = FakeOutside()
    app = build_app(talk, outside=outside)
    talk.desk.stories.new("The phone")
    async with app.run_test(notifications=True, size=(110, 30)) as pilot:
        await until(pilot, lambda: app.revision)
        app.push_screen(ConversationScreen(app.session, "x:2"))
        await shows(pilot, "3 posts")
        await pilot.press("r", "g")
        await shows(pilot, "5 posts")
        await pilot.press("enter")
        await shows(pilot, "Not archived: this is what the platform shows now")
        assert isinstance(app.screen, ReadingScreen)
        await pilot.press("escape", "o", "a")
        await shows(pilot, "is left out")
        await until(pilot, lambda: outside.opened == ["https://social.example/1"])
        await pilot.press("j", "a")
        await shows(pilot, "1 added to", "❝")
        assert [block.ref for block in talk.desk.stories.open("the-phone").story.blocks] == ["x:2"]
        await pilot.press("u")
        await shows(pilot, "taken back")
        assert talk.desk.stories.open("the-phone").story.blocks == ()
        await pilot.press("question_mark")
        await shows(pilot, "Conversation around a mention", "conversation.ask")


async def test_a_long_conversation_is_shown_a_window_at_a_time(talk: Talk) -> None:
    many = tuple(post(f"n{number}", "ana", f"answer {number}", "2", minutes=-number) for number in range(1_300))
    talk.whole = (*WHOLE, *many)
    app = build_app(talk)
    async with app.run_test(size=(110, 30)) as pilot:
        await shows(pilot, "6 · newest first")
        app.push_screen(ConversationScreen(app.session, "x:2"))
        await shows(pilot, "3 posts")
        await pilot.press("r")
        await shows(pilot, "1,305 posts · rows 1–500")
        posts = app.screen.query_one(PostList)
        for _ in range(5):
            await pilot.press("G")
            await pilot.pause()
        await shows(pilot, "rows 806–1,305")
        assert len(posts.rows) == SHOWN
        await until(pilot, lambda: posts.current_key == "x:5")
        for _ in range(5):
            await pilot.press("g")
            await pilot.pause()
        await shows(pilot, "rows 1–500")
        assert posts.current_key == "x:1", screen_text(app)
