"""What of the settings belongs to the place stays there: the address of the archive, and who is at the desk."""

from hubbub.config.travelling import settled, travelling

TEXT = """\
# ours
[workspace]
name = "A"   # the name
person = "ana"
languages = ["en"]

[archive]
url = "postgresql://ana@db.example/a"
keep = "90d"
"""
LEFT = """\
# ours
[workspace]
name = "A"   # the name
languages = ["en"]

[archive]
keep = "90d"
"""


def test_what_belongs_to_the_place_does_not_travel() -> None:
    assert travelling(TEXT) == LEFT
    assert travelling(LEFT) == LEFT


def test_what_arrives_is_settled_where_it_comes_to() -> None:
    assert settled(TEXT, '[workspace]\nname = "B"\n') == LEFT
    here = '[workspace]\nname = "B"\nperson = "ion"\n[archive]\nurl = "sqlite:///b.db"\n'
    told = settled(TEXT, here)
    assert 'name = "A"' in told
    assert 'person = "ion"' in told
    assert 'url = "sqlite:///b.db"' in told
    assert 'keep = "90d"' in told
    assert "ana" not in told
