"""Foreign text made safe to keep and to show: nothing in it can steer a terminal or turn a line around."""

from __future__ import annotations

import re

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")
_ANSI = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # strings: titles, links, devices
    "|\x1b[ -/]*[0-~]"  # everything else, an opened string that never ends included
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_BREAKS = re.compile("[\n\t]+")


def clean(text: str, *, newlines: bool = True) -> str:
    """Foreign text without escape sequences, control characters, bidi overrides and lone surrogates.

    Line ends become ``\\n``; tabs stay. With ``newlines=False`` both become a space, as one-line widgets need. Takes time
    in proportion to the text and is idempotent.
    """
    if text.isprintable():  # no line ends and tabs either: nearly all that is shorter than a paragraph
        return text
    if _UNSAFE.search(text):
        # Halves of one character that a broken encoder kept apart are joined; those without a partner are replaced.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _ANSI.sub("", text)
        text = _LINE_ENDS.sub("\n", text)
        text = _CONTROLS.sub("", text)
    return text if newlines or not ("\n" in text or "\t" in text) else _BREAKS.sub(" ", text)
