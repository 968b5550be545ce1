"""Fuzzes the tokeniser: see ``harness``."""

from harness import fuzz

fuzz(
    "check_tokens",
    [
        "The Acme phone", "Ștefan Ştefan", "Λόγος ΛΟΓΟΣ", "Straße ½ ⑴ ŉ", "الهَاتِف هــاتف", "日本語 ｶﾞ 한국어", "हिन्दी ไทย",
        "👍🏽 👨‍👩‍👧 🇷🇴 1️⃣", "#acme_phone @acme@social.example", "https://acme.example/caf%C3%A9?x=1#y",
        "a\u0301\u200b\u00ad\0\ud800",
    ],
)  # fmt: skip
