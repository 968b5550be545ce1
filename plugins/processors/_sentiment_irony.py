"""Marks of irony: few, plain, and each a reason that can be shown.

Irony cannot be read off words reliably (people disagree about it, too), so a mark never turns a judgement. It only takes away
the certainty of praise.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ._sentiment_clauses import Stretch
from ._sentiment_model import GRAMS, Features
from ._sentiment_table import Table
from ._sentiment_text import Reading, fingerprints

_SAID = (
    # thanks for nothing
    r"thanks? (?:you )?(?:so much )?for nothing|gracias por nada|merci pour rien|danke fur nichts|grazie (?:di|per) niente"
    r"|obrigad[oa] por nada|multumesc pentru nimic|mersi pentru nimic|ευχαριστ\w+ για (?:το )?τιποτα"
    # said to be irony
    r"|#?\b(?:sarcas[mt]\w*|irony|ironic|ironia|ironie|ειρωνεια)\b|(?<!\S)/s\b"
    # just what we needed
    r"|just what (?:i|we) needed|lo que (?:me |nos )?faltaba|(?:il )?ne manquait plus que"
    r"|das hat(?: mir| uns)? (?:gerade )?noch gefehlt|ci mancava solo|so faltava|asta (?:imi |ne )?mai lipsea|αυτο μασ ελειπε"
)
_PRAISE = (
    r"great|awesome|brilliant|fantastic|wonderful|lovely|perfect|bravo|congrat\w*|well done|good job|nice job"
    r"|genial|que bien|maravill\w+|estupend\w+|fantastic\w*|perfect[oa]?|enhorabuena|felicidades|felicitaciones"
    r"|super|bravo|genial|felicitari|minunat|excelent|ce frumos|parfait|felicitations|formidable"
    r"|toll|klasse|super|gluckwunsch|wunderbar|fantastisch|complimenti|fantastico|parabens|otimo"
    r"|μπραβο|συγχαρητηρια|τελεια|υπεροχα|εξαιρετικα"
)
_TROUBLE = (
    # once more
    r"again|once more|yet another|otra vez|de nuevo|una vez mas|encore une fois|schon wieder|(?:un['’])?altra volta|outra vez"
    r"|din nou|iarasi|iar (?:a|au|nu)|παλι|ξανα"
    # time that was lost
    r"|(?:hours?|days?|weeks?) (?:of )?(?:waiting|on hold|later)|on hold|(?:horas?|dias?|semanas?) (?:esperando|de espera)"
    r"|esperando (?:\w+ ){1,3}(?:horas?|dias?|semanas?)|heures? d['’]attente|stunden (?:warten|warteschlange)|ore di attesa"
    r"|(?:ore|zile|saptamani) (?:de asteptare|de asteptat)|(?:ωρεσ|μερεσ|εβδομαδεσ) αναμονη\w*"
)
_TELLTALES = (
    "for nothing", "por nada", "pour rien", "fur nichts", "niente", "pentru nimic", "τιποτα", "sarcas", "iron", "ειρωνεια",
    "/s", "just what", "faltaba", "manquait", "gefehlt", "mancava", "faltava", "lipsea", "ελειπε",
)  # fmt: skip
"""Whatever is said to be irony has one of these. Like all rules here they are written as texts are folded: ``ς`` is ``σ``."""
_PRAISES = tuple(re.split(r"[\\[]", praise)[0] for praise in _PRAISE.split("|"))
"""The same of praise."""
_SAID_SO = re.compile(_SAID)
_FEIGNED = re.compile(rf"\b(?:{_PRAISE})\b[^\n]{{0,120}}?\b(?:{_TROUBLE})\b")
_FACES = "🙄🙃🤡😒😏🤦💩🖕"
_FACE = re.compile(f"[{_FACES}]")


def suspects(reading: Reading, features: Features) -> NDArray[np.bool_]:
    """Which texts have something that all marks of irony have: no other one bears any."""
    found = np.zeros(len(reading.codes), np.bool_)
    for face in _FACES:
        found |= reading.codes == ord(face)
    for prints, table in zip(features.stretches, _beginnings(), strict=True):
        found[table.find(prints)[0]] = True
    return np.bincount(reading.rows, found, minlength=reading.rows_count) > 0


@cache
def _beginnings() -> list[Table]:
    """By length of n-gram what telltales and praise begin with, each as long as there are n-grams, if it is itself."""
    by_size: dict[int, list[int]] = {size: [] for size in GRAMS}
    for telltale in (*_TELLTALES, *_PRAISES):
        size, one = min(len(telltale), max(GRAMS)), Reading([telltale])
        by_size[size] += fingerprints(one.hashes(slice(1, 2), slice(1 + size, 2 + size), size)).tolist()
    return [Table(np.unique(np.array(prints, np.uint32))) for prints in by_size.values()]


def marks(folded: str) -> tuple[Stretch, ...]:
    """Where a text, folded as :meth:`Reading.folded` does, bears marks of irony, in code points; empty where it bears none."""
    return tuple(match.span() for pattern in (_SAID_SO, _FEIGNED, _FACE) for match in pattern.finditer(folded))
