"""An archive with something of everything, in several languages, and ways to export and import one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from archive_samples import NOW, mention, person, save, topic
from sample_story import dusk

from hubbub.core.archives import Archive
from hubbub.core.cleaning import clean_mention
from hubbub.core.deciding import decide
from hubbub.core.duplicates import signature
from hubbub.core.exporting import MANIFEST, write_export
from hubbub.core.importing import Export, open_export
from hubbub.core.sharing import Lock, Role, Sharing
from hubbub.core.storycopies import freeze
from hubbub.core.values import (
    BY_YOU,
    Author,
    Block,
    BlockKind,
    CheckState,
    Health,
    Label,
    LinkCheck,
    Media,
    Mention,
    Quota,
    SavedSearch,
    SourceState,
    Span,
    Story,
    TriageState,
)

AVATAR = "https://files.example/bot.png"
SETTINGS = '[workspace]\nname = "Acme watch"\n'
ODD = 'Ștefan\t"quoted" \\ 日本 👍🏽 e\u0301 ἀρχή שלום \u200d and \u2003 spaces'
RELEASE = "Acme says that every phone of the spring series gets a new battery free of charge from Monday on in all countries"


def signed(said: Mention, source: str, archive: Archive, at: datetime = NOW, *labels: Label) -> None:
    """Clean, decide and save one mention with its signature, as the pipeline does."""
    tidy = clean_mention(said)
    known = archive.known([tidy]).get(tidy.ref)
    intent = decide(known, tidy, seen=at, labels=labels)
    archive.save(source, [replace(intent, signature=signature(tidy.title, tidy.text))], {"page": [1, None, "ș"]}, at)


def fill(archive: Archive) -> None:
    """Something of everything."""
    later = NOW + timedelta(hours=5, microseconds=7)
    for number in range(9):
        author = person(f"a{number % 4}", followers=number, at=NOW + timedelta(minutes=number), karma=number * 2)
        save(archive, mention(str(number), author=author, likes=number), labels=(topic("Știri"),), cursor={"at": number})
    for number in range(3):
        signed(mention(f"copy{number}", text=f"{RELEASE} {'x' * number}", raw={"n": 1.5}), "wire", archive)
    odd = mention("odd/é:1?#", text=ODD, title=ODD, raw={"odd": ["\ud800", 10**30, -0.0, 1e-300, True, None, ODD], "": {}})
    picture = Media(kind="image", url="https://files.example/ä.png", alt="Un ‘apus’", digest=hashlib.sha256(dusk()).hexdigest())
    evidence = Label(name="sentiment", value="positive", by="lexicon", score=1, spans=(Span(field="text", start=0, end=6),))
    signed(replace(odd, media=(picture,), thread="rss:1", parent="rss:2", shared="x:9"), "press", archive, NOW, evidence)
    save(archive, mention("3", text="Edited: το νέο τηλέφωνο"), at=later)
    save(archive, mention("3", text="Edited: το νέο τηλέφωνο", likes=12, counted=later), source="other", at=later)
    save(archive, mention("4", author=Author(platform="rss", key="bot", bot=True, handle="b", avatar=AVATAR)), at=later)
    archive.set_state({"rss:3": TriageState.KEPT, "rss:1": TriageState.IGNORED})
    archive.set_tags({"rss:4": ["ă", "b"]})
    archive.set_notes("rss:5", "Two lines\nof notes: ß, ñ")
    archive.set_label("rss:3", "sentiment", Label(name="sentiment", value="negative", by=BY_YOU))
    archive.mark_deleted(["rss:6"], NOW)
    archive.purge(["rss:7"])
    limited = SourceState(id="press", health=Health.LIMITED, message="ask later", last_run=later, failures=2)
    quota = Quota(left=0, limit=5, resets=later, unit="λέξεις")
    archive.save_source_state(replace(limited, quota=quota, last_new=NOW, arrivals=2, gap=3600))
    archive.save_refreshed([], [], {"rss:3": later}, NOW)
    archive.save_search(SavedSearch(name="Știri", query='topic:"stiri" -x', order="engaged", created=NOW, looked=later))
    archive.add_mute("word", "διαγωνισμός", note="όχι δικό μας", at=NOW)
    removed = archive.add_mute("site", "spam.example", note="", at=NOW)
    archive.add_mute("author", "rss:bot", note="", at=later)
    archive.remove_mute(removed.id)
    archive.relabel({"rss:4": (Label(name="muted", value="author:rss:bot", by="mutes"),)}, "mutes")
    for name, title in (("s2", "Two days"), ("s1", "Δύο μέρες")):
        _tell(archive, Story(id=name, slug=f"story-{name}", title=title, created=NOW))
    archive.reject("s1", ["rss:1", "rss:gone"], NOW)
    found = LinkCheck(ref="rss:3", at=later, state=CheckState.CHANGED, detail="301, «αλλού»")
    told = Sharing(
        people={"ana": Role.OWNER, "Ștefan": Role.READER}, closed=True, lock=Lock(by="ana", since=later, note="τίτλος")
    )
    archive.share("s2", lambda _: told)
    first = archive.add_comment("s2", block="t", answers=None, by="Ștefan", text="De ce?\nδεν ξέρω", at=NOW)
    archive.add_comment("s2", block="t", answers=first.id, by="ana", text="Ask the press office", at=later)
    archive.add_comment("s1", block="", answers=None, by="", text="Whose is this?", at=later)
    archive.resolve_comment(first.id, by="ana", at=later)
    archive.note_checks([found, LinkCheck(ref="rss:gone", at=NOW, state=CheckState.GONE, detail="404")])
    archive.redact("rss:8", reason="Ștearsă la cererea autoarei", at=later)
    archive.set_index_stamp("an index of today")


def _tell(archive: Archive, story: Story) -> None:
    record, edited = archive.get("rss:odd/é:1?#"), archive.get("rss:3")
    assert record
    assert edited
    blocks = [
        Block(id="t", kind=BlockKind.TEXT, text="Λέξεις"),
        Block(id="m", kind=BlockKind.MENTION, copy=freeze(record, NOW), pinned=True),
        Block(id="n", kind=BlockKind.MENTION, copy=freeze(edited, NOW + timedelta(seconds=1))),
    ]
    expected = None
    for count in range(4):
        step = replace(story, blocks=tuple(blocks[:count]))
        expected = archive.save_story(
            step, note=f"step {count}", expected=expected, at=NOW + timedelta(minutes=count), by="ana"
        ).number
    archive.stand(story.id, 2, expected=4)
    archive.save_story(replace(story, subtitle="after an undo"), note="on", expected=2, at=NOW + timedelta(hours=1))
    archive.stand(story.id, 3, expected=5)


def keep_picture(folder: Path) -> Path:
    """Put the picture that a mention names into a workspace's media."""
    data = dusk()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / digest[:2] / f"{digest}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def nobody(_: int) -> None:
    """Nobody watches the progress."""


def export(archive: Archive, to: Path, *, media: Path | None = None) -> dict[str, bytes]:
    """Export into a new folder; the files by their names."""
    to.mkdir()
    write_export(to, archive.dump(), settings=SETTINGS, media=media or to / "no media", progress=nobody)
    return content(to)


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder by their names."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read(path: Path) -> Export:
    """An export, its files checked."""
    with TemporaryDirectory() as scratch, open_export(path, Path(scratch), nobody) as found:
        return found


def rewrite(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file, and let the manifest say that it is as it should be."""
    path, manifest = folder / name, folder / MANIFEST
    data = change(path.read_bytes())
    path.write_bytes(data)
    told = json.loads(manifest.read_bytes())
    told["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if name in told["counts"]:
        told["counts"][name] = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    manifest.write_text(json.dumps(told), encoding="utf-8")
