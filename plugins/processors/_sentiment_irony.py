"""Marks of irony: few, plain, and each a reason that can be shown.

Irony cannot be read off words reliably (people disagree about it, too), so a mark never turns a judgement. It only takes away
the certainty of praise.
"""

from __future__ import annotations

import re

from ._sentiment_clauses import Stretch

_SAID = (
    # thanks for nothing
    r"thanks? (?:you )?(?:so much )?for nothing|gracias por nada|merci pour rien|danke fur nichts|grazie (?:di|per) niente"
    r"|obrigad[oa] por nada|multumesc pentru nimic|mersi pentru nimic|ευχαριστ\w+ για (?:το )?τιποτα"
    # said to be irony
    r"|#?\b(?:sarcas[mt]\w*|irony|ironic|ironia|ironie|ειρωνεια)\b|(?<!\S)/s\b"
    # just what we needed
    r"|just what (?:i|we) needed|lo que (?:me |nos )?faltaba|(?:il )?ne manquait plus que"
    r"|das hat(?: mir| uns)? (?:gerade )?noch gefehlt|ci mancava solo|so faltava|asta (?:imi |ne )?mai lipsea|αυτο μας ελειπε"
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
    r"again|once more|yet another|otra vez|de nuevo|una vez mas|encore une fois|schon wieder|(?:un')?altra volta|outra vez"
    r"|din nou|iarasi|iar (?:a|au|nu)|παλι|ξανα"
    # time that was lost
    r"|(?:hours?|days?|weeks?) (?:of )?(?:waiting|on hold|later)|on hold|(?:horas?|dias?|semanas?) (?:esperando|de espera)"
    r"|esperando (?:\w+ ){1,3}(?:horas?|dias?|semanas?)|heures? d'attente|stunden (?:warten|warteschlange)|ore di attesa"
    r"|(?:ore|zile|saptamani) (?:de asteptare|de asteptat)|(?:ωρες|μερες|εβδομαδες) αναμονη\w*"
)
_TELLTALES = (
    "for nothing", "por nada", "pour rien", "fur nichts", "niente", "pentru nimic", "τιποτα", "sarcas", "iron", "ειρωνεια",
    "/s", "just what", "faltaba", "manquait", "gefehlt", "mancava", "faltava", "lipsea", "ελειπε",
)  # fmt: skip
"""Whatever is said to be irony has one of these, and is looked for only where one stands: most texts have none."""
_PRAISES = tuple(re.split(r"[\\[]", praise)[0] for praise in _PRAISE.split("|"))
"""The same of praise."""
_SAID_SO = re.compile(_SAID)
_FEIGNED = re.compile(rf"\b(?:{_PRAISE})\b[^\n]{{0,120}}?\b(?:{_TROUBLE})\b")
_FACES = re.compile("[🙄🙃🤡😒😏🤦💩🖕]")


def marks(folded: str) -> tuple[Stretch, ...]:
    """Where a text, folded as :meth:`Reading.folded` does, bears marks of irony, in code points; empty where it bears none."""
    patterns = (
        *((_SAID_SO,) if any(map(folded.__contains__, _TELLTALES)) else ()),
        *((_FEIGNED,) if any(map(folded.__contains__, _PRAISES)) else ()),
        _FACES,
    )
    return tuple(match.span() for pattern in patterns for match in pattern.finditer(folded))
