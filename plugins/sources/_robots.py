"""What a site allows programs to read (robots.txt, RFC 9309): asked once a day for each host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ...core.contracts import Allowance, Context, Rate
from ...core.errors import SourceBroken, SourceError, SourceLimited, SourceRefused, SourceUnreachable
from ...core.fields import moment_of
from ._keeping import digest, keep, kept
from ._raw import host_of, origin

if TYPE_CHECKING:
    from protego import Protego

TOKEN = "hubbub"
"""What a site calls us in its robots.txt."""
MAX_BYTES = 512_000
"""The standard asks for 500 KiB at least."""
FRESH = timedelta(days=1)
USABLE = timedelta(days=30)
"""How long what was read last still counts where it cannot be read again."""
LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host."""

    parsed: Protego
    host: str

    def demand(self, url: str) -> None:
        """Raise ``SourceRefused`` where the page may not be read."""
        if not self.parsed.can_fetch(url, TOKEN):
            raise SourceRefused(
                f"The robots.txt of {self.host} does not allow programs to read this page. Look for a feed of the site.",
                url=url,
            )

    @property
    def delay(self) -> float:
        """Seconds that the site wants between two pages; 0 where it does not say."""
        return min(float(self.parsed.crawl_delay(TOKEN) or 0), LONGEST_DELAY)

    @property
    def allowance(self) -> Allowance | None:
        """The same, for the client."""
        return (
            Allowance(name=f"robots.txt of {self.host}", rates=(Rate(requests=1, seconds=self.delay),)) if self.delay else None
        )

    @property
    def sitemaps(self) -> list[str]:
        """Addresses of sitemaps that it names."""
        return list(self.parsed.sitemaps)


class Robots:
    """Keeps the rules of hosts in the plugin's folder. Make one for each run."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: dict[tuple[str, str], Rules] = {}

    def of(self, url: str) -> Rules:
        """The rules for an address. Raises a ``SourceError`` where they cannot be told: then nothing may be read now."""
        place = origin(url)
        if place not in self._told:
            self._told[place] = self._rules(url, *place)
        return self._told[place]

    def _rules(self, url: str, scheme: str, host: str) -> Rules:
        from protego import Protego

        file, now = self._context.data_dir / f"robots-{digest(scheme, host)}.json", self._context.now()
        known = kept(file)
        text, read_at = known.get("text"), moment_of(known.get("at"))
        age = now - read_at if read_at else USABLE * 2
        if not isinstance(text, str) or not timedelta(0) <= age < FRESH:
            try:
                text = self._read(f"{scheme}://{host}/robots.txt")
            except SourceError:
                if not isinstance(text, str) or age > USABLE:
                    raise
            else:
                keep(file, {"at": now.isoformat(), "text": text})
        try:
            return Rules(Protego.parse(text), host_of(url))
        except Exception as error:  # a parser of strangers' bytes
            raise SourceBroken(f"The robots.txt of {host} cannot be read ({error}).", url=url) from error

    def _read(self, url: str) -> str:
        try:
            return self._context.http.get(url, max_bytes=MAX_BYTES).content.decode("utf-8", "replace")
        except SourceLimited:
            raise
        except SourceUnreachable as error:
            words = f"{error} Without its robots.txt nothing of a site is read."
            raise SourceUnreachable(words, url=error.url, status=error.status, said=error.said) from error
        except SourceError as error:
            if 400 <= error.status < 500:
                return ""  # there is none: everything is allowed (RFC 9309, 2.3.1.3)
            raise
