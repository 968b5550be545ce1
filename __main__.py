"""``python -m hubbub``: the same as the command ``hubbub``."""

from .cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
