"""What an import refuses: everything that an export would not have written, with file, line and what to do."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from export_samples import content, export, fill, keep_picture, nobody, read, rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.archive import open_archive
from hubbub.core.entries import FILES, SINCE, Entry, MentionEntry, StoryStep
from hubbub.core.errors import ImportFailed
from hubbub.core.exporting import MANIFEST, MAX_LINE, VERSION, line
from hubbub.core.importing import open_export
from hubbub.core.tarballs import pack
from hubbub.core.values import SourceState

MENTIONS = "mentions.jsonl"
LINES = (*FILES.values(), "quotes.jsonl")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with something of everything."""
    folder = tmp_path_factory.mktemp("whole")
    keep_picture(folder / "media")
    with closing(open_archive(folder / "archive.db")) as archive:
        fill(archive)
        export(archive, folder / "export", media=folder / "media")
    return folder / "export"


@pytest.fixture
def bad(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return copytree(whole, tmp_path / "bad")


def entries(path: Path) -> list[Entry]:
    """All of an export; raises where it is refused."""
    return list(read(path).entries())


def spoil(name: str, number: int, change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """A change of one line as JSON."""

    def changed(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        found = json.loads(lines[number - 1])
        change(found)
        lines[number - 1] = json.dumps(found).encode() + b"\n"
        return b"".join(lines)

    return changed


def test_what_was_written_is_read(whole: Path) -> None:
    found = entries(whole)
    assert {type(entry).__name__ for entry in found} == {
        "AuthorEntry", "RedactionEntry", "MentionEntry", "SavedSearch", "Mute", "SourceState", "StoryStep", "RejectionEntry",
        "SharingEntry", "Comment", "LinkCheck",
    }  # fmt: skip
    odd = next(entry for entry in found if isinstance(entry, MentionEntry) and entry.ref.startswith("rss:odd"))
    assert odd.versions[0].raw["odd"][:2] == ["\ud800", 10**30]  # type: ignore[index,call-overload]
    assert [path.suffix for path in read(whole).pictures] == [".png"]


@pytest.mark.parametrize("name", [*LINES, "hubbub.toml", "media"])
@pytest.mark.parametrize("trouble", ["missing", "cut", "longer", "changed", "link"])
def test_files_that_are_not_what_the_manifest_says(bad: Path, name: str, trouble: str) -> None:
    path = next(bad.glob("media/*/*")) if name == "media" else bad / name
    data = path.read_bytes()
    path.unlink()
    if trouble == "link":
        (bad / "elsewhere").write_bytes(data)
        path.symlink_to(bad / "elsewhere")
    elif trouble != "missing":
        path.write_bytes({"cut": data[:-1], "longer": data + b"\n", "changed": b"#" + data[1:]}[trouble])
    words = {"missing": "missing", "cut": "cut short", "longer": "longer", "changed": "SHA-256", "link": "link"}
    with pytest.raises(ImportFailed, match=f"{path.name}: .*{words[trouble]}.*Nothing was imported"):
        read(bad)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": VERSION + 1}, "A newer hubbub wrote this .*Upgrade"),
        ({"version": 0}, "no version"),
        ({"version": "1"}, "version: must be a whole number"),
        ({"format": "hubbub story"}, "no export of an archive"),
        ({"more": 1}, "no field 'more'"),
        ({"counts": {}}, "does not say what is in"),
        ({"files": {}}, "does not say what is in"),
        ({"counts": dict.fromkeys(LINES, 1000)}, "lines, and the manifest says 1,000"),
    ],
)
def test_manifests_that_are_not_ours(bad: Path, change: dict[str, Any], words: str) -> None:
    told = json.loads((bad / MANIFEST).read_bytes())
    (bad / MANIFEST).write_text(json.dumps({**told, **change}))
    with pytest.raises(ImportFailed, match=words):
        entries(bad)


def test_exports_of_the_first_format_are_read(bad: Path) -> None:
    """It knew nothing of what APIs allow, nor of the rhythm of sources, nor of mutes, nor of redactions, nor of people."""
    states = [json.loads(each) for each in (bad / "sources.jsonl").read_bytes().splitlines()]
    for name, later in (("sources.jsonl", ("quota", "last_new", "arrivals", "gap")), ("stories.jsonl", ("by",))):
        old = [json.loads(each) for each in (bad / name).read_bytes().splitlines()]
        kept = [{key: value for key, value in each.items() if key not in later} for each in old]
        rewrite(bad, name, lambda _, kept=kept: "".join(f"{json.dumps(each)}\n" for each in kept).encode())
    told = json.loads((bad / MANIFEST).read_bytes())
    for name in SINCE:
        (bad / name).unlink()
        del told["files"][name], told["counts"][name]
    (bad / MANIFEST).write_text(json.dumps({**told, "version": 1}))
    found = entries(bad)
    assert {step.revision.by for step in found if isinstance(step, StoryStep)} == {""}
    read_states = [entry for entry in found if isinstance(entry, SourceState)]
    assert [(state.id, state.quota, state.arrivals) for state in read_states] == [(state["id"], None, 0) for state in states]


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "/etc/passwd",
        "media/../../x.png",
        f"media/aa/{'b' * 64}.png",
        "media\\x",
        "a.txt",
        "",
        "media/aa/x.svg",
    ],
)
def test_names_that_lead_elsewhere(bad: Path, name: str) -> None:
    told = json.loads((bad / MANIFEST).read_bytes())
    told["files"][name] = {"size": 1, "sha256": "0" * 64}
    (bad / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(ImportFailed, match="not the name of a file of an export"):
        read(bad)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": NaN}', "\ufeff{}", f"[{'9' * 5000}]"])
def test_manifests_that_cannot_be_read(bad: Path, text: str) -> None:
    (bad / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ImportFailed, match=r"manifest\.json: "):
        read(bad)
    (bad / MANIFEST).unlink()
    with pytest.raises(ImportFailed, match="no export, or not a whole one"):
        read(bad)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\n", "not JSON"),
        (b"{}", "cut short"),
        (b'{"ref": "\xff"}\n', "not UTF-8"),
        (b"[" * 200_000 + b"\n", "nested too deep"),
        (b'{"ref": NaN}\n', "NaN is no number"),
        (b'{"ref": ' + b"9" * 5000 + b"}\n", "not JSON that can be read"),
        (b'"' + b"x" * (MAX_LINE + 1) + b'"\n', "longer than"),
        (b"[]\n", "must be an object"),
        (b'{"a": "b"}\n', "no field 'a'"),
        (b"{}\n", "is missing"),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("name", [MENTIONS, "quotes.jsonl"])
def test_lines_that_no_export_has(bad: Path, name: str, data: bytes, words: str) -> None:
    rewrite(bad, name, lambda before: before.splitlines(keepends=True)[0] + data)
    with pytest.raises(ImportFailed, match=rf"^{name}:2: .*{words}.*Nothing was imported"):
        entries(bad)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ref": "x:1"}, "does not begin with its platform"),
        ({"ref": "rss:"}, "does not begin with its platform"),
        ({"platform": "rs"}, "does not begin with its platform"),
        ({"ref": "rss:\x1b[2J1"}, "control characters"),
        ({"ref": "rss:" + "k" * 600}, "too long"),
        ({"versions": []}, "versions: must be numbered"),
        ({"copy_of": "rss:0"}, "no copy of itself"),
        ({"signature": "zz"}, "signature: must be 80"),
        ({"when": "yesterday"}, "when: 'yesterday' is not a time"),
        ({"when": "2026-01-01T00:00:00"}, "is not a time"),
        ({"state": "loved"}, "state: 'loved' is none of new"),
        ({"engagements": [{"at": "2026-01-01T00:00:00Z"}] * 2}, "engagements: must be in order"),
        ({"labels": [{"name": "x", "value": "y", "by": "z", "score": "1"}]}, "score: must be a number"),
        ({"notes": None}, "notes: must be text"),
        ({"deleted": 1}, "deleted: must be true or false"),
        ({"id": 7}, "no field 'id'"),
    ],
    ids=range(16),
)
def test_mentions_that_cannot_be(bad: Path, change: dict[str, Any], words: str) -> None:
    rewrite(bad, MENTIONS, spoil(MENTIONS, 1, lambda found: found.update(change)))
    with pytest.raises(ImportFailed, match=rf"^mentions\.jsonl:1: .*{words}"):
        entries(bad)


def test_what_strangers_wrote_is_made_safe_as_when_it_is_collected(bad: Path) -> None:
    def change(found: Any) -> None:
        found["notes"] = "a\x1b[31mb\x00"
        found["tags"] = ["b\u202e", "a", "a"]
        found["versions"][0] |= {"text": "x\x1b]0;owned\x07y\ud800", "url": "javascript:alert(1)", "raw": {"a": "\x00b"}}

    rewrite(bad, MENTIONS, spoil(MENTIONS, 1, change))
    mention = next(entry for entry in entries(bad) if isinstance(entry, MentionEntry))
    version = mention.versions[0]
    assert (mention.notes, mention.tags) == ("ab", ("a", "b"))
    assert (version.text, version.url, version.raw) == ("xy\ufffd", "", {"a": "b"})


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("stories.jsonl", {"story": {"slug": "../../home"}}, "slug of small letters"),
        ("stories.jsonl", {"story": {"blocks": [{"id": "m", "kind": "mention", "copy": "0" * 64}]}}, "not in quotes.jsonl"),
        ("stories.jsonl", {"story": {"blocks": [{"id": "m", "kind": "mention"}]}}, "has a copy"),
        ("stories.jsonl", {"number": 0}, "number"),
        ("sources.jsonl", {"failures": 2**31}, "must be counts"),
        ("searches.jsonl", {"name": "\x07"}, "needs one"),
        ("mutes.jsonl", {"kind": "everything"}, "kind"),
        ("mutes.jsonl", {"kind": "site", "value": "no site"}, "is no site"),
        ("mutes.jsonl", {"id": 0}, "number from 1 on"),
        ("authors.jsonl", {"key": "a\x00"}, "control characters"),
        ("redactions.jsonl", {"digest": "words"}, "64 hexadecimal digits"),
        ("redactions.jsonl", {"twin": "F" * 32}, "32 hexadecimal digits"),
        ("redactions.jsonl", {"ref": "nobody"}, "a platform, a colon and a key"),
        ("rejections.jsonl", {"ref": "rss:"}, "a platform, a colon and a key"),
        ("checks.jsonl", {"state": "fine"}, "is none of live"),
        ("checks.jsonl", {"ref": "rss:a\x07"}, "control characters"),
    ],
    ids=range(16),
)
def test_other_lines_that_cannot_be(bad: Path, name: str, change: dict[str, Any], words: str) -> None:
    def merge(found: Any) -> None:
        for key, value in change.items():
            found[key] = {**found[key], **value} if isinstance(value, dict) else value

    rewrite(bad, name, spoil(name, 1, merge))
    with pytest.raises(ImportFailed, match=rf"^{name}:1: .*{words}"):
        entries(bad)


def test_a_quote_that_no_story_follows(bad: Path) -> None:
    rewrite(bad, "quotes.jsonl", lambda data: data + data.splitlines(keepends=True)[0])
    with pytest.raises(ImportFailed, match=r"^quotes\.jsonl:\d+: No step of a story follows"):
        entries(bad)


# --- tar files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz"])
def test_one_file_is_as_good_as_a_folder(whole: Path, tmp_path: Path, name: str) -> None:
    pack(whole, tmp_path / name, MANIFEST)
    pack(whole, tmp_path / f"again-{name}", MANIFEST)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()
    (tmp_path / "scratch").mkdir()
    with open_export(tmp_path / name, tmp_path / "scratch", nobody) as found:
        assert list(found.entries()) == entries(whole)
        assert content(found.folder) == content(whole)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(ImportFailed):
        read(tmp_path / name)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


@pytest.mark.parametrize(
    "trick",
    [
        member("../outside"),
        member("/tmp/outside"),
        member("hubbub-export/../../outside"),
        member("hubbub-export/media", tarfile.SYMTYPE, "/etc"),
        member("hubbub-export/hard", tarfile.LNKTYPE, "../../outside"),
        member("hubbub-export/fifo", tarfile.FIFOTYPE),
        member("hubbub-export/device", tarfile.CHRTYPE),
        member("c:\\outside"),
    ],
    ids=lambda trick: trick.name,
)
def test_tar_files_that_reach_out(tmp_path: Path, trick: tarfile.TarInfo) -> None:
    with tarfile.open(tmp_path / "trick.tar", "w") as tar:
        tar.addfile(trick, io.BytesIO())
    scratch = tmp_path / "in" / "scratch"
    scratch.mkdir(parents=True)
    with pytest.raises(ImportFailed, match="leads elsewhere"), open_export(tmp_path / "trick.tar", scratch, nobody):
        pass
    assert content(tmp_path / "in") == {}
    assert {path.name for path in tmp_path.iterdir()} == {"trick.tar", "in"}


def test_tar_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "letter.tar").write_bytes(b"Dear reader, " * 1000)
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.addfile(member("notes.txt"), io.BytesIO())
    with tarfile.open(tmp_path / "twice.tar", "w") as tar:
        for _ in range(2):
            tar.addfile(member(f"x/{MANIFEST}"), io.BytesIO())
    for name, words in (("letter", "no tar file"), ("other", "no export"), ("twice", "in it twice"), ("nothing", "no such")):
        with pytest.raises(ImportFailed, match=words):
            read(tmp_path / f"{name}.tar")


# --- any change of an export ---------------------------------------------------------------------------------

VALUES = st.sampled_from(
    [None, True, -1, 0, 2**70, 1e308, 0.5, "", "x", "rss:1", "rss:3", "s1", "\x00\x1b[2J", "\ud800", "2026-01-01T00:00:00Z",
     "9999-12-31T23:59:59.999999-12:00", "0001-01-01T00:00:00+12:00", [], {}, ["a"], {"a": 1}, [[[]]]]
)  # fmt: skip


def places(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def changed(data: bytes, draw: Callable[[Any], Any]) -> bytes:
    """One change of a file of lines: of a value, of its lines, or of its bytes."""
    lines = data.splitlines(keepends=True)
    number = draw(st.integers(0, len(lines) - 1))
    how = draw(st.sampled_from(["value", "value", "value", "drop", "double", "swap", "byte", "cut"]))
    if how == "value":
        found = json.loads(lines[number])
        *way, last = draw(st.sampled_from(places(found)[1:]))
        target = found
        for key in way:
            target = target[key]
        target[last] = draw(VALUES)
        lines[number] = json.dumps(found).encode() + b"\n"
    elif how == "drop":
        del lines[number]
    elif how == "double":
        lines.insert(draw(st.integers(0, len(lines))), lines[number])
    elif how == "swap":
        lines.insert(0, lines.pop(number))
    elif how == "byte":
        at = draw(st.integers(0, len(lines[number]) - 1))
        lines[number] = lines[number][:at] + bytes([draw(st.integers(0, 255))]) + lines[number][at + 1 :]
    else:
        lines[number:] = [lines[number][: draw(st.integers(0, len(lines[number]) - 1))]]
    return b"".join(lines)


def refusal(do: Callable[[], None]) -> ImportFailed | None:
    """Why it was refused, if it was."""
    try:
        do()
    except ImportFailed as error:
        return error
    return None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_change_is_imported_whole_or_refused_whole(whole: Path, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        spoiled = copytree(whole, Path(folder) / "spoiled")
        name = data.draw(st.sampled_from(LINES))
        rewrite(spoiled, name, lambda before: changed(before, data.draw))
        with closing(open_archive(Path(folder) / "archive.db")) as archive:
            refused = refusal(lambda: archive.load(read(spoiled).entries()))
            if refused:
                assert refused.file
                assert str(refused).endswith("Nothing was imported.")
                assert list(archive.dump()) == []
                return
            assert archive.check() == []
            taken = list(archive.dump())
            first = export(archive, Path(folder) / "first")
        with closing(open_archive(Path(folder) / "again.db")) as again:
            again.load(read(Path(folder) / "first").entries())
            assert list(map(line, again.dump())) == list(map(line, taken))
            assert export(again, Path(folder) / "second") == first
