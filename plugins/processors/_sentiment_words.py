"""The words that turn, weigh against and connect, of the languages that sentiment is judged in: lists of our own."""

from __future__ import annotations

NEGATORS: dict[str, str] = {
    "ar": "لا ليس ليست ما لم لن مش مو غير بدون ولا",
    "bg": "не няма нито никога без",
    "ca": "no ni mai sense cap tampoc",
    "cs": "ne není nejsou nikdy bez ani nic",
    "da": "ikke ingen aldrig uden intet",
    "de": "nicht kein keine keinen keinem keiner nie niemals ohne nichts weder",
    "el": "δεν δε μην μη όχι ποτέ χωρίς ούτε κανένας καμία καθόλου τίποτα",
    "en": "not no never cannot cant dont wont isnt wasnt didnt doesnt arent werent couldnt wouldnt shouldnt hasnt havent hadnt "
    "aint nor neither without nothing nobody hardly barely",
    "es": "no nunca jamás ni sin tampoco nadie nada ningún ninguna",
    "fi": "ei en et emme eivät ilman koskaan",
    "fr": "ne n pas jamais ni sans aucun aucune plus rien personne",
    "gl": "non nunca nin sen tampouco nada",
    "hi": "नहीं न मत ना nahi nahin nai mat na bina",
    "hr": "ne nije nema nikad bez ni ništa",
    "hu": "nem ne nincs soha sem nélkül",
    "it": "non mai né senza nessuno niente nulla nessuna",
    "nl": "niet geen nooit zonder niets noch",
    "no": "ikke ingen aldri uten ingenting",
    "pl": "nie nigdy bez ani nic brak",
    "pt": "não nunca jamais nem sem ninguém nada nenhum nenhuma",
    "ro": "nu niciodată nici fără n nimeni nimic deloc niciun nicio",
    "ru": "не нет ни никогда без ничего",
    "sr": "не није нема никад без ne nije nema nikad bez",
    "sv": "inte ingen aldrig utan inget",
    "tr": "değil yok hiç asla",
    "uk": "не немає ні ніколи без нічого",
}
"""What turns the words after it into their contrary."""

CONTRASTS: dict[str, str] = {
    "ar": "لكن ولكن بس بينما",
    "de": "aber doch jedoch sondern während hingegen dagegen obwohl",
    "el": "αλλά όμως ωστόσο μα ενώ αντίθετα",
    "en": "but however although though yet while whereas except unlike",
    "es": "pero sino aunque mientras excepto",
    "fr": "mais cependant pourtant alors tandis sauf quoique",
    "hi": "लेकिन मगर पर lekin magar par",
    "it": "ma però tuttavia mentre invece eppure",
    "pt": "mas porém contudo embora enquanto",
    "ro": "dar însă totuși ci iar deși",
}
"""What sets the words after it against those before."""
