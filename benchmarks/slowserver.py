"""Many slow sites on one port of loopback: ``python slowserver.py SECONDS`` prints its port and serves until it is ended.

A site is what a request calls its host. Each path of each is a feed of ten entries that never changes and has a tag, answered
after so many seconds. When requests arrive is written down; ``/__arrivals`` gives these times by host, and forgets them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

LATENCY = float(sys.argv[1])
ENTRIES = 10
arrivals: dict[str, list[float]] = {}


def feed(host: str, path: str) -> bytes:
    """A feed of this site."""
    items = "".join(
        f"<item><title>acme {number}</title><guid>http://{host}{path}#{number}</guid>"
        f"<description>what {host} says of acme, {number}</description></item>"
        for number in range(ENTRIES)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            arrived = time.monotonic()
            path = head[0].split(" ")[1]
            headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            host = headers["host"].partition(":")[0]
            if path == "/__arrivals":
                body = json.dumps(arrivals).encode()
                arrivals.clear()
                await answer(writer, "200 OK", body)
                continue
            arrivals.setdefault(host, []).append(arrived)
            await asyncio.sleep(LATENCY)
            known = headers.get("if-none-match") == f'"{path}"'
            await answer(writer, "304 Not Modified" if known else "200 OK", b"" if known else feed(host, path), path)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def answer(writer: asyncio.StreamWriter, status: str, body: bytes, tag: str = "") -> None:
    """Send one answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/rss+xml"]
    lines += [f'ETag: "{tag}"'] if tag else []
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()


async def main() -> None:
    """Serve for ever."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
