"""GitHub by its search, its REST and its GraphQL API: synthetic answers in the documented shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from hubbub.core.contracts import Checks, Converses, Refreshes
from hubbub.core.errors import SourceError, SourceGone, SourceLimited, SourceNeedsKey, SourceRefused
from hubbub.core.searchterms import SearchTerm
from hubbub.core.values import Health, Mention, MentionKind, Topic
from hubbub.plugins.sources.github import joined_terms, register_sources
from hubbub.testing.api import FakeApi
from hubbub.testing.api_contract import SECRET, ApiSourceContract
from hubbub.testing.fakes import FakeClock
from hubbub.testing.server import Answer
from hubbub.testing.sources import build, collect, context

START = datetime(2026, 6, 13, 9, 0, tzinfo=UTC)
ACME = (Topic(name="acme", query='acme OR "acme phone" OR (globex AND móvil)'),)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def issue(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": 9000 + number,
        "node_id": f"I_{number}",
        "number": number,
        "html_url": f"https://github.com/acme/sdk/issues/{number}",
        "title": f"Acme phone crashes {number}",
        "body": "<!-- fill this in -->\nLa batería **no** dura\n\n> cita",
        "user": {
            "login": "marta",
            "id": 7,
            "html_url": "https://github.com/marta",
            "avatar_url": "https://avatars.example/u/7?v=4",
            "type": "User",
        },
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": stamp(START + timedelta(minutes=number)),
        "comments": 2,
        "reactions": {"total_count": 6, "+1": 3, "-1": 1, "confused": 1, "heart": 1},
        **changes,
    }


ISSUES = [issue(number) for number in range(1, 131)]


def search(request: httpx.Request) -> Any:
    if request.url.path != "/search/issues":
        return None
    params = request.url.params
    since = datetime.fromisoformat(params["q"].partition("updated:>=")[2].split()[0])
    found = [one for one in ISSUES if datetime.fromisoformat(one["updated_at"]) >= since]
    page, size = int(params.get("page", "1")), int(params["per_page"])
    shown = found[(page - 1) * size : page * size]
    body = {"total_count": len(found), "incomplete_results": False, "items": shown}
    following = request.url.copy_set_param("page", page + 1)
    link = {"Link": f'<{request.url}>; rel="prev", <{following}>; rel="next"'} if page * size < len(found) else {}
    return body, link


def answering(request: httpx.Request) -> Any:
    found = search(request)
    if found is None or not found[1]:
        return found and found[0]
    return Answer(headers={"Content-Type": "application/json", **found[1]}, body=json.dumps(found[0]).encode())


class TestGitHub(ApiSourceContract):
    plugin, count, topics = "github", 130, ACME
    options: ClassVar[Mapping[str, Any]] = {"kinds": ["issue"], "token": SECRET}
    damaged = ("user", 17)

    def answer(self, request: httpx.Request) -> Any:
        """Pages follow by the header ``Link``; where a test changes answers, all is on one page."""
        if request.url.path == "/rate_limit":
            return {"resources": {"search": {"limit": 30}}}
        if self.api.changing:
            found = search(httpx.Request("GET", request.url.copy_set_param("per_page", 200)))
            return found and found[0]
        return answering(request)


def fetched(tmp_path: Path, api: FakeApi, **options: Any) -> list[Mention]:
    return collect(build("github", {"kinds": ["issue"], **options}, context(tmp_path, api.client())), topics=ACME).mentions


def test_followers_are_asked_for_together_with_a_token_and_remembered(tmp_path: Path) -> None:
    def wrote(number: int) -> dict[str, Any]:
        kind = "Bot" if number == 1 else "User"
        return issue(number, user={"login": f"u{number}", "id": number, "node_id": f"U_{number}", "type": kind})

    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> Any:
        if request.url.path != "/graphql":
            return {"items": [wrote(number) for number in range(1, 6)]}
        asked.append(json.loads(request.content)["variables"]["ids"])
        numbers = [int(node.removeprefix("U_")) for node in asked[-1]]
        people = [{"databaseId": number, "followers": {"totalCount": 10 * number}} for number in numbers]
        return {"data": {"nodes": [None, {}, *people[2:]]}, "errors": [{"type": "NOT_FOUND", "message": "gone"}]}

    def followers(answering: Any, **options: Any) -> list[int | None]:
        found = fetched(tmp_path, FakeApi(answering), **options)
        return [mention.author.followers for mention in found if mention.author]

    assert followers(answer) == [None] * 5
    assert asked == []
    assert followers(answer, token=SECRET) == [None, None, None, 40, 50]
    assert asked == [["U_2", "U_3", "U_4", "U_5"]]
    assert followers(lambda request: None if request.url.path == "/graphql" else answer(request), token=SECRET)[3:] == [40, 50]


def test_an_issue(tmp_path: Path) -> None:
    mention = fetched(tmp_path, FakeApi(answering))[0]
    assert (mention.ref, mention.url) == ("github:issue/9001", "https://github.com/acme/sdk/issues/1")
    assert mention.text == "La batería no dura\n\ncita"
    assert mention.author is not None
    assert (mention.author.key, mention.author.handle, mention.author.bot) == ("7", "marta", False)
    assert mention.author.avatar == "https://avatars.example/u/7?v=4"
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.replies) == (4, 2)
    assert mention.published == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert mention.edited is None


def test_pages_are_followed_to_the_letter_and_later_only_what_was_updated_is_asked_for(tmp_path: Path) -> None:
    api = FakeApi(answering)
    first = collect(build("github", {"kinds": ["issue"]}, context(tmp_path, api.client())), topics=ACME)
    assert [request.url.params.get("page", "1") for request in api.requests] == ["1", "2", "1"]
    asked = api.requests[0].url.params
    assert asked["q"] == '("acme" OR ("globex" "móvil")) in:title,body is:issue updated:>=2026-05-15T09:12:00Z'
    assert (asked["sort"], asked["order"], asked["advanced_search"]) == ("updated", "asc", "true")
    api.requests.clear()
    collect(build("github", {"kinds": ["issue"]}, context(tmp_path, api.client())), first.cursor, topics=ACME)
    (request,) = api.requests
    assert request.url.params["q"].endswith("updated:>=2026-06-13T11:00:00Z")


def test_a_next_page_elsewhere_is_not_asked_and_gets_no_token(tmp_path: Path) -> None:
    body = json.dumps({"incomplete_results": False, "items": ISSUES[:1]}).encode()
    api = FakeApi(lambda request: Answer(headers={"Link": '<https://evil.example/?page=2>; rel="next"'}, body=body))
    fetched(tmp_path, api, token=SECRET)
    assert {request.url.host for request in api.requests} == {"api.github.com"}
    assert api.requests[0].headers["authorization"] == f"Bearer {SECRET}"


def test_each_kind_and_place_is_a_search_of_its_own(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"incomplete_results": True, "items": []})
    options = {"query": "acme", "repositories": ["acme/sdk"], "organisations": ["globex"]}
    collected = collect(build("github", options, context(tmp_path, api.client())))
    queries = [request.url.params["q"].partition(" updated")[0] for request in api.requests]
    assert queries == [f"acme {scope} in:title,body is:{kind}" for kind in ("issue", "pull-request") for scope in SCOPES]
    assert {failure.kind for failure in collected.failures} == {Health.SLOW}


SCOPES = ("repo:acme/sdk", "org:globex")


def test_where_a_minute_is_not_enough_each_search_gets_its_turn(tmp_path: Path) -> None:
    api = FakeApi(lambda request: {"incomplete_results": False, "items": []})
    options = {"query": "acme", "kinds": ["issue"], "repositories": [f"acme/r{n}" for n in range(12)]}
    batches = build("github", options, context(tmp_path, api.client())).fetch((), None)
    cursors = [next(batches).cursor for _ in range(11)]
    with pytest.raises(SourceLimited):
        next(batches)
    api.requests.clear()
    with pytest.raises(SourceLimited):
        list(build("github", options, context(tmp_path, api.client())).fetch((), json.loads(json.dumps(cursors[-1]))))
    asked = [request.url.params["q"].split()[1] for request in api.requests]
    assert asked == [f"repo:acme/r{n}" for n in (10, 11, *range(8))]


def test_searches_are_no_longer_than_github_takes() -> None:
    terms = [SearchTerm((f"word{n}",)) for n in range(13)]
    assert [len(words.split(" OR ")) for words in joined_terms(terms)] == [6, 6, 1]
    long = [SearchTerm(("x" * 100 + str(n),)) for n in range(5)]
    assert all(len(words) <= 256 for words in joined_terms(long))
    assert len(joined_terms(long)) == 3


def comment(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "html_url": f"https://github.com/acme/sdk/issues/1#issuecomment-{number}",
        "body": "Η μπαταρία acme κρατάει",
        "user": {"login": "acme-bot[bot]", "id": 8, "type": "Bot", "html_url": "https://github.com/apps/acme-bot"},
        "created_at": "2026-06-13T10:00:00Z",
        "updated_at": "2026-06-13T10:05:00Z",
        "reactions": {"total_count": 0},
    }


def whole(request: httpx.Request) -> Any:
    if request.url.path == "/search/issues":
        return {"incomplete_results": False, "items": ISSUES[:1]}
    if request.url.path == "/graphql":
        return graphql(json.loads(request.content))
    return {
        "/repos/acme/sdk/issues/1": ISSUES[0],
        "/repos/acme/sdk/issues/1/comments": [comment(50), comment(51)],
        "/repos/acme/sdk/issues/comments/50": comment(50),
        "/repos/acme/sdk/issues/5": issue(6),
        "/repos/acme/sdk": {"id": 1, "full_name": "acme/sdk"},
        "/rate_limit": {"resources": {"search": {"limit": 30}}},
    }.get(request.url.path)


def talk(number: int, kind: str = "Discussion", **changes: Any) -> dict[str, Any]:
    return {
        "__typename": kind,
        "id": f"D_{number}",
        "databaseId": number,
        "url": f"https://github.com/acme/sdk/discussions/{number}",
        "title": "Telefonul acme" if kind == "Discussion" else None,
        "body": "Bateria ține",
        "createdAt": "2026-06-13T10:00:00Z",
        "updatedAt": "2026-06-13T10:00:00Z",
        "upvoteCount": 3,
        "author": {
            "__typename": "User",
            "login": "ionut",
            "url": "https://github.com/ionut",
            "avatarUrl": "https://avatars.example/u/9",
            "databaseId": 9,
        },
        "reactions": {"totalCount": 1},
        **changes,
    }


def graphql(question: dict[str, Any]) -> Any:
    if "$q" in question["query"]:
        found = {"pageInfo": {"hasNextPage": False, "endCursor": "x"}, "nodes": [talk(3, comments={"totalCount": 2}), {}]}
        return {"data": {"search": found}}
    if "$ids" in question["query"]:
        return {"data": {"nodes": [talk(3), None]}, "errors": [{"type": "NOT_FOUND", "message": "Could not resolve"}]}
    reply = talk(5, "DiscussionComment", url="https://github.com/acme/sdk/discussions/3#discussioncomment-5")
    answer = talk(4, "DiscussionComment", replies={"nodes": [reply]})
    return {"data": {"repository": {"discussion": talk(3, all={"nodes": [answer]})}}}


def test_comments_of_what_is_found(tmp_path: Path) -> None:
    api = FakeApi(whole)
    found = fetched(tmp_path, api, comments=True, token=SECRET)
    assert [mention.ref for mention in found] == ["github:issue/9001", "github:comment/50", "github:comment/51"]
    assert (found[1].kind, found[1].thread, found[1].parent) == (MentionKind.COMMENT, found[0].ref, found[0].ref)
    assert found[1].author is not None
    assert found[1].author.bot
    assert found[1].edited == datetime(2026, 6, 13, 10, 5, tzinfo=UTC)
    assert "in:title,body,comments" in api.requests[0].url.params["q"]


def test_discussions(tmp_path: Path) -> None:
    api = FakeApi(whole)
    fetcher = build("github", {"kinds": ["discussion"], "token": SECRET}, context(tmp_path, api.client()))
    (found,) = collect(fetcher, topics=(Topic(name="acme", query="acme"),)).mentions
    assert (found.ref, found.title, found.text) == ("github:discussion/3", "Telefonul acme", "Bateria ține")
    assert found.engagement is not None
    assert (found.engagement.score, found.engagement.likes, found.engagement.replies) == (3, 1, 2)
    assert found.author is not None
    assert found.author.avatar == "https://avatars.example/u/9"
    assert " avatarUrl " in json.loads(api.requests[0].content)["query"]
    variables = json.loads(api.requests[0].content)["variables"]
    assert variables["q"] == '"acme" updated:>=2026-05-15T09:12:00Z sort:updated-asc'
    assert isinstance(fetcher, Converses)
    assert [mention.key for mention in fetcher.conversation(found)] == [
        "discussion/3",
        "discussioncomment/4",
        "discussioncomment/5",
    ]
    assert fetcher.conversation(found)[2].parent == "github:discussioncomment/4"
    assert isinstance(fetcher, Refreshes)
    gone = Mention(platform="github", key="discussion/8", url=found.url, raw={"id": "D_8"})
    assert [(ref, fresh is None) for ref, fresh in fetcher.refresh([found, gone])] == [(found.ref, False), (gone.ref, True)]


def at(url: str, key: str) -> Mention:
    return Mention(platform="github", key=key, url=f"https://github.com/acme/sdk/{url}", thread="github:issue/9001")


def test_a_conversation_and_how_its_posts_are_now(tmp_path: Path) -> None:
    fetcher = build("github", {}, context(tmp_path, FakeApi(whole).client()))
    assert isinstance(fetcher, Converses)
    assert isinstance(fetcher, Refreshes)
    found = fetcher.conversation(at("issues/1#issuecomment-50", "comment/50"))
    assert [mention.key for mention in found] == ["issue/9001", "comment/50", "comment/51"]
    asked = [at("issues/1", "issue/9001"), at("issues/1#issuecomment-50", "comment/50"), at("pull/77", "issue/9077")]
    # Number 5 was transferred and is 6 elsewhere: not deleted.
    now = dict(fetcher.refresh([*asked, at("issues/5", "issue/9005")]))
    assert [(ref, fresh is None) for ref, fresh in now.items()] == [
        ("github:issue/9001", False),
        ("github:comment/50", False),
        ("github:issue/9077", True),
    ]
    assert isinstance(fetcher, Checks)
    assert "30" in fetcher.check()


def test_what_a_token_may_not_see_is_not_called_deleted(tmp_path: Path) -> None:
    """GitHub answers 404, or null, for what is private as for what is not there; the repository tells which it is."""

    def hidden(request: httpx.Request) -> Any:
        if request.url.path == "/graphql":
            return {"data": {"nodes": [None]}}
        return None if request.url.path == "/repos/acme/sdk" else whole(request)

    api = FakeApi(hidden)
    fetcher = build("github", {"token": SECRET}, context(tmp_path, api.client()))
    assert isinstance(fetcher, Refreshes)
    discussion = Mention(platform="github", key="discussion/8", url=talk(8)["url"], raw={"id": "D_8"})
    issues = [at(f"issues/{number}", f"issue/{number}") for number in (77, 78)]
    assert list(fetcher.refresh([*issues, discussion])) == []
    assert [request.url.path for request in api.requests].count("/repos/acme/sdk") == 1
    misspelt = build("github", {"token": SECRET, "repositories": ["acme/sdk"]}, context(tmp_path, api.client()))
    assert isinstance(misspelt, Checks)
    with pytest.raises(SourceGone, match="shows nothing at /repos/acme/sdk: it does not exist, or the token"):
        misspelt.check()


def test_what_cannot_be_read_is_asked_again_another_time(tmp_path: Path) -> None:
    def strange(request: httpx.Request) -> Any:
        broken = {"data": {"nodes": [talk(3, author="ionut")]}}
        return broken if request.url.path == "/graphql" else issue(1, user="marta")

    fetcher = build("github", {"token": SECRET}, context(tmp_path, FakeApi(strange).client()))
    assert isinstance(fetcher, Refreshes)
    discussion = Mention(platform="github", key="discussion/3", url=talk(3)["url"], raw={"id": "D_3"})
    assert list(fetcher.refresh([at("issues/1", "issue/9001"), discussion])) == []


@pytest.mark.parametrize(
    ("status", "said", "kind", "words"),
    [
        (401, "Bad credentials", SourceNeedsKey, "expired"),
        (403, "Resource not accessible by personal access token", SourceNeedsKey, "read access"),
        (403, "You have exceeded a secondary rate limit. Please wait a few minutes.", SourceLimited, "slow down"),
        (422, "Validation Failed", SourceGone, "repositories"),
    ],
)
def test_refusals(tmp_path: Path, status: int, said: str, kind: type[SourceError], words: str) -> None:
    api = FakeApi(lambda request: Answer(status=status, body=json.dumps({"message": said}).encode()))
    with pytest.raises(kind, match=words) as caught:
        fetched(tmp_path, api, token=SECRET)
    if kind is SourceLimited:
        assert caught.value.until == FakeClock()() + timedelta(minutes=1)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "said", "words"),
    [
        ({"X-OAuth-Scopes": "gist, user:email", "X-Accepted-OAuth-Scopes": "repo, public_repo"}, "Forbidden",
         "It has the scopes gist, user:email, and needs one of repo, public_repo."),
        ({"X-OAuth-Scopes": "", "X-Accepted-OAuth-Scopes": "repo"}, "Forbidden", "It has no scope, and needs one of repo."),
        ({"X-Accepted-GitHub-Permissions": "issues=read; pull_requests=read"}, "Resource not accessible",
         "It needs issues=read or pull_requests=read."),
    ],
)  # fmt: skip
def test_a_missing_right_is_named(tmp_path: Path, headers: dict[str, str], said: str, words: str) -> None:
    api = FakeApi(lambda request: Answer(status=403, headers=headers, body=json.dumps({"message": said}).encode()))
    with pytest.raises(SourceNeedsKey) as caught:
        fetched(tmp_path, api, token=SECRET)
    assert words in str(caught.value)


def test_a_token_with_the_right_scope_is_refused_for_another_reason(tmp_path: Path) -> None:
    headers = {"X-OAuth-Scopes": "repo", "X-Accepted-OAuth-Scopes": "repo, public_repo"}
    api = FakeApi(lambda request: Answer(status=403, headers=headers, body=b'{"message": "Repository access blocked"}'))
    with pytest.raises(SourceRefused, match="access blocked"):
        fetched(tmp_path, api, token=SECRET)


def test_a_primary_limit_says_until_when(tmp_path: Path) -> None:
    reset = int((FakeClock()() + timedelta(minutes=20)).timestamp())
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    api = FakeApi(lambda request: Answer(status=403, headers=headers, body=b'{"message": "API rate limit exceeded"}'))
    with pytest.raises(SourceLimited) as caught:
        fetched(tmp_path, api)
    assert caught.value.until == FakeClock()() + timedelta(minutes=20)


@pytest.mark.parametrize(("kind", "error"), [("INSUFFICIENT_SCOPES", SourceNeedsKey), ("RATE_LIMITED", SourceLimited)])
def test_refusals_of_the_other_api_stand_in_a_good_answer(tmp_path: Path, kind: str, error: type[SourceError]) -> None:
    api = FakeApi(lambda request: {"data": None, "errors": [{"type": kind, "message": "no"}]})
    fetcher = build("github", {"kinds": ["discussion"], "token": SECRET, "query": "acme"}, context(tmp_path, api.client()))
    with pytest.raises(error):
        collect(fetcher)


@pytest.mark.parametrize(
    "options", [{"comments": True}, {"kinds": ["discussion"]}, {"repositories": ["acme"]}, {"author": "a b"}]
)
def test_options_that_cannot_work_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        build("github", options, context(tmp_path))


def test_following_an_account() -> None:
    (component,) = register_sources()
    assert component.follow is not None
    assert component.follow("acme-dev") == {"author": "acme-dev"}
    assert component.follow("acme dev") is None
