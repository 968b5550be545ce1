"""On which line a setting stands."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from hubbub.config.places import Block, Places

TEXT = '''\
top = 1
[workspace]
name = """
[not.a.table]
still = "text" \\"""
"""
list = [
  # x = 1
  "a]",
]

[[topics]]
name = 'one'
"odd key".in."side" = 2
[topics.sub]
deep = { x = 1, y = [2] }

[[topics]]   # the second
name = 'two'
# a comment behind

[a."b.c"]
d.e = 3
'''


def test_each_setting_is_found_on_its_line() -> None:
    tomllib.loads(TEXT)
    places = Places(TEXT)
    assert places.line("top") == 1
    assert places.line("workspace") == 2
    assert places.line("workspace", "name") == 3
    assert places.line("workspace", "list") == 7
    assert places.line("topics", 0, "name") == 13
    assert places.line("topics", 0, "odd key", "in", "side") == 14
    assert places.line("topics", 0, "sub", "deep") == 16
    assert places.line("topics", 1) == 18
    assert places.line("topics", 1, "name") == 19
    assert places.line("a", "b.c", "d", "e") == 23


def test_what_is_not_written_is_where_its_surroundings_are() -> None:
    places = Places(TEXT)
    assert places.line("topics", 1, "query") == 18
    assert places.line("topics", 0, "sub", "deep", "y", 0) == 16
    assert places.line("nothing") is None


def test_a_block_ends_with_its_last_key_not_with_a_comment() -> None:
    places = Places(TEXT)
    assert places.block("topics", 0) == Block(start=12, keys_end=14, end=16)
    assert places.block("topics", 1) == Block(start=18, keys_end=19, end=19)
    assert places.block("workspace") == Block(start=2, keys_end=10, end=10)
    assert places.block("topics", 2) is None


KEYS = st.sampled_from(["a", "b", "c", '"d e"', "'f.g'"])
VALUES = st.sampled_from(["1", '"x"', "[1,\n 2]", '"""\n[q]\n"""', "{ z = 1 }", "'''\nk = 2'''", '["a#", "]"]  # c'])


@given(st.lists(st.tuples(st.booleans(), KEYS, VALUES), max_size=8))
def test_every_key_of_a_text_is_found_where_it_was_written(parts: list[tuple[bool, str, str]]) -> None:
    lines, expected, table, used = [], {}, -1, set()
    for new_table, key, value in parts:
        if new_table or table < 0:
            table, used = table + 1, set()
            lines.append("[[t]]")
        if key in used:
            continue
        used.add(key)
        expected["t", table, key.strip("\"'")] = len(lines) + 1
        lines += f"{key} = {value}".split("\n")
    text = "\n".join(lines)
    tomllib.loads(text)
    places = Places(text)
    assert {path: places.line(*path) for path in expected} == expected
