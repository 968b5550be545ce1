"""From a brand to sources: what plugins propose, what it finds now, and what is added."""

from __future__ import annotations

import threading
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cli_world import Desk, fresh_process, make_desk

from hubbub.cli.asking import choose
from hubbub.cli.parallel import all_within
from hubbub.cli.proposals import Proposals, preview, propose
from hubbub.config.loading import load_workspace
from hubbub.core.contracts import Component, Context, Suggestion
from hubbub.core.errors import NotFound, SourceUnreachable
from hubbub.core.hookspecs import hookimpl
from hubbub.core.optiontypes import PluginOptions
from hubbub.core.registry import Registry
from hubbub.core.values import Batch, Mention, Topic
from hubbub.testing.fakes import FakeFetcher
from hubbub.testing.sources import client

GLOBEX = '\n[[topics]]\nname = "globex"\nquery = "globex"\n'


class TagOptions(PluginOptions):
    tag: str = ""


def found(*texts: str) -> FakeFetcher:
    return FakeFetcher().enqueue(Batch(mentions=tuple(Mention(platform="tags", key=text, text=text) for text in texts)))


def plugin(name: str, suggest: Any, build: Any = lambda options, context: found("ένα acme", "altceva")) -> Component:
    return Component(name=name, build=build, options=TagOptions, suggest=suggest)


def registry(*components: Component) -> Registry:
    """A registry of these source plugins."""

    class Point(EntryPoint):
        def load(self) -> Any:
            component = next(c for c in components if c.name == self.name.partition(".")[2])
            module = ModuleType(f"plugin_{component.name}")
            module.register_sources = hookimpl(lambda: [component])  # pyright: ignore[reportAttributeAccessIssue]
            return module

    return Registry([Point(name=f"source.{c.name}", value=f"plugin_{c.name}", group="hubbub") for c in components])


def by_tag(topic: Topic, context: Context) -> list[Suggestion]:
    return [Suggestion(options={"tag": topic.name}, title=f"#{topic.name}")]


def proposed(desk: Desk, *components: Component) -> Proposals:
    return propose(load_workspace(desk.folder), registry(*components), client())


def previewed(desk: Desk, *components: Component, seconds: float = 30.0) -> Proposals:
    workspace, plugins, http = load_workspace(desk.folder), registry(*components), client()
    return preview(workspace, plugins, propose(workspace, plugins, http), http, seconds=seconds)


def test_each_plugin_proposes_for_each_topic_and_what_is_the_same_is_one(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, GLOBEX)
    search = plugin("search", lambda topic, context: [Suggestion(options={}, title="all of it")])
    proposals = proposed(desk, plugin("tags", by_tag), search, Component(name="mute", build=lambda o, c: None))
    assert [(one.source.id, one.source.plugin, one.topics) for one in proposals.items] == [
        ("all-of-it", "search", ("acme", "globex")),
        ("acme", "tags", ("acme",)),
        ("globex", "tags", ("globex",)),
    ]
    assert [one.source.id for one in proposals.only(["globex"]).items] == ["all-of-it", "globex"]
    with pytest.raises(NotFound, match="Did you mean 'globex'"):
        proposals.named(["globx"])


def test_what_is_configured_is_marked_however_its_options_are_written(tmp_path: Path) -> None:
    desk = make_desk(
        tmp_path, '\n[[sources]]\nid = "mine"\nplugin = "search"\ntag = ""\n[[sources]]\nid = "acme"\nplugin = "rss"\n'
    )
    search = plugin("search", lambda topic, context: [Suggestion(options={}, title="all of it")])
    proposals = previewed(desk, plugin("tags", by_tag), search)
    assert [(one.source.id, one.configured, one.run is None) for one in proposals.items] == [
        ("mine", True, True),
        # Named so that it stands beside what is called like that already.
        ("tags-acme", False, False),
    ]


def broken(topic: Topic, context: Context) -> list[Suggestion]:
    raise KeyError("tag")


def test_a_plugin_that_fails_harms_only_itself(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    wrong = plugin("wrong", lambda topic, context: [Suggestion(options={"tagg": "x"}, title="x")])
    proposals = proposed(desk, plugin("bad", broken), plugin("tags", by_tag), wrong)
    assert [one.source.id for one in proposals.items] == ["acme"]
    assert "'bad' proposes nothing; it failed: KeyError" in proposals.problems[0]
    assert "Did you mean 'tag'?" in proposals.problems[1]


def test_a_preview_tells_what_there_is_now_and_each_failure_by_itself(tmp_path: Path) -> None:
    over = threading.Event()

    class Slow(FakeFetcher):
        def fetch(self, topics: Any, cursor: Any) -> Any:
            over.wait(20)
            return iter(())

    desk = make_desk(tmp_path)
    refusing = FakeFetcher().enqueue(SourceUnreachable("No connection can be made."))
    try:
        good, refused, slow = previewed(
            desk,
            plugin("a", by_tag),
            plugin("b", by_tag, lambda options, context: refusing),
            plugin("c", by_tag, lambda options, context: Slow()),
            seconds=0.3,
        ).items
    finally:
        over.set()
    assert good.run
    assert good.verdict
    assert (len(good.run.mentions), good.verdict.matching, good.answers) == (2, 1, True)
    assert refused.run
    assert slow.run
    assert (refused.answers, refused.run.message) == (False, "No connection can be made.")
    assert (slow.answers, slow.run.message) == (False, "It did not answer within 0 seconds.")


def test_jobs_give_their_results_in_order() -> None:
    assert all_within([lambda n=n: n * n for n in range(30)], seconds=20) == [n * n for n in range(30)]
    assert all_within([], seconds=1) == []


def test_it_is_asked_which_to_add(tmp_path: Path) -> None:
    import click
    from cli_world import runner

    proposals = proposed(make_desk(tmp_path, GLOBEX), plugin("tags", by_tag))
    chosen: list[str] = []

    @click.command()
    def question() -> None:
        chosen[:] = [one.source.id for one in choose(proposals, proposals.items[:1])]

    for typed, expected in (("", ["acme"]), ("-", []), ("globx\nglobex, acme", ["globex", "acme"])):
        assert runner().invoke(question, input=typed + "\n").exit_code == 0
        assert chosen == expected


def test_the_command_proposes_without_asking_and_adds_what_is_named(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    names = {one["id"]: one for one in desk.json("sources", "suggest", "--offline")["suggestions"]}
    assert (names["hacker-news"]["plugin"], names["hacker-news"]["configured"]) == ("hackernews", False)
    assert "1 source added" in desk.call("sources", "suggest", "--add", "hacker-news").stdout
    assert load_workspace(desk.folder).source("hacker-news").plugin == "hackernews"
    assert "there already" in desk.call("sources", "suggest", "--add", "hacker-news").stdout
    assert "configured already" in desk.call("sources", "suggest", "--offline", "--topic", "acme").stdout
    before = desk.settings
    assert "Did you mean" in desk.call("sources", "suggest", "--offline", "--add", "hacker-mews", code=7).stderr
    desk.call("sources", "suggest", "--offline", "--topic", "nobody", code=7)
    desk.call("sources", "suggest", "--all", "--add", "hacker-news", code=2)
    desk.call("sources", "suggest", "--offline", "--site", "acme.example", code=2)
    assert desk.settings == before
    found = desk.json("sources", "suggest", "--offline", "--all")
    assert "hacker-news" not in found["added"]
    assert len(load_workspace(desk.folder).sources) == len(found["suggestions"])


def test_without_a_topic_nothing_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "hubbub.toml").write_text('[workspace]\nname = "Empty"\n', encoding="utf-8")
    assert "hubbub topics add" in Desk(tmp_path).call("sources", "suggest", code=1).stderr


def test_a_new_workspace_asks_nobody_unless_told_to(tmp_path: Path) -> None:
    result = fresh_process("init", "Acme", "--yes", cwd=tmp_path)
    assert "hubbub sources suggest" in result.stdout
    assert "Asking" not in result.stderr
    assert load_workspace(tmp_path / "acme").sources == ()
