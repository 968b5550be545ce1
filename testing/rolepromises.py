"""What processors, rankers, exporters, notifiers and search engines promise beside what every plugin does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..core.deciding import decide
from ..core.errors import SourceError
from ..core.parsing import parse
from ..core.values import Alert, Author, AuthorRank, Label, Mention, Receipt, Topic, Window
from .failures import FAILURES
from .promises import HOSTILE, SECRET, Broken, NotJudged, Promise, Subject, need

if TYPE_CHECKING:
    from ..core.archives import Archive

AT = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)

# --- processors ---------------------------------------------------------------------------------------------------

MENTIONS: tuple[Mention, ...] = tuple(
    Mention(platform="forum", key=str(number), title=title, text=text, lang=lang, published=AT)
    for number, (lang, title, text) in enumerate(
        (
            ("en", "Acme phone", "The acme phone is great, and its battery lasts two days."),
            ("es", "", "¿Por qué el acme phone se apaga al 20 %?"),
            ("ro", "Dezamăgit", "Nu funcționează deloc, și nimeni nu răspunde."),
            ("el", "", "Πού θα βρω το acme;"),
            ("", "", ""),
            ("", "", HOSTILE),
            ("xx", "", "acme " * 5_000),
        )
    )
)
"""What a processor that is tried is asked of: several languages, nothing, something hostile, something long."""


def _answers_for_each(subject: Subject) -> None:
    processor = subject.make()
    said = processor.process(MENTIONS)
    need(len(said) == len(MENTIONS), f"it gave {len(said)} answers for {len(MENTIONS)} mentions")
    for labels in said:
        fine = isinstance(labels, tuple) and all(isinstance(label, Label) for label in labels)
        need(fine, f"an answer is a tuple of labels, and it gave {labels!r}")
    need(list(processor.process(())) == [], "of no mentions it says something")


def _signs_its_labels(subject: Subject) -> None:
    processor = subject.make()
    version = getattr(processor, "version", None)
    need(isinstance(version, str) and version, "it has no version: a text that changes when its answers do")
    for label in (label for labels in processor.process(MENTIONS) for label in labels):
        need(label.by == subject.component.name, f"the label {label.name!r} is by {label.by!r}, which is not its name")
        need(label.version == version, f"the label {label.name!r} has the version {label.version!r} and not {version!r}")


def _depends_on_mentions_alone(subject: Subject) -> None:
    whole = [tuple(labels) for labels in subject.make().process(MENTIONS)]
    again = subject.make()
    alone = [tuple(again.process([mention])[0]) for mention in reversed(MENTIONS)][::-1]
    need(whole == alone, "asked one by one, or in another order, it says something else: it may live in several processes")


# --- rankers ------------------------------------------------------------------------------------------------------

TOPIC = Topic(name="acme", query="acme")
WINDOW = Window(start=AT - timedelta(days=7), end=AT)


_NUMBERS = count(1)


def said(handle: str, text: str = "about acme", *, hours: int = 5) -> Mention:
    """A mention by this author, so many hours before the window's end."""
    author = Author(platform="forum", key=handle, handle=handle, followers=10)
    key = f"{handle}-{next(_NUMBERS)}"
    return Mention(platform="forum", key=key, text=text, author=author, published=AT - timedelta(hours=hours))


@contextmanager
def archive_of(folder: Path, *mentions: Mention) -> Iterator[Archive]:
    """An archive of these mentions, all of the topic :data:`TOPIC`."""
    from ..archive import open_archive

    folder.mkdir(parents=True, exist_ok=True)
    archive = open_archive(folder / "archive.db")
    try:
        labels = (Label(name="topic", value=TOPIC.name, by="topics"),)
        archive.save("forum", [decide(None, mention, seen=AT, labels=labels) for mention in mentions], None, AT)
        yield archive
    finally:
        archive.close()


def _ranks_of(subject: Subject, *mentions: Mention, topic: Topic = TOPIC) -> list[AuthorRank]:
    with archive_of(subject.folder(), *mentions) as archive:
        return list(subject.make().rank(archive, topic, WINDOW))


def _ranks_nobody(subject: Subject) -> None:
    need(_ranks_of(subject) == [], "in an archive without mentions somebody ranks")
    old = said("ana", hours=24 * 30)
    need(_ranks_of(subject, old) == [], "somebody ranks who said nothing within the window")


def _ranks_best_first(subject: Subject) -> None:
    mentions = [said("ana"), *(said("ion") for _ in range(4)), Mention(platform="forum", key="no", text="acme", published=AT)]
    ranks = _ranks_of(subject, *mentions)
    need(ranks, "it ranks nobody where two people spoke")
    scores = [rank.score for rank in ranks]
    need(scores == sorted(scores, reverse=True), f"the best do not come first: {scores}")
    need(all(0 <= score <= 100 for score in scores), f"a score is 0 to 100: {scores}")
    parts = [value for rank in ranks for value in rank.parts.values()]
    need(all(0 <= value <= 100 for value in parts), f"a part is 0 to 100, and what was counted a figure: {parts}")
    refs = [(rank.author.platform, rank.author.key) for rank in ranks]
    need(len(set(refs)) == len(refs), "an author ranks twice")


def _ranks_all_that_is_said(subject: Subject) -> None:
    need(_ranks_of(subject, said("ana"), topic=Topic(name="", query="")), "it ranks nobody where no topic was asked for")


def _ranks_the_same(subject: Subject) -> None:
    mentions = [said("ana"), said("ion"), said("νίκος")]
    need(_ranks_of(subject, *mentions) == _ranks_of(subject, *mentions), "the same archive gives another order")


# --- exporters ----------------------------------------------------------------------------------------------------


def _exports(subject: Subject, text: str) -> tuple[Receipt, Path]:
    from .stories import every_block, published

    folder = subject.folder()
    target = folder / "target"
    target.mkdir(parents=True)
    return subject.make().export(published(folder, *every_block(text), slug="../../etc"), target), target


def _writes_a_receipt(subject: Subject) -> None:
    receipt, target = _exports(subject, "words")
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    need(found, "it wrote nothing")
    need(set(receipt.files) == found, f"the receipt lists {sorted(receipt.files)}, and there is {sorted(found)}")
    outside = [name for name in receipt.files if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts]
    need(not outside, f"{outside} lies outside of the folder")
    opened = Path(receipt.path)
    need(opened == target or target in opened.parents, f"what to open is {opened}, which is not in the folder")


def _writes_only_there(subject: Subject) -> None:
    _, target = _exports(subject, "words")
    beside = {path.name for path in target.parent.iterdir() if path.is_dir()} - {"target"}
    need(not beside, f"it wrote beside the folder that it was given: {', '.join(sorted(beside))}")


def _writes_anything(subject: Subject) -> None:
    from .stories import HOSTILE as SAID

    for text in SAID:
        receipt, target = _exports(subject, text)
        for name in receipt.files:
            need((target / name).is_file(), f"{name} is not there")


def _writes_the_same(subject: Subject) -> None:
    contents = []
    for _ in range(2):
        receipt, target = _exports(subject, "words")
        contents.append({name: (target / name).read_bytes() for name in receipt.files})
    need(contents[0] == contents[1], "the same story gives other bytes the second time")


# --- notifiers ----------------------------------------------------------------------------------------------------

ALERT = Alert(title="Acme: three times as many mentions", text="Η μπαταρία, de nuevo: nu mai ține.", refs=("forum:1",))


def _delivers(subject: Subject) -> None:
    if not subject.knows_answers:
        raise NotJudged("nothing is known of what its service answers when all is well; its own tests say")
    subject.make().notify(ALERT)
    need(subject.api.requests or subject.connections, "it told nobody")


def _raises_where_it_cannot_deliver(subject: Subject) -> None:
    for name in ("401", "410", "429 without a word", "500", "closed without an answer"):
        subject.api.failing, _ = FAILURES[name]
        subject.api.requests.clear()
        try:
            subject.make().notify(ALERT)
        except SourceError as error:
            need(SECRET not in f"{error} {error.url} {error.said}", "a secret stands in the error")
            continue
        except Exception as error:
            need(SECRET not in str(error), "a secret stands in the error")
            continue
        if not subject.api.requests and not subject.connections:
            raise NotJudged("it asks nothing over HTTP and makes no connection, so no failure can be played")
        raise Broken(f"the service answered with a failure ({name}) and it said nothing of it")


# --- search engines -----------------------------------------------------------------------------------------------


def _finds_what_was_put(subject: Subject) -> None:
    from .engine_samples import doc
    from .engines import MemoryEngine

    folder = subject.folder()
    docs = [doc(1, "the Acme phone"), doc(2, "La batería del acme"), doc(3, "Η μπαταρία"), doc(4, "nothing of it")]
    engine, right = subject.make(folder), MemoryEngine()
    try:
        need(engine.count() == 0 and engine.stamp() == "", "a new index is not empty")
        for each in (engine, right):
            each.put(docs)
            each.put(docs[:2])
            each.drop([docs[3].ref, "test:never"])
        need(engine.count() == right.count(), f"it holds {engine.count()} documents and not {right.count()}")
        for text in ("acme", '"acme phone"', "bateria", "μπαταρια", "acme NOT phone", "acm*", "nothing", "title:acme"):
            found, wanted = engine.search(parse(text)), right.search(parse(text))
            same = [hit.ref for hit in found.hits] == [hit.ref for hit in wanted.hits] and found.total == wanted.total
            need(same, f"{text} finds {[hit.ref for hit in found.hits]} and not {[hit.ref for hit in wanted.hits]}")
        engine.set_stamp("build-1")
    finally:
        engine.close()
    again = subject.make(folder)
    try:
        need(again.stamp() == "build-1" and again.count() == right.count(), "opened again, it holds something else")
        again.clear()
        need(again.count() == 0 and again.stamp() == "", "cleared, it still holds something")
    finally:
        again.close()


PROCESSOR: tuple[Promise, ...] = (
    Promise("It answers for each mention, in order", _answers_for_each),
    Promise("Its labels carry its name and version", _signs_its_labels),
    Promise("What it says depends on the mention alone", _depends_on_mentions_alone),
)
RANKER: tuple[Promise, ...] = (
    Promise("Where nobody spoke, nobody ranks", _ranks_nobody),
    Promise("The most influential come first, with 0 to 100, each once", _ranks_best_first),
    Promise("Without a topic, by a topic without a name, it ranks on all that is said", _ranks_all_that_is_said),
    Promise("The same archive gives the same order", _ranks_the_same),
)
EXPORTER: tuple[Promise, ...] = (
    Promise("Its receipt lists exactly what it wrote", _writes_a_receipt),
    Promise("It writes into its folder and nowhere else", _writes_only_there),
    Promise("It can write whatever was said", _writes_anything),
    Promise("The same story gives the same bytes", _writes_the_same),
)
NOTIFIER: tuple[Promise, ...] = (
    Promise("It delivers an alert", _delivers),
    Promise("It raises where it cannot deliver, without telling secrets", _raises_where_it_cannot_deliver),
)
SEARCH: tuple[Promise, ...] = (Promise("It finds what was put, and keeps it", _finds_what_was_put),)
