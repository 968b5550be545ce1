"""Running the demo: make or find its workspace, serve its feeds, take the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from ...config.loading import load_workspace
from ...core.desk import Desk
from ..compose import open_desk
from ..logs import start_logging
from ..output import say
from . import tour
from .pier import Pier
from .server import DemoServer
from .workspace import Mark, clear, make_workspace, read_mark
from .world import World, make_world

SEED = "acme"


def run_demo(folder: Path, *, now: datetime, fresh: bool = False, open_tui: Callable[[], None] | None = None) -> None:
    """Take the whole tour, or go on with a demo that is there already; ``open_tui`` is called while the feeds are served.

    Raises ``ConfigError`` where the folder holds something that no demo made.
    """
    mark = read_mark(folder)
    if mark is not None and fresh:
        clear(folder)
        mark = None
    with ExitStack() as closing:
        if mark is None:
            world, pier = make_world(SEED, now), Pier(now)
            server: DemoServer | None = closing.enter_context(DemoServer(world, pier))
            make_workspace(folder, Mark(seed=SEED, now=now, port=server.port))
            _first_visit(folder, world, pier, server)
        else:
            server = _serve_again(mark)
            if server is not None:
                closing.enter_context(server)
            with _desk(folder) as desk:
                tour.revisit(desk, server)
        tour.farewell(folder)
        if open_tui is not None:
            if server is not None:
                server.publish(revised=True, late=True)
                say("\nWhile the terminal application is open the feeds go on, and some new posts have just come in: press R.")
            open_tui()
    tour.about_the_end()


def _first_visit(folder: Path, world: World, pier: Pier, server: DemoServer) -> None:
    tour.introduce(world, pier, server, folder)
    with _desk(folder) as desk:
        tour.collect_first(desk)
        tour.collect_again(desk)
        tour.collect_edits(desk, server)
        tour.attend(desk)
        tour.mute(desk)
        tour.authors(desk)
    tour.themes(folder)
    with _desk(folder) as desk:
        tour.search(desk)
        tour.tell_story(desk)


@contextmanager
def _desk(folder: Path) -> Iterator[Desk]:
    workspace = load_workspace(folder)
    start_logging(workspace.paths.log)
    with open_desk(workspace) as desk:
        yield desk


def _serve_again(mark: Mark) -> DemoServer | None:
    """The same world where it was before; ``None`` where another program has its port."""
    with suppress(OSError):
        return DemoServer(make_world(mark.seed, mark.now), Pier(mark.now), mark.port)
    return None
