"""An author's card: who they are, why they are heard, how they feel, and what we note of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from ...core.authordesk import USUAL_WINDOW
from ...core.authors import RELATIONS, AuthorWhy
from ...core.desk import Row
from ...core.errors import AmbiguousAuthor, HubbubError
from ...core.values import Author, Card, Record, Revision
from ..authorcard import PROOFS, Told, heading, page
from ..background import Background, Trouble
from ..keymap import bindings
from ..messages import DeskChanged, SearchWanted
from ..narrowing import author_query
from ..session import Session
from ..triage import TRIAGE, Triage
from ..undoing import Step
from ..widgets.author_list import key_of, named
from ..widgets.key_bar import KeyBar
from ..widgets.mention_list import MentionList
from ..widgets.row_list import RowList
from .base import HEIGHTS, WIDTHS
from .choose import Choice, Choose
from .prompt import Prompt
from .reading import ReadingScreen

OTHER = "another word …"
"""The answer that asks for a relation that is not proposed."""


class AuthorScreen(Triage, Screen[None]):
    """The card over a list of their newest mentions; on a broad terminal beside it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("author")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#author-mentions"

    def __init__(self, session: Session, author: Author, *, topic: str = "", span: timedelta = USUAL_WINDOW) -> None:
        """``span`` is how far back their influence is looked at; all else on the card is of a year."""
        super().__init__(session)
        self._author, self._topic, self._span = author, topic, span
        self._told: Told | None = None
        self._why: AuthorWhy | str = "Working it out …"

    def compose(self) -> ComposeResult:
        yield Static(named(self._author), id="author-title", markup=False)
        with Container(id="author-whole"):
            with VerticalScroll(id="author-card", can_focus=False):
                yield Static("Reading …", id="author-words", markup=False)
            yield MentionList(self.session.desk.now, id="author-mentions")
        yield KeyBar(self.session.keys)

    def on_mount(self) -> None:
        """Read the card, and work the score out beside it."""
        self.list.by_day = False
        self.watch(self.app, "revision", self._follow)
        self._read()
        self._explain()

    @property
    def list(self) -> MentionList:
        """Their newest mentions."""
        return self.query_one(MentionList)

    # --- what is shown ---------------------------------------------------------------------------------------

    def _follow(self, revision: Revision | None) -> None:
        self.list.quoted = frozenset(block.ref for block in revision.story.blocks if block.ref) if revision else frozenset()
        self.list.redraw()

    def _read(self) -> None:
        desk, author, topic = self.session.desk, self._author, self._topic

        def work() -> Told:
            card = desk.author_card(author, topic, zone=UTC)
            refs = [*card.evidence.favourable[:PROOFS], *card.evidence.critical[:PROOFS]]
            return Told(card=card, proofs={record.ref: record for record in desk.archive.records(refs)})

        self.ask(work, self._show, group="card")

    def _show(self, told: Told) -> None:
        self._told = told
        self.list.empty_text = "No mention of theirs is archived."
        self.list.show([Row(record=record) for record in told.card.newest])
        self._draw()

    def _explain(self) -> None:
        desk, author, topic, span = self.session.desk, self._author, self._topic, self._span

        def explained(why: AuthorWhy | str) -> None:
            self._why = why
            self._draw()

        # Whoever did not speak lately has no score: that is a sentence on the card, not a trouble.
        self.ask(
            lambda: desk.why_author(author, topic, span=span),
            explained,
            group="why",
            lane="rank",
            failed=lambda error: explained(str(error)),
        )

    def _draw(self) -> None:
        if self._told is not None:
            words = self.query_one("#author-words", Static)
            self.query_one("#author-title", Static).update(heading(self._told.card))
            words.update(page(self._told, self._why, self._span, words.size.width))

    def on_resize(self) -> None:
        """Bars and sentences are as wide as there is room."""
        self.call_after_refresh(self._draw)

    # --- what the actions of triage ask for ------------------------------------------------------------------

    def chosen_refs(self) -> list[str]:
        """The marked mentions, or the current one."""
        return self.list.chosen_keys

    def current_row(self) -> Row | None:
        """The mention under the cursor."""
        return self.list.current

    def records_shown(self) -> dict[str, Record]:
        """Their newest mentions, by ref."""
        return {row.record.ref: row.record for row in self.list.rows}

    def acted(self) -> None:
        """An action on what was chosen has begun."""
        self.list.unmark()

    def show_anew(self, records: Sequence[Record]) -> None:
        """Show what was changed, or what is taken back, on the card, too."""
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a mention needs one."""
        return action not in ("add", "choose_story", "open", "copy") or self.list.current is not None

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _open_mention(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.list.current is not None:
            self.app.push_screen(ReadingScreen(self.session, self.list.current))

    # --- looking ---------------------------------------------------------------------------------------------

    def action_scroll_down(self) -> None:
        """Read on in the card while the list has the focus."""
        self._scroll(1)

    def action_scroll_up(self) -> None:
        """Read back."""
        self._scroll(-1)

    def _scroll(self, direction: int) -> None:
        card = self.query_one("#author-card")
        card.scroll_relative(y=direction * max(1, card.size.height - 2), animate=False)

    def action_topic(self) -> None:
        """Choose what the card is about."""
        ask_topic(self, self._topic, self._look_at)

    def _look_at(self, topic: str) -> None:
        self._topic, self._why = topic, "Working it out …"
        self._read()
        self._explain()

    def action_show_mentions(self) -> None:
        """Show in the inbox all that they said, from all accounts of the person."""
        query = author_query(self._told.card.accounts if self._told else [self._author])
        if query:
            self.post_message(SearchWanted(query))
        else:
            self.tell("A query cannot ask for this name; their newest mentions are on the card.")

    def action_page(self) -> None:
        """Open their own page in the browser."""
        if self._author.url:
            self.browse(self._author.url)
        else:
            self.tell("The platform told no page of theirs.")

    def action_back(self) -> None:
        """Go back to where the card was opened."""
        self.dismiss()

    # --- what we note of them --------------------------------------------------------------------------------

    @property
    def _card(self) -> Card:
        return self._told.card.card if self._told else Card()

    def action_relation(self) -> None:
        """Say what they are to us."""
        now = self._card.relation
        words = dict.fromkeys(filter(None, (*RELATIONS, now)))
        choices = [*(Choice(word, word) for word in words), Choice(OTHER, OTHER), Choice("", "nothing of that")]
        self.app.push_screen(Choose(f"What is {named(self._author)} to us?", choices, standing=now), self._relate)

    def _relate(self, answer: str | None) -> None:
        if answer == OTHER:
            self.app.push_screen(Prompt("What are they to us?", example="supplier"), self._relate)
        elif answer is not None:
            self._change_card(f"relation: {answer or 'none'}", lambda card: replace(card, relation=answer))

    def action_tags(self) -> None:
        """Write their tags."""
        question, now = "Tags, with commas between them", ", ".join(self._card.tags)
        self.app.push_screen(Prompt(question, value=now, example="press, berlin", allow_empty=True), self._tag_them)

    def _tag_them(self, answer: str | None) -> None:
        if answer is not None:
            tags = {name.strip() for name in answer.split(",")} - {""}
            self._change_card("tags changed", lambda card: replace(card, tags=tuple(sorted(tags))))

    def action_notes(self) -> None:
        """Write notes on them."""
        from .write import Write  # an editor of text: needed for this alone

        def written(answer: str | None) -> None:
            if answer is not None:
                self._change_card("notes changed", lambda card: replace(card, notes=answer))

        question = f"Notes on {named(self._author)}"
        self.app.push_screen(Write(question, self.session.outside, text=self._card.notes, allow_empty=True), written)

    def _change_card(self, what: str, change: Callable[[Card], Card]) -> None:
        desk, author = self.session.desk, self._author

        def write(card: Card) -> Card:
            standing = set(desk.archive.card(author.platform, author.key).tags)
            add, remove = set(card.tags) - standing, standing - set(card.tags)
            return desk.note_author(author, relation=card.relation, notes=card.notes, add=[*add], remove=[*remove])

        def work() -> Step | None:
            before = desk.archive.card(author.platform, author.key)
            after = write(change(before))
            return Step(f"{named(author)}: {what}", lambda: write(before), lambda: write(after)) if after != before else None

        self.ask(work, self._changed, lane=TRIAGE)

    def _changed(self, step: Step | None) -> None:
        if step is not None:
            self.session.steps.did(step)
            self.tell(f"{step.what} · {self.session.keys.label('author.undo')} takes it back")
            self._read()
            self.post_message(DeskChanged())

    # --- accounts of one person ------------------------------------------------------------------------------

    def action_link(self) -> None:
        """Name another account of theirs."""
        question = "Which other account is of the same person?"
        self.app.push_screen(Prompt(question, example="ana, or bluesky:ana.example"), self._link)

    def _link(self, text: str | None) -> None:
        if not text:
            return
        desk, author = self.session.desk, self._author

        def work() -> Step:
            other = desk.find_author(text)
            ours = desk.archive.person(author.platform, author.key)
            theirs = desk.archive.person(other.platform, other.key)
            if key_of(other) in map(key_of, ours):
                raise HubbubError(f"{named(other)} is on this card already.")

            def back() -> None:
                for each in theirs:
                    desk.archive.unlink(each.platform, each.key)
                for each in theirs[1:]:
                    desk.archive.link((theirs[0].platform, theirs[0].key), (each.platform, each.key))

            return self._linked(f"{named(author)} and {named(other)} are of one person", other, back)

        self.ask(work, self._changed, lane=TRIAGE, failed=self._which)

    def _linked(self, what: str, other: Author, back: Callable[[], object]) -> Step:
        one, two = (self._author.platform, self._author.key), (other.platform, other.key)
        archive = self.session.desk.archive
        archive.link(one, two)
        return Step(what, back, lambda: archive.link(one, two))

    def _which(self, error: Trouble) -> None:
        if isinstance(error, AmbiguousAuthor):
            choices = [Choice(name, name) for name in error.candidates]
            self.app.push_screen(Choose("Several go by this name. Which of them?", choices), self._link)
        else:
            self.show_trouble(error)

    def action_unlink(self) -> None:
        """Take this account out of its person."""
        desk, author = self.session.desk, self._author
        who = (author.platform, author.key)

        def work() -> Step | None:
            others = [each for each in desk.archive.person(*who) if key_of(each) != key_of(author)]
            if not others:
                return None
            desk.archive.unlink(*who)
            back = (others[0].platform, others[0].key)
            what = f"{named(author)} stands for itself"
            return Step(what, lambda: desk.archive.link(who, back), lambda: desk.archive.unlink(*who))

        def unlinked(step: Step | None) -> None:
            if step is None:
                self.tell("This account is not linked to any other.")
            self._changed(step)

        self.ask(work, unlinked, lane=TRIAGE)


def ask_topic(asker: Background, standing: str, then: Callable[[str], object]) -> None:
    """Choose a topic; the answer is empty for all that is said."""
    choices = [Choice("", "Everything that is said"), *(Choice(topic.name, topic.name) for topic in asker.session.desk.topics)]

    def chosen(topic: str | None) -> None:
        if topic is not None:
            then(topic)

    asker.app.push_screen(Choose("On which topic?", choices, standing=standing), chosen)
