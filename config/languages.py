"""Language codes (ISO 639-1), and what people write instead of them."""

from __future__ import annotations

_TWO_LETTERS = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
    eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl
    km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj
    om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
    tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
CODES = frozenset(_TWO_LETTERS.split())
"""The two-letter codes."""

_MEANT = {
    **dict.fromkeys(("gr", "gre", "ell", "greek"), "el"),
    **dict.fromkeys(("sp", "spa", "mx", "spanish", "español", "castellano"), "es"),
    **dict.fromkeys(("gb", "us", "uk-en", "eng", "english"), "en"),
    **dict.fromkeys(("ron", "rum", "md", "mo", "romanian", "română"), "ro"),
    **dict.fromkeys(("ger", "deu", "at", "german", "deutsch"), "de"),
    **dict.fromkeys(("fra", "fre", "french", "français"), "fr"),
    **dict.fromkeys(("ita", "italian", "italiano"), "it"),
    **dict.fromkeys(("br-pt", "por", "portuguese", "português"), "pt"),
    **dict.fromkeys(("jp", "jpn", "japanese"), "ja"),
    **dict.fromkeys(("cn", "chi", "zho", "chinese"), "zh"),
    **dict.fromkeys(("kor", "korean"), "ko"),
    **dict.fromkeys(("dk", "dan", "danish"), "da"),
    **dict.fromkeys(("cz", "ces", "czech"), "cs"),
    **dict.fromkeys(("swe", "swedish"), "sv"),
    **dict.fromkeys(("ua", "ukr", "ukrainian"), "uk"),
    **dict.fromkeys(("rus", "russian"), "ru"),
    **dict.fromkeys(("tur", "turkish"), "tr"),
    **dict.fromkeys(("dut", "nld", "dutch"), "nl"),
    **dict.fromkeys(("pol", "polish"), "pl"),
    **dict.fromkeys(("iw", "hebrew"), "he"),
    **dict.fromkeys(("in", "indonesian"), "id"),
    **dict.fromkeys(("arabic", "ara"), "ar"),
}


def parse_language(text: str) -> str:
    """Read a language code; raises ``ValueError`` with the code that was probably meant."""
    code = text.strip().casefold()
    if code in CODES:
        return code
    meant = _MEANT.get(code) or (code[:2] if code[2:3] in ("-", "_") and code[:2] in CODES else "")
    advice = f"write {meant!r}" if meant else "write two letters, as 'en', 'es', 'ro' or 'el'"
    raise ValueError(f"{text!r} is not an ISO 639-1 language code; {advice}")
