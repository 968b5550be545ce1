"""Muting from the list: the author, the site, the conversation or the near-copies of a mention, or a word."""

from __future__ import annotations

from ..core.muting import value_for
from ..core.noise import Preview
from ..core.values import MuteKind, Record
from .finding import Finding
from .formatting import headline, plural
from .messages import DeskChanged
from .screens.choose import Choice, Choose
from .screens.confirm import Confirm
from .screens.prompt import Prompt
from .triage import TRIAGE
from .undoing import Step

OF_A_MENTION: dict[MuteKind, str] = {
    "author": "Its author",
    "site": "Its site",
    "thread": "Its conversation",
    "copies": "Whatever nearly repeats it",
}
NAMED: tuple[MuteKind, ...] = ("author", "site")
"""Those whose value says something to a reader."""
WORD: MuteKind = "word"


class Muting(Finding):
    """Mixed into a pane that finds mentions."""

    def action_mute(self) -> None:
        """Hide from now on what the current mention stands for."""
        row = self.current_row()
        if row is not None:
            record = row.record
            choices = [
                Choice(kind, name, value if kind in NAMED else "")
                for kind, name in OF_A_MENTION.items()
                if (value := _value(kind, record))
            ]
            dialog = Choose("Mute what? It can be taken back", [*choices, Choice(WORD, "A word or a phrase", "…")])
            self.app.push_screen(dialog, lambda answer: self._chosen_kind(record, answer))

    def _chosen_kind(self, record: Record, answer: str | None) -> None:
        if answer == WORD:
            question = Prompt("Which word or phrase is not to be seen?", example="giveaway")
            self.app.push_screen(question, lambda word: self._preview(WORD, word) if word else None)
            return
        for kind in OF_A_MENTION:
            if kind == answer:
                self._preview(kind, record.ref)

    def _preview(self, kind: MuteKind, what: str) -> None:
        desk = self.session.desk

        def work() -> Preview | str:
            try:
                return desk.preview_mute(kind, what)
            except ValueError as error:
                return str(error)

        def seen(found: Preview | str) -> None:
            if isinstance(found, str):
                self.warn(f"This cannot be muted: {found}.")
                return
            examples = ", ".join(f"“{headline(record.mention)[:60]}”" for record in found.examples[:3])
            detail = f"{plural(found.total, 'mention')} of the archive, and what comes{f': {examples}' if examples else ''}."
            question = Confirm(f"Hide {found.kind} {found.value}?", detail)
            self.app.push_screen(question, lambda sure: self._mute(found) if sure else None)

        self.ask(work, seen)

    def _mute(self, preview: Preview) -> None:
        desk = self.session.desk

        def work() -> Step:
            done = [desk.mute(preview.kind, preview.value)]

            def again() -> None:
                done[:] = [desk.mute(preview.kind, preview.value)]

            return Step(done[0].what, lambda: desk.undo(done[0]), again, moves=True)

        def muted(step: Step) -> None:
            self.session.steps.did(step)
            self.tell(f"{step.what} · {self.session.keys.label('mentions.undo')} takes it back")
            self.read_again()
            self.post_message(DeskChanged())

        self.ask(work, muted, lane=TRIAGE)


def _value(kind: MuteKind, record: Record) -> str:
    """What would be muted; empty where the mention has none."""
    try:
        return value_for(kind, record)
    except ValueError:
        return ""
