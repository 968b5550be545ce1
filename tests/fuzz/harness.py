"""Runs one property of ``fuzz_properties`` under atheris, guided by what code each input reaches.

``python tests/fuzz/fuzz_parser.py -max_total_time=60`` and any other option of libFuzzer; ``make fuzz`` runs all of them. What
fails is written to a file ``crash-…``; given that file as its argument, the script shows the failure again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["hubbub"]):
    import fuzz_properties


def fuzz(name: str, seeds: Sequence[str], *, pieces: Sequence[str] = ()) -> None:
    """Fuzz with strings until time is up or one fails; ``seeds`` are where it begins, ``pieces`` what it puts in."""
    check = getattr(fuzz_properties, name)

    def one_input(data: bytes) -> None:
        # Bytes that are no UTF-8 become lone surrogates, which strings from outside can have.
        check(data.decode("utf-8", "surrogateescape"))

    with TemporaryDirectory() as folder, NamedTemporaryFile("w", suffix=".dict", encoding="ascii") as dictionary:
        for piece in pieces:
            dictionary.write('"' + "".join(f"\\x{byte:02x}" for byte in piece.encode("utf-8")) + '"\n')
        dictionary.flush()
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed.encode("utf-8", "surrogatepass"))
        reproduces = any(not argument.startswith("-") for argument in sys.argv[1:])
        given = [f"-dict={dictionary.name}"] if pieces else []
        arguments = [*sys.argv, "-timeout=10", "-max_len=4096", *given, *([] if reproduces else [folder])]
        atheris.Setup(arguments, one_input)
        atheris.Fuzz()
