"""The API of Bluesky: requests, and the login of those who have one.

A login is kept in the plugin's folder of the workspace, readable by its owner only: logging in is limited to 30 times in five
minutes and 300 times a day, renewing a login is not (bluesky-social/atproto, rate limits, 2026).
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import SecretStr

from ...core.contracts import Allowance, Context, Rate, Response
from ...core.errors import SourceBroken, SourceError, SourceNeedsKey, SourceRefused
from ...core.fields import Fields, UnexpectedField, list_in, map_each, moment_of, object_of
from ...core.values import Mention
from ._bluesky_mapping import PLATFORM, Profile, map_view, profile_of, ref_of
from ._keeping import digest, keep, kept
from ._raw import host_of, text_of

BATCH = 25
"""Posts, or profiles, that one request may ask for (lexicons ``getPosts`` and ``getProfiles``, 2026)."""
_RENEW_BEFORE = timedelta(minutes=2)
_HALF = (Rate(requests=15, seconds=300.0), Rate(requests=150, seconds=86_400.0))

NO_LOGIN = (
    "Without a login Bluesky gives one page of a search, and refuses even that from many networks. Give this source identifier "
    "and app_password (Settings > Privacy and security > App passwords), or listen with the plugin jetstream instead."
)


class Bluesky:
    """Asks the API; logged in, through the user's own server. Thread-safe."""

    def __init__(self, context: Context, server: str, login: Login | None = None) -> None:
        self._context, self._server, self._login = context, server, login
        self._profiles: dict[str, Profile] = {}

    def get(self, method: str, params: Mapping[str, str | int | Sequence[str]]) -> Response:
        """Ask a method of ``app.bsky``."""
        pairs = [(k, each) for k, v in params.items() for each in ([v] if isinstance(v, str | int) else v)]
        path = f"/xrpc/{method}?{urlencode(pairs)}"
        if self._login is None:
            try:
                return self._context.http.get(f"{self._server}{path}")
            except SourceError as error:
                raise self._meant(error) from error
        try:
            return self._context.http.get(f"{self._login.server}{path}", headers=self._login.headers())
        except (SourceNeedsKey, SourceBroken) as error:
            if error.status != 401 and "token" not in error.said.lower():
                raise
            self._login.end()  # it was ended elsewhere: a new one, once
        return self._context.http.get(f"{self._login.server}{path}", headers=self._login.headers())

    def posts(self, uris: Sequence[str]) -> Iterator[tuple[Sequence[str], list[Fields]]]:
        """Addresses of posts, as many as one request may ask for, and those of them that there are."""
        for part in _pieces(uris):
            answer = object_of(self.get("app.bsky.feed.getPosts", {"uris": part}))
            yield part, [Fields(view) for view in list_in(answer, "posts") if isinstance(view, Mapping)]

    def profiles(self, dids: Sequence[str]) -> Mapping[str, Profile]:
        """What profiles tell; asked once for each author, and left out where it cannot be had: posts matter more."""
        wanted = [did for did in dict.fromkeys(dids) if did and did not in self._profiles]
        for part in _pieces(wanted):
            try:
                answer = object_of(self.get("app.bsky.actor.getProfiles", {"actors": part}))
                self._profiles.update(profile_of(Fields(each)) for each in list_in(answer, "profiles"))
            except (SourceError, UnexpectedField) as error:
                self._context.log.info("profiles are left out: %s", error)
                break
        return self._profiles

    def refreshed(self, mentions: Sequence[Mention], at: datetime) -> Iterator[tuple[str, Mention | None]]:
        """Ref and mention as it is now, or ref and ``None`` where it is gone: one request for 25 mentions."""
        for part, views in self.posts([m.key for m in mentions if m.platform == PLATFORM and ref_of(m.key)]):
            authors = [view.raw.get("author") for view in views]
            profiles = self.profiles([str(each.get("did") or "") for each in authors if isinstance(each, Mapping)])
            found, _ = map_each([view.raw for view in views], lambda view: map_view(view, at, profiles))  # noqa: B023
            there, given = {mention.key: mention for mention in found}, {view.raw.get("uri") for view in views}
            for uri in part:
                if uri in there or uri not in given:
                    yield f"{PLATFORM}:{uri}", there.get(uri)

    def check_login(self) -> str:
        """Who is logged in; empty without a login."""
        return self._login.identifier if self._login and self._login.headers() else ""

    def _meant(self, error: SourceError) -> SourceError:
        if error.status == 403:
            said = f" (“{error.said}”)" if error.said else ""
            host = host_of(self._server)
            return SourceRefused(f"{host} refuses to answer{said}. {NO_LOGIN}", url=error.url, status=403, said=error.said)
        if error.status == 401:
            return SourceNeedsKey(f"This needs a login. {NO_LOGIN}", url=error.url, status=401, said=error.said)
        return error


class Login:
    """A login at the user's own server, by an app password."""

    def __init__(self, context: Context, server: str, identifier: str, password: SecretStr) -> None:
        self.server, self.identifier = server, identifier
        self._context, self._password = context, password
        self._file = context.data_dir / f"session-{digest(server, identifier)}.json"
        self._access = self._renewal = ""
        self._lock = threading.Lock()
        host = host_of(server)
        # Other programs of the user log in, too; half of what is allowed is plenty.
        self._allowance = Allowance(name=f"logins of {identifier} at {host}", rates=_HALF)

    def __repr__(self) -> str:
        return f"Login({self.identifier!r})"

    def headers(self) -> dict[str, str]:
        """A token that holds for the next minutes, in a header. Raises ``SourceNeedsKey`` where the password is wrong."""
        with self._lock:
            if not self._access:
                known = kept(self._file)
                self._access, self._renewal = text_of(known.get("access")), text_of(known.get("renewal"))
            if not self._holds(self._access):
                self._take(self._renewed() or self._logged_in())
            return {"Authorization": f"Bearer {self._access}"}

    def end(self) -> None:
        """Forget the login that is kept."""
        with self._lock, suppress(OSError):
            self._access = self._renewal = ""
            self._file.unlink(missing_ok=True)

    def _renewed(self) -> Fields | None:
        """The login renewed; ``None`` where it has ended."""
        if not self._holds(self._renewal):
            return None
        try:
            # An empty form is an empty body, which is what this method wants.
            headers = {"Authorization": f"Bearer {self._renewal}"}
            return object_of(self._post("refreshSession", lambda url: self._context.http.post(url, headers=headers, form={})))
        except (SourceNeedsKey, SourceBroken):
            return None

    def _logged_in(self) -> Fields:
        body = {"identifier": self.identifier, "password": self._password.get_secret_value()}
        try:
            return object_of(
                self._post("createSession", lambda url: self._context.http.post(url, json=body, allowance=self._allowance))
            )
        except SourceNeedsKey as error:
            raise SourceNeedsKey(
                f"{host_of(self.server)} does not let {self.identifier} in (“{error.said}”). Check identifier and "
                "app_password; make a new one under Settings > Privacy and security > App passwords.",
                url=error.url,
                status=error.status,
            ) from error

    def _post(self, method: str, send: Callable[[str], Response]) -> Response:
        return send(f"{self.server}/xrpc/com.atproto.server.{method}")

    def _take(self, session: Fields) -> None:
        try:
            self._access, self._renewal = session.need("accessJwt"), session.need("refreshJwt")
        except UnexpectedField as error:
            raise SourceBroken(f"The answer to the login at {self.server} is not as documented: {error}.") from None
        keep(self._file, {"access": self._access, "renewal": self._renewal})

    def _holds(self, token: str) -> bool:
        ends = expires(token)
        return bool(token) and (ends is None or ends > self._context.now() + _RENEW_BEFORE)


def expires(token: str) -> datetime | None:
    """When a token (JWT) ends, as it says itself; ``None`` where it does not say."""
    with suppress(ValueError, IndexError):
        body = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return moment_of(said.get("exp")) if isinstance(said, Mapping) else None
    return None


def _pieces(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
