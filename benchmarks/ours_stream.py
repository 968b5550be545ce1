"""A replay of synthetic events of Jetstream: how many a second one core filters, with topics of so many queries.

Usage: ``ours_stream.py EVENTS QUERIES``. Times the test before parsing alone, and all of it: the frames of a WebSocket taken
apart, the test, and what passes it parsed, mapped and matched again; and this where a fifth of the queries are beginnings of
words. In seconds of the processor.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from socket import socketpair

from posts import word

from hubbub.cli.garbage import look_seldom
from hubbub.core.sieving import Sieve
from hubbub.core.values import Topic
from hubbub.core.websocket import WebSocket

SPOKEN_OF = 0.02
"""The share of posts that name one of the brands."""
LANGS = ("en", "es", "ja", "pt", "de", "el")
ACCENTS = str.maketrans("aeo", "áéö")


def events(count: int) -> list[bytes]:
    """Posts, answers with quotes, lines and links, in several languages; a few deletions and identities."""
    rng = random.Random(11)
    began = int(datetime(2026, 6, 14, tzinfo=UTC).timestamp() * 1_000_000)
    made: list[bytes] = []
    for number in range(count):
        did = f"did:plc:{''.join(rng.choices('abcdefghijklmnopqrstuvwxyz234567', k=24))}"
        rkey = "".join(rng.choices("234567abcdefghijklmnopqrstuvwxyz", k=13))
        lang = rng.choice(LANGS)
        said = " ".join(word(min(int(rng.paretovariate(0.9)), 60_000)) for _ in range(rng.randrange(4, 40)))
        if rng.random() < SPOKEN_OF:
            said += f" {brand(rng.randrange(200))}"
        if lang in ("es", "pt", "de"):
            said = said.translate(ACCENTS)
        if rng.random() < 0.3:
            said = said.replace(" ", "\n", 1)
        if rng.random() < 0.3:
            said += " 🎉 “" + said[:20] + "”"
        if lang == "ja":
            said += " 今日は天気がいい"
        record: dict[str, object] = {
            "$type": "app.bsky.feed.post",
            "createdAt": "2026-06-14T09:00:00.000Z",
            "langs": [lang],
            "text": said,
        }
        if rng.random() < 0.4:
            place = {"cid": f"bafyrei{rkey * 4}", "uri": f"at://{did}/app.bsky.feed.post/{rkey}"}
            record["reply"] = {"parent": place, "root": place}
        if rng.random() < 0.2:
            record["embed"] = {
                "$type": "app.bsky.embed.external",
                "external": {
                    "uri": f"https://press.example/{word(number % 500)}/{number}",
                    "title": said[:40],
                    "description": said[:80],
                },
            }
        commit = {
            "rev": rkey,
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": rkey,
            "record": record,
            "cid": "bafy",
        }
        if rng.random() < 0.05:
            commit = {"rev": rkey, "operation": "delete", "collection": "app.bsky.feed.post", "rkey": rkey}
        event = {"did": did, "time_us": began + number * 1000, "kind": "commit", "commit": commit}
        made.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())
    return made


def brand(number: int) -> str:
    """A name that is no common word."""
    return f"{word(30_000 + number)}{word(40_000 + number)}ra"


def topics(queries: int, *, shapes: bool = False) -> list[Topic]:
    """So many queries: words with their forms, exact words and phrases; with ``shapes``, beginnings of words, too."""
    forms = ("{}", "={}", '"{} {}"', "#{} OR {}", *("{}*",) * shapes)
    return [Topic(name=f"t{n}", query=forms[n % len(forms)].format(brand(n), brand(n + 1))) for n in range(queries)]


def main() -> None:
    """Measure and print."""
    count, queries = int(sys.argv[1]), int(sys.argv[2])
    made, asked = events(count), topics(queries)
    Sieve(asked).passes(made[0])  # the stemmers are loaded
    sieve = Sieve(asked)
    began = time.process_time()
    passed = sum(map(sieve.passes, made))
    sieving = time.process_time() - began
    whole, found = replay(made, asked)
    shaped, _ = replay(made, topics(queries, shapes=True))
    out = {"events": count, "bytes": sum(map(len, made)), "passed": passed, "found": found}
    print(json.dumps(out | {"sieving": sieving, "whole": whole, "shaped": shaped}))


def replay(made: list[bytes], asked: list[Topic]) -> tuple[float, int]:
    """Seconds and mentions of the whole way, the network apart: a thread hands over frames that were made before."""
    from websockets.client import ClientProtocol
    from websockets.frames import Frame, Opcode
    from websockets.protocol import State
    from websockets.uri import parse_uri

    from hubbub.plugins.sources.jetstream import JetstreamFetcher, JetstreamOptions, _Gathered
    from hubbub.testing.sources import context

    frames = b"".join(Frame(Opcode.TEXT, message).serialize(mask=False) for message in made)
    ours, theirs = socketpair()

    def send() -> None:
        with theirs:
            theirs.sendall(frames)

    with tempfile.TemporaryDirectory() as folder:
        fetcher = JetstreamFetcher(JetstreamOptions(hydrate=False), context(Path(folder)))
        gathered, sieve = _Gathered(None), Sieve(asked)
        socket = WebSocket(ours, ClientProtocol(parse_uri("ws://stream.example"), state=State.OPEN), "ws://stream.example")
        threading.Thread(target=send, daemon=True).start()
        began = time.process_time()
        for message in socket.messages(threading.Event()):
            if message is not None:
                fetcher.take(message, gathered, sieve)
        return time.process_time() - began, len(gathered.found)


if __name__ == "__main__":
    look_seldom()  # as every command of hubbub does
    main()
