"""The entry point of the command ``hubbub``: what must be quick is answered before anything else is imported."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence

from .. import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name); gives the exit code of :class:`hubbub.cli.exits.Exit`."""
    args = list(sys.argv[1:] if argv is None else argv)
    if args == ["--version"]:
        print(f"hubbub {__version__}")
        return 0
    # At the end the interpreter would go through everything twice, in search of cycles: a tenth of a quick command's time.
    atexit.register(gc.freeze)
    try:
        from .garbage import look_seldom
        from .program import run

        look_seldom()
        return run(args)
    except KeyboardInterrupt:
        # Before the frame of commands stands, which has more to say: nothing was begun.
        print("Stopped.", file=sys.stderr)
        return 130
