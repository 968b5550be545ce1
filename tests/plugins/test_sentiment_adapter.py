"""What corrections teach: a gain on what was held out, nothing where there is none, and a file that is checked."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hubbub.core.values import BY_YOU, Label, Mention
from hubbub.plugins.processors._sentiment_adapter import Correction, DamagedAdapter, learn, load, save
from hubbub.plugins.processors._sentiment_model import FILE, Model, digest_of
from hubbub.plugins.processors.sentiment import ADAPTER, SentimentProcessor


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def slang(count: int = 40) -> list[Correction]:
    """A desk's own words: "gronk" is praise there and "flumb" is blame, in sentences that otherwise say nothing."""
    things = ["phone", "app", "store", "charger", "screen", "router", "bill", "update", "cable", "tablet"]
    days = ["Monday", "Tuesday", "Friday", "Sunday"]
    texts = [(f"The {thing} on {day} was", day) for day in days for thing in things][: count // 2]
    return [Correction(f"{text} gronk", "en", "positive") for text, _ in texts] + [
        Correction(f"{text} flumb", "en", "negative") for text, _ in texts
    ]


def test_it_learns_a_desks_own_words(model: Model) -> None:
    learnt, adapter = learn(slang(), model)
    assert learnt.kept
    assert learnt.examples == {"negative": 20, "positive": 20}
    assert learnt.accuracy is not None
    assert learnt.accuracy[1] > 0.9 > 0.7 > learnt.accuracy[0]
    assert learnt.macro_f1 is not None
    assert learnt.macro_f1[1] > learnt.macro_f1[0]
    assert adapter is not None
    for word, sign in (("gronk", 1), ("flumb", -1)):
        scored = model.score([f"My washing machine is {word}"], ["en"])
        assert sign * (adapter.logits(scored)[0, 0] - scored.logits[0, 0]) > 0.3


def test_what_has_nothing_in_common_with_the_corrections_stays_much_as_it_was(model: Model) -> None:
    adapter = learn(slang(), model)[1]
    assert adapter is not None
    scored = model.score(["Απαράδεκτη εξυπηρέτηση, ντροπή"], ["el"])
    assert adapter.logits(scored)[0, 0] == pytest.approx(scored.logits[0, 0], abs=0.4)


def test_it_is_not_kept_where_it_shows_no_gain(model: Model) -> None:
    # Values that follow nothing in the texts, so nothing can be learnt.
    dice = random.Random(5)
    words = [f"{dice.choice('bdfgk')}{dice.choice('aeiou')}{dice.choice('lmnr')}{dice.choice('aeiou')}" for _ in range(400)]
    values = ["positive", "negative", "neutral"] * 20
    noise = [Correction(" ".join(dice.choices(words, k=8)), "en", value) for value in values]
    learnt, adapter = learn(noise, model)
    assert (learnt.kept, adapter) == (False, None)
    assert "no gain" in learnt.why


def test_it_is_not_kept_where_that_was_not_asked(model: Model) -> None:
    learnt, adapter = learn(slang(), model, keep=False)
    assert (learnt.kept, adapter) == (False, None)
    assert learnt.accuracy is not None
    assert learnt.accuracy[1] > learnt.accuracy[0]


@pytest.mark.parametrize(
    ("corrections", "why"),
    [
        ([], "there are 0"),
        (slang(40)[:5], "there are 5"),
        (slang(40)[:20], "20 of 1"),
        ([Correction("the same", "en", "positive")] * 50, "there are 1"),
    ],
)
def test_little_teaches_nothing(model: Model, corrections: list[Correction], why: str) -> None:
    learnt, adapter = learn(corrections, model)
    assert (learnt.kept, learnt.accuracy, adapter) == (False, None, None)
    assert why in learnt.why


def test_the_order_of_corrections_does_not_matter(model: Model) -> None:
    first, second = learn(slang(), model), learn(slang()[::-1], model)
    assert first[0] == second[0]
    assert first[1] is not None
    assert second[1] is not None
    assert first[1].digest == second[1].digest


def test_an_adapter_is_read_as_it_was_written(model: Model, tmp_path: Path) -> None:
    adapter = learn(slang(), model)[1]
    assert adapter is not None
    save(adapter, tmp_path / "deep" / ADAPTER)
    again = load(tmp_path / "deep" / ADAPTER, digest_of())
    scored = model.score(["It was gronk"], ["en"])
    assert again.digest == adapter.digest
    assert again.logits(scored).tolist() == adapter.logits(scored).tolist()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == [ADAPTER]


def _with(**changed: np.ndarray) -> Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]:
    return lambda arrays: {**arrays, **changed}


def _about(**what: object) -> np.ndarray:
    return np.frombuffer(json.dumps({"format": 1, "model": digest_of(), **what}).encode(), np.uint8)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_with(about=_about(format=9)), "another format"),
        (_with(about=_about(model="older")), "another version of the model"),
        (_with(about=np.frombuffer(b"{", np.uint8)), "cannot be read"),
        (_with(bias=np.array([np.nan, 0], np.float32)), "'bias'"),
        (_with(grams=np.zeros((3, 2), np.float32)), "'grams'"),
        (_with(prints=np.array(["a"], object)), "cannot be read"),
        (lambda arrays: {name: array for name, array in arrays.items() if name != "mixing"}, "mixing"),
    ],
)
def test_a_damaged_file_is_refused_with_a_reason(
    model: Model, tmp_path: Path, damage: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]], why: str
) -> None:
    adapter = learn(slang(), model)[1]
    assert adapter is not None
    save(adapter, tmp_path / ADAPTER)
    with np.load(tmp_path / ADAPTER) as arrays:
        np.savez(tmp_path / ADAPTER, **damage(dict(arrays)))
    with pytest.raises(DamagedAdapter, match="cannot be read") as raised:
        load(tmp_path / ADAPTER, digest_of())
    assert why in str(raised.value)
    assert "hubbub learn" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a file of ours" * 100])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ADAPTER).write_bytes(content)
    with pytest.raises(DamagedAdapter):
        load(tmp_path / ADAPTER, digest_of())


def corrected(corrections: list[Correction]) -> list[tuple[Mention, Label]]:
    return [
        (
            Mention(platform="forum", key=str(n), text=one.text, lang=one.lang),
            Label(name="sentiment", value=one.value, by=BY_YOU),
        )
        for n, one in enumerate(corrections)
    ]


def test_a_processor_learns_says_so_by_its_version_and_forgets(tmp_path: Path) -> None:
    processor = SentimentProcessor(tmp_path)
    mention = Mention(platform="forum", key="new", text="My washing machine is gronk gronk gronk", lang="en")
    before, version = processor.process([mention]), processor.version
    learnt = processor.learn(corrected(slang()))
    assert learnt.kept
    assert processor.version.startswith(f"{version}+")
    ((label,),) = processor.process([mention])
    assert (label.value, label.version) == ("positive", processor.version)
    assert processor.forget()
    assert not processor.forget()
    assert (processor.version, processor.process([mention])) == (version, before)


def test_what_cannot_teach_is_counted(tmp_path: Path) -> None:
    told_of_topic = (Mention(platform="forum", key="t", text="Acme"), Label(name="sentiment:acme", value="positive", by=BY_YOU))
    empty = (Mention(platform="forum", key="e"), Label(name="sentiment", value="positive", by=BY_YOU))
    unsure = (Mention(platform="forum", key="u", text="hm"), Label(name="sentiment", value="uncertain", by=BY_YOU))
    learnt = SentimentProcessor(tmp_path).learn([told_of_topic, empty, unsure])
    assert (learnt.left_out, learnt.examples, learnt.kept) == (3, {}, False)
    assert not (tmp_path / ADAPTER).exists()


def test_the_models_file_keeps_to_its_size() -> None:
    assert FILE.stat().st_size <= 3_000_000
