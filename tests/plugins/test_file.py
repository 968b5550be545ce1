"""Files as people have them: spreadsheets' CSV, exports, logs that grow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubbub.core.errors import SourceBroken, SourceGone
from hubbub.core.values import JSON, Author, Engagement, MentionKind
from hubbub.testing.sources import Collected, build, collect, context

AT = datetime(2026, 6, 14, 9, 12, tzinfo=UTC)


def read(folder: Path, name: str, content: str | bytes | None = None, cursor: JSON = None, **options: Any) -> Collected:
    if content is not None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return collect(build("file", {"path": name, **options}, context(folder)), cursor)


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# --- meaning -------------------------------------------------------------------------------------------------


def test_named_columns_and_usual_ones(tmp_path: Path) -> None:
    table = "Comentario;Quién;Fecha;Me gusta;Lang;Seguidores\nLa batería dura;@lucia;02/06/2026;12;es_ES;1200\n"
    columns = {"text": "comentario", "author": "Quién", "published": "Fecha", "likes": "Me gusta", "followers": "seguidores"}
    found = read(tmp_path, "x.csv", table, columns=columns, date_format="%d/%m/%Y", platform="encuesta", kind="review")
    mention = found.mentions[0]
    assert mention.platform == "encuesta"
    assert (mention.text, mention.lang, mention.kind) == ("La batería dura", "es", MentionKind.REVIEW)
    assert mention.author == Author(platform="file", key="lucia", handle="lucia", followers=1200)
    assert mention.published == datetime(2026, 6, 2, tzinfo=UTC)
    assert mention.engagement == Engagement(at=AT, likes=12)


def test_our_own_search_results_keep_their_identity(tmp_path: Path) -> None:
    hit = {
        "ref": "mastodon:https://social.example/1",
        "url": "https://social.example/@ana/1",
        "title": "",
        "text": "Μου αρέσει",
        "author": {"platform": "mastodon", "key": "42", "handle": "ana", "name": "Ana", "followers": 7},
        "kind": "post",
        "published": "2026-06-01T08:00:00+00:00",
        "lang": "el",
        "engagement": {"at": "2026-06-02T08:00:00+00:00", "likes": 3, "score": -2},
    }
    found = read(tmp_path, "hits.json", json.dumps({"total": 1, "hits": [hit], "next": None}))
    mention = found.mentions[0]
    assert mention.ref == hit["ref"]
    assert mention.author == Author(platform="mastodon", key="42", handle="ana", name="Ana", followers=7)
    assert mention.engagement == Engagement(at=datetime(2026, 6, 2, 8, tzinfo=UTC), likes=3, score=-2)
    assert read(tmp_path, "hits.json", cursor=found.cursor).unchanged


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"id": 1, "text": "a"}, {"id": "1", "text": "b"}, True),
        ({"url": "https://a.example/1?utm_source=x", "text": "a"}, {"url": "http://a.example/1/", "text": "b"}, True),
        ({"text": "a", "author": "x"}, {"text": "a", "author": "x"}, True),
        ({"text": "a", "author": "x"}, {"text": "a", "author": "y"}, False),
    ],
)
def test_identity(tmp_path: Path, one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    found = read(tmp_path, "a.jsonl", lines(one, other)).mentions
    assert len(found) == (1 if same else 2)


def test_html_is_read_as_text_where_asked(tmp_path: Path) -> None:
    row = lines({"text": "<p>a</p><p>b</p>", "title": "<b>t</b>"})
    assert read(tmp_path, "a.jsonl", row, html=True).mentions[0].text == "a\n\nb"
    assert read(tmp_path, "a.jsonl", row).mentions[0].text == "<p>a</p><p>b</p>"


# --- one bad line --------------------------------------------------------------------------------------------


def test_one_bad_line_costs_only_itself_and_is_named(tmp_path: Path) -> None:
    content = (
        lines({"text": "one"}) + '{"text": \n\n[1]\n{"a": 1}\n{"text": "x", "date": "31/12/2026"}\n' + lines({"text": "two"})
    )
    found = read(tmp_path, "a.jsonl", content)
    assert [m.text for m in found.mentions] == ["one", "two"]
    assert [f.item for f in found.failures] == ["line 2", "line 4", "line 5", "line 6"]
    assert "date_format" in found.failures[3].message
    assert "its columns are a" in found.failures[2].message


def test_bad_rows_of_a_table(tmp_path: Path) -> None:
    content = 'text,author\none,ana\n"never closed,bob\ntwo,c\na,b,c,d\n\n"three\nlines",d\n'
    found = read(tmp_path, "a.csv", content)
    assert [m.text for m in found.mentions] == ["one", "two", "three\nlines"]
    assert [f.item for f in found.failures] == ["line 3", "line 5"]


def test_wrong_bytes_name_the_line_and_the_remedy(tmp_path: Path) -> None:
    content = b"text\nfine\n" + "Înălţime\n".encode("cp1250") + b"fine too\n"
    found = read(tmp_path, "a.csv", content)
    assert [m.text for m in found.mentions] == ["fine", "fine too"]
    assert "line 3" in found.failures[0].message
    assert "encoding = " in found.failures[0].message
    assert [m.text for m in read(tmp_path, "a.csv", encoding="cp1250").mentions][1] == "Înălţime"


def test_excels_mark_at_the_beginning_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "\ufefftext;likes\nx;1\n").mentions[0].text == "x"
    assert read(tmp_path, "b.jsonl", "\ufeff" + lines({"text": "x"})).mentions[0].text == "x"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    assert read(tmp_path, "a.csv", delimiter.join(["id", "text"]) + "\n" + delimiter.join(["1", "x"])).mentions[0].key == "1"


# --- the whole file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"PK", "names no format"),
        ("a.csv", b"", "name the columns"),
        ("a.csv", b"\xff\xfet\0e\0x\0t\0", "line 1"),
        ("a.json", b"{}", "neither a list"),
        ("a.json", b"[1,", "no JSON"),
        ("a.jsonl", b"nonsense\n" * 1200, "none of its first"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(SourceBroken, match=words) as caught:
        read(tmp_path, name, content)
    assert name in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceGone, match=r"no file .*none\.csv"):
        read(tmp_path, "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SourceBroken, match="folder"):
        read(tmp_path, "folder.csv")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": {"txet": "a"}}, "Did you mean 'text'"),
        ({"encoding": "klingon"}, "no encoding called"),
        ({"encoding": "utf-16"}, "save it as UTF-8"),
        ({"platform": "My File"}, "platform"),
    ],
)
def test_options_are_checked(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(tmp_path, "a.csv", "text\nx\n", **options)


# --- files that grow -----------------------------------------------------------------------------------------


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    first = read(tmp_path, "a.csv", "id,text\n1,one\n2,two\n")
    with (tmp_path / "a.csv").open("a") as file:
        file.write('3,"three\nlines"\n4,four\n4,a,b\n')
    second = read(tmp_path, "a.csv", cursor=first.cursor)
    assert [m.key for m in second.mentions] == ["3", "4"]
    assert second.failures[0].item == "line 7"
    assert read(tmp_path, "a.csv", cursor=second.cursor).unchanged


def test_a_line_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    first = read(tmp_path, "a.jsonl", lines({"id": 1, "text": "one"}) + '{"id": 2, "te')
    assert ([m.key for m in first.mentions], first.failures[0].message[-22:]) == (["1"], "it is not complete yet")
    (tmp_path / "a.jsonl").write_text(lines({"id": 1, "text": "one"}, {"id": 2, "text": "two"}))
    assert [m.key for m in read(tmp_path, "a.jsonl", cursor=first.cursor).mentions] == ["2"]


def test_a_file_that_was_rewritten_or_is_read_otherwise_is_read_from_the_top(tmp_path: Path) -> None:
    first = read(tmp_path, "a.csv", "id,text\n1,one\n2,two\n")
    assert len(read(tmp_path, "a.csv", "id,text\n9,new\n8,two\n7,x\n", cursor=first.cursor).mentions) == 3
    again = read(tmp_path, "a.csv", cursor=first.cursor, columns={"text": "id"})
    assert [m.text for m in again.mentions] == ["9", "8", "7"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12), max_size=25), st.data())
def test_in_however_many_steps_it_grows_nothing_is_lost_or_doubled(
    tmp_path: Path, texts: list[str], data: st.DataObject
) -> None:
    """Cut at any byte: what was read in steps is what is read at once."""
    content = lines(*({"id": n, "text": f"x{text}"} for n, text in enumerate(texts))).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=4)))
    cursor: JSON = None
    found: list[str] = []
    for end in [*cuts, len(content)]:
        step = read(tmp_path, "grow.jsonl", content[:end], cursor=cursor)
        cursor = step.cursor
        found += [m.key for m in step.mentions]
    assert found == [str(n) for n in range(len(texts))]


def test_long_files_come_in_pieces_each_with_its_own_cursor(tmp_path: Path) -> None:
    whole = read(tmp_path, "a.jsonl", lines(*({"id": n, "text": "x"} for n in range(1200))))
    assert [len(b.mentions) for b in whole.batches] == [500, 500, 200]
    rest = read(tmp_path, "a.jsonl", cursor=whole.batches[0].cursor)
    assert [m.key for m in rest.mentions] == [str(n) for n in range(500, 1200)]
