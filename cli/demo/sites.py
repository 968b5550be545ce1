"""The invented places of the demo: what each feed is called, which format it has, and what is said there how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .posts import Kind

Format = Literal["rss2", "rss091", "rss1", "atom", "json", "podcast", "comments", "broken"]

Quota = Mapping[Kind, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One feed of the demo's world."""

    id: str
    """The source's id in the workspace, and the first part of the feed's path."""
    title: str
    home: str
    """Where its posts say that they live; nothing answers there."""
    lang: str
    format: Format
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    """How many generated posts of each kind, by language."""
    encoding: str = "utf-8"
    validators: bool = True
    """Whether its server knows ETag and answers 304; the others send the same body again."""
    titled: bool = True
    """Whether its posts have headlines."""
    every: str = "15m"
    keep: str = "matches"

    @property
    def path(self) -> str:
        """The feed's path on the demo's server."""
        return f"/{self.id}/feed.json" if self.format == "json" else f"/{self.id}/feed.xml"


def _talk(**counts: int) -> Quota:
    return {Kind(kind): count for kind, count in counts.items()}


_FORUM = _talk(news=2, question=6, complaint=4, battery=8, fix=4, praise=4, lead=4, rival=3, campaign=2, noise=4)
_BLOG = _talk(news=4, question=2, complaint=3, battery=4, fix=3, praise=4, lead=2, rival=3, campaign=3, noise=3)
_SQUARE = _talk(question=2, complaint=3, battery=4, fix=2, praise=3, rival=2, campaign=4, noise=2)

SITES = (
    Site(id="courier", title="The Northbridge Courier: Technology", home="https://courier.example", lang="en", format="rss2",
         quotas={"en": _talk(news=10, rival=3, noise=3)}),
    Site(id="bahia", title="Diario La Bahía", home="https://bahia.example", lang="es", format="atom",
         quotas={"es": _talk(news=6, question=2, battery=4, praise=3, lead=2, rival=3, campaign=3, noise=3)}),
    Site(id="gadget", title="Forum Gadget", home="https://forum-gadget.example", lang="ro", format="rss2",
         quotas={"ro": _FORUM}),
    Site(id="steki", title="Στέκι Τεχνολογίας", home="https://steki.example", lang="el", format="rss2", quotas={"el": _FORUM},
         encoding="iso-8859-7", validators=False),
    Site(id="carnet", title="Le carnet de Lucie", home="https://carnet.example", lang="fr", format="rss1", quotas={"fr": _BLOG},
         every="1h"),
    Site(id="werkbank", title="Utes Werkbank", home="https://werkbank.example", lang="de", format="atom", quotas={"de": _BLOG},
         every="1h"),
    Site(id="plaza", title="Plaza, the public square", home="https://plaza.example", lang="", format="json", titled=False,
         every="5m", quotas={
             "en": _talk(question=4, complaint=2, battery=4, fix=2, praise=3, lead=2, rival=3, campaign=6, noise=3),
             "es": _SQUARE,
             "ro": _talk(question=2, complaint=2, battery=3, fix=2, praise=2, rival=2, campaign=2, noise=1),
             "el": _talk(question=2, complaint=2, battery=3, fix=2, praise=2, rival=2, campaign=2, noise=1),
             "fr": _talk(battery=2, praise=1, rival=1, campaign=2, noise=1),
             "de": _talk(battery=2, praise=1, rival=1, campaign=2, noise=1),
         }),
    Site(id="board", title="Harbour Street Notice Board", home="https://harbour-board.example", lang="en", format="rss091",
         quotas={"en": _talk(question=5, complaint=3, battery=4, lead=3, noise=6)}, validators=False),
    Site(id="podcast", title="Pocket Circuit", home="https://pocket-circuit.example", lang="en", format="podcast", every="6h"),
    Site(id="notes", title="Comments on Acme Field Notes", home="https://notes.acme.example", lang="", format="comments",
         validators=False, quotas={
             "en": _talk(question=3, complaint=2, fix=3, praise=3),
             "es": _talk(question=2, fix=1, praise=1),
             "ro": _talk(question=2, fix=1),
             "de": _talk(question=1, praise=1, fix=1),
             "fr": _talk(question=1, complaint=1),
         }),
    Site(id="streetlight", title="Streetlight Reviews", home="https://streetlight.example", lang="en", format="broken",
         quotas={"en": _talk(praise=4, complaint=3, rival=2, lead=1)}, validators=False),
    Site(id="wire", title="Gridline Wire", home="https://gridline-wire.example", lang="en", format="atom"),
    Site(id="oddities", title="Odd Corner", home="https://odd-corner.example", lang="en", format="rss2", keep="all"),
)  # fmt: skip
"""All feeds that answer."""

GONE = "closed"
"""Id and folder of a feed that was taken down: it answers 410, so that a source in trouble can be seen."""


def site(site_id: str) -> Site:
    """The site of this id."""
    return next(place for place in SITES if place.id == site_id)
