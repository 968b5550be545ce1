"""What is done with mentions: states, tags, notes, corrections, into a story, out to the browser. Steps can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..core.desk import Row
from ..core.stories import remove
from ..core.values import Record, Revision, Story, TriageState
from .background import Background
from .formatting import plural, safe
from .messages import CollectWanted, DeskChanged, StoryStands
from .outside import is_web
from .pictures import keep_pictures
from .screens.choose import Choice, Choose
from .screens.prompt import Prompt
from .storypicking import pick_story
from .undoing import Step

TRIAGE = "triage"
"""The lane of all that writes to mentions."""
STORY = "story"
"""The lane of all that writes to stories."""


class Triage(Background):
    """Mixed into a pane that shows mentions."""

    # --- what the pane says ----------------------------------------------------------------------------------

    def chosen_refs(self) -> list[str]:
        """What an action is about."""
        raise NotImplementedError

    def current_row(self) -> Row | None:
        """The mention under the cursor."""
        raise NotImplementedError

    def records_shown(self) -> dict[str, Record]:
        """The records in the window, by ref."""
        raise NotImplementedError

    def acted(self) -> None:
        """An action on what was chosen has begun."""
        raise NotImplementedError

    def show_anew(self, records: Sequence[Record]) -> None:
        """Show records as they are now."""
        raise NotImplementedError

    def read_again(self) -> None:
        """Read what is listed again, where other mentions are to be listed now."""

    # --- states ----------------------------------------------------------------------------------------------

    def action_done(self) -> None:
        """Nothing more to do."""
        self._toggle(TriageState.DONE)

    def action_ignore(self) -> None:
        """Not worth reading."""
        self._toggle(TriageState.IGNORED)

    def action_keep(self) -> None:
        """For later."""
        self._toggle(TriageState.KEPT)

    def _toggle(self, state: TriageState) -> None:
        refs = self.chosen_refs()
        shown = self.records_shown()
        again = all(ref in shown and shown[ref].state is state for ref in refs)
        self.set_state(refs, TriageState.NEW if again else state)
        if refs:
            self.acted()

    def set_state(self, refs: Sequence[str], state: TriageState, *, quiet: bool = False) -> None:
        """Move mentions to a state; ``quiet`` neither says so nor remembers it."""
        if not refs:
            return
        desk = self.session.desk

        def work() -> tuple[Step, list[Record]]:
            undo = desk.triage(refs, state)
            step = Step(undo.what, lambda: desk.undo(undo), lambda: desk.triage(refs, state), tuple(refs))
            return step, desk.archive.records(refs)

        self.ask(work, lambda done: self._done(*done, quiet=quiet), lane=TRIAGE)

    def _done(self, step: Step, records: Sequence[Record], *, quiet: bool = False) -> None:
        self.show_anew(records)
        if not quiet:
            self.session.steps.did(step)
            self.tell(f"{step.what} · {self.session.keys.label('mentions.undo')} takes it back")
        self.post_message(DeskChanged())

    # --- back and forth --------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last step back."""
        step = self.session.steps.undo()
        self._go(step, step.undo if step else None, "taken back", "There is nothing to take back.")

    def action_redo(self) -> None:
        """Do it again."""
        step = self.session.steps.redo()
        self._go(step, step.redo if step else None, "done again", "Nothing was taken back.")

    def _go(self, step: Step | None, run: Callable[[], object] | None, done: str, nothing: str) -> None:
        if step is None or run is None:
            self.tell(nothing)
            return
        desk = self.session.desk

        def gone(answer: tuple[object, list[Record]]) -> None:
            result, records = answer
            self.show_anew(records)
            if step.moves:
                self.read_again()
            self.tell(f"{step.what}: {done}")
            if isinstance(result, Revision):
                self.post_message(StoryStands(result))
            self.post_message(step.tells())

        self.ask(lambda: (run(), desk.archive.records(step.refs)), gone, lane=TRIAGE)

    # --- tags, notes, corrections ----------------------------------------------------------------------------

    def action_tag(self) -> None:
        """Add and remove tags."""
        refs = self.chosen_refs()
        if refs:
            question = f"Tags for {plural(len(refs), 'mention')} (a minus sign removes one)"
            self.app.push_screen(Prompt(question, example="battery, -urgent"), lambda answer: self._tag(refs, answer))

    def _tag(self, refs: Sequence[str], answer: str | None) -> None:
        if not answer:
            return
        names = [name.strip() for name in answer.split(",") if name.strip(" -")]
        add = [name for name in names if not name.startswith("-")]
        remove = [name[1:].strip() for name in names if name.startswith("-")]
        desk = self.session.desk

        def work() -> tuple[Step, list[Record]]:
            before = {record.ref: set(record.tags) for record in desk.archive.records(refs)}
            desk.tag(refs, add=add, remove=remove)
            records = desk.archive.records(refs)

            def back() -> None:
                for record in records:
                    old, new = before[record.ref], set(record.tags)
                    desk.tag([record.ref], add=sorted(old - new), remove=sorted(new - old))

            what = f"{plural(len(refs), 'mention')}: tags changed"
            return Step(what, back, lambda: desk.tag(refs, add=add, remove=remove), tuple(refs)), records

        self.ask(work, lambda done: self._done(*done), lane=TRIAGE)

    def action_note(self) -> None:
        """Write a note."""
        row = self.current_row()
        if row is not None:
            record = row.record
            from .screens.write import Write  # an editor of text: not needed for the first look at the list

            dialog = Write("Note on this mention", self.session.outside, text=record.notes, allow_empty=True)
            self.app.push_screen(dialog, lambda answer: self._note(record, answer))

    def _note(self, record: Record, answer: str | None) -> None:
        if answer is not None and answer != record.notes:
            ref, old, desk = record.ref, record.notes, self.session.desk
            self._change("note", ref, lambda: desk.note(ref, answer), lambda: desk.note(ref, old))

    def action_correct(self) -> None:
        """Say it better than a processor did."""
        row = self.current_row()
        if row is None:
            return
        record = row.record
        choices = [Choice("lang", "Language", record.lang), Choice("sentiment", "Sentiment", record.sentiment)]
        self.app.push_screen(Choose("Correct what?", choices), lambda name: self._ask_value(record, name))

    def _ask_value(self, record: Record, name: str | None) -> None:
        if name is None:
            return
        example = "es" if name == "lang" else "positive, neutral, negative, uncertain or unknown"
        question = f"Which {'language' if name == 'lang' else name} is it? Empty takes your correction back"
        prompt = Prompt(question, example=example, allow_empty=True)
        self.app.push_screen(prompt, lambda value: self._correct(record, name, value))

    def _correct(self, record: Record, name: str, value: str | None) -> None:
        if value is None:
            return
        ref, desk = record.ref, self.session.desk
        before = next((label.value for label in record.labels if label.name == name and label.by == "you"), None)
        new = value.lower() or None
        self._change(f"{name} corrected", ref, lambda: desk.correct(ref, name, new), lambda: desk.correct(ref, name, before))

    def _change(self, what: str, ref: str, do: Callable[[], None], back: Callable[[], None]) -> None:
        def work() -> tuple[Step, list[Record]]:
            do()
            return Step(what, back, do, (ref,)), self.session.desk.archive.records([ref])

        self.ask(work, lambda done: self._done(*done), lane=TRIAGE)

    # --- into a story ----------------------------------------------------------------------------------------

    def action_add(self) -> None:
        """Add to the current story; where there is none, choose one first."""
        refs = self.chosen_refs()
        if not refs:
            return
        revision: Revision | None = getattr(self.app, "revision", None)
        if revision is None:
            pick_story(self, lambda picked: self._add(picked, refs))
        else:
            self._add(revision, refs)

    def action_choose_story(self) -> None:
        """Choose the story, then add what is chosen."""
        refs = self.chosen_refs()
        revision: Revision | None = getattr(self.app, "revision", None)
        pick_story(self, lambda picked: self._add(picked, refs), standing=revision.story.slug if revision else None)

    def _add(self, revision: Revision, refs: Sequence[str]) -> None:
        if not refs:
            self.post_message(StoryStands(revision))
            return
        stories, slug, title = self.session.desk.stories, revision.story.slug, revision.story.title
        self.acted()

        def work() -> tuple[Revision, frozenset[str]]:
            before = {block.ref for block in stories.open(slug).story.blocks}
            new = self.quote(slug, refs)
            return new, frozenset(block.ref for block in new.story.blocks) - before

        def added(done: tuple[Revision, frozenset[str]]) -> None:
            new, made = done
            self.post_message(StoryStands(new))
            if not made:
                self.tell(f"Already in “{title}”.")
                return
            what = f"{len(made)} added to “{title}”"
            self.session.steps.did(Step(what, lambda: take_out(made), lambda: self.quote(slug, sorted(made))))
            self.tell(f"{what} · {self.session.keys.label('mentions.undo')} takes it back")
            keep_pictures(self, slug)

        def take_out(made: frozenset[str]) -> Revision:
            def change(story: Story) -> Story:
                return remove(story, [block.id for block in story.blocks if block.ref in made])

            return stories.edit(slug, change, f"took {plural(len(made), 'mention')} out again")

        self.ask(work, added, lane=STORY)

    def quote(self, slug: str, refs: Sequence[str]) -> Revision:
        """Quote mentions in a story, with the query that found them. Blocks."""
        return self.session.desk.stories.add(slug, refs, query=self.found_by())

    def found_by(self) -> str:
        """The query that what is listed answers; empty where none was asked."""
        return ""

    def action_pictures(self) -> None:
        """Show its pictures large."""
        row = self.current_row()
        if row is not None:
            from .screens.picture import pictures_of, show_pictures  # not needed for the first look at the list

            show_pictures(self, pictures_of(row.record.mention))

    # --- who wrote it ----------------------------------------------------------------------------------------

    def action_author(self) -> None:
        """Show the card of whoever wrote it."""
        row = self.current_row()
        author = row.record.mention.author if row else None
        if row is None or author is None:
            self.tell("Nobody is told as its author." if row else "There is no mention here.")
            return
        from .screens.author import AuthorScreen  # not needed for the first look at the list

        self.app.push_screen(AuthorScreen(self.session, author))

    # --- out -------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open it in the browser."""
        row = self.current_row()
        if row is not None:
            self.browse(row.record.mention.url)

    def action_copy(self) -> None:
        """Copy its address."""
        row = self.current_row()
        if row is not None:
            self.copy(row.record.mention.url)

    def browse(self, url: str) -> None:
        """Open an address in the browser, beside the screen."""
        if not url:
            self.tell("This mention has no address.")
            return
        self.ask(lambda: self.session.outside.browse(url), lambda _: self.tell(f"Opened {url}"))

    def copy(self, url: str) -> None:
        """Hand an address to the terminal's clipboard."""
        if is_web(url):
            self.app.copy_to_clipboard(url)
            self.tell(f"Copied {safe(url)}")
        else:
            self.tell("This mention has no address.")

    def action_refresh(self) -> None:
        """Ask the current mention's sources again."""
        row = self.current_row()
        known = {source.id for source in self.session.desk.sources}
        sources = [id for id in row.record.sources if id in known] if row else []
        self.post_message(CollectWanted(sources or None))
