"""``hubbub story publish``, ``unpublish`` and ``notify``: what is written, what is gone, where it is pushed, who is told."""

import hashlib
import json
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
import pytest
from cli_world import SETTINGS, Desk
from sample_story import NOW, dusk, mention

from hubbub.archive import open_archive
from hubbub.cli.exits import Exit
from hubbub.cli.pushing import PushFailed
from hubbub.cli.pushs3 import S3, signed_headers
from hubbub.core.deciding import decide
from hubbub.core.media import MediaStore
from hubbub.core.publishing import STAMP
from hubbub.core.values import Author, Media

SLUG = "the-battery-week"
BASE = '\n[publish]\nbase_url = "https://stories.example/acme/"\n'
SECRET_WORDS = "acme battery dead, call me at 555 0199"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a story that quotes three mentions, one with a picture that we hold: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "hubbub.toml").write_text(SETTINGS + BASE, encoding="utf-8")
    digest = MediaStore(folder / "media", None).adopt(dusk())  # type: ignore[arg-type]
    picture = Media(kind="image", url="https://files.example/dusk.png", alt="Dusk", digest=digest)
    said = [
        mention("1", SECRET_WORDS, hours=1, media=(picture,), handle="eve@social.example"),
        mention("2", "Acme, η μπαταρία φούσκωσε", hours=3, lang="el", handle="kostas@mail.example", platform="mail"),
        mention("3", "acme se apaga", hours=2, lang="es", author=Author(platform="mastodon", key="b", handle="b", bot=True)),
    ]
    archive = open_archive(folder / "archive.db")
    archive.save("test", [decide(None, one, seen=NOW) for one in said], None, NOW)
    archive.close()
    world = Desk(folder)
    world.call("story", "new", "The battery week", "--byline", "Ana")
    world.call("story", "add", SLUG, "--query", "acme", "--offline")
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """That workspace."""
    return Desk(shutil.copytree(made, tmp_path, dirs_exist_ok=True))


def publish(desk: Desk, *args: str, code: int = Exit.OK) -> str:
    return desk.call("story", "publish", *args, "--offline", code=code).stdout


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# --- writing -------------------------------------------------------------------------------------------------


def test_a_story_is_written_once_and_again_only_when_it_changed(desk: Desk):
    page = desk.folder / "published" / SLUG / "index.html"
    assert "index.html" in publish(desk, SLUG)
    written = page.stat().st_mtime_ns
    assert publish(desk, SLUG) == f"{SLUG}: not changed.\n"
    assert page.stat().st_mtime_ns == written
    desk.call("story", "text", SLUG, "News.")
    assert "would be written as html" in publish(desk, SLUG, "--dry-run")
    assert page.stat().st_mtime_ns == written
    publish(desk, "--stale")
    assert "News." in page.read_text(encoding="utf-8")
    assert publish(desk, "--stale") == "There is nothing to publish.\n"
    assert "index.html" in publish(desk, SLUG, "--force")


def test_all_formats_that_the_story_asks_for(desk: Desk):
    desk.call("story", "set", SLUG, "--formats", "html,json,slack")
    publish(desk, SLUG)
    assert {"index.html", "story.json", "slack.json", "slack.txt", STAMP} <= files(desk.folder / "published" / SLUG)
    assert "not changed" in publish(desk, "--all")
    assert "index.html" in publish(desk, SLUG, "--format", "html")
    assert "story.json" not in files(desk.folder / "published" / SLUG)


def test_another_address_or_another_copy_of_the_page_is_a_change(desk: Desk):
    publish(desk, SLUG)
    settings = desk.folder / "hubbub.toml"
    settings.write_text(settings.read_text().replace("/acme/", "/desk/"))
    assert "index.html" in publish(desk, SLUG)
    (desk.folder / "published" / SLUG / "index.html").unlink()
    assert "index.html" in publish(desk, SLUG)


def test_other_options_and_another_theme_are_a_change(desk: Desk):
    publish(desk, SLUG)
    assert publish(desk, "--stale") == "There is nothing to publish.\n"
    theme = desk.folder / "look"
    theme.mkdir()
    (theme / "style.css").write_text("body { color: #222 }")
    settings = desk.folder / "hubbub.toml"
    settings.write_text(settings.read_text() + '\n[publish.html]\ntheme = "look"\n')
    assert "index.html" in publish(desk, "--stale")
    assert "not changed" in publish(desk, SLUG)
    (theme / "style.css").write_text("body { color: #333 }")
    assert "would be written" in publish(desk, SLUG, "--dry-run")
    assert "index.html" in publish(desk, "--stale")
    assert "#333" in (desk.folder / "published" / SLUG / "index.html").read_text(encoding="utf-8")


def test_drafts_are_published_by_name_only_and_private_ones_never(desk: Desk):
    assert publish(desk, "--all") == "There is nothing to publish.\n"
    desk.call("story", "set", SLUG, "--state", "private")
    result = desk.call("story", "publish", SLUG, "--offline", code=Exit.FAILED)
    assert "private" in result.stderr
    assert not (desk.folder / "published").exists()


def test_the_page_of_a_story_that_became_private_does_not_stand_on_unseen(desk: Desk):
    publish(desk, SLUG)
    page = desk.folder / "published" / SLUG / "index.html"
    assert f"unpublish {SLUG}" in desk.call("story", "set", SLUG, "--state", "private").stderr
    assert "would be taken away" in publish(desk, "--stale", "--dry-run")
    assert page.exists()
    assert "was taken away" in publish(desk, "--stale")
    assert not page.parent.exists()
    assert publish(desk, "--stale") == "There is nothing to publish.\n"


@pytest.mark.parametrize("args", [(), (SLUG, "--all"), ("--all", "--stale"), (SLUG, "--to", "x", "--push", "web")])
def test_what_cannot_be_meant_is_refused(desk: Desk, args: tuple[str, ...]):
    desk.call("story", "publish", *args, code=Exit.USAGE)


def test_one_that_fails_does_not_hinder_the_others(desk: Desk):
    result = desk.call("story", "publish", SLUG, "nothing-of-that-name", "--offline", code=Exit.FAILED)
    assert (desk.folder / "published" / SLUG / "index.html").is_file()
    assert "nothing-of-that-name was not published" in result.stderr


# --- what was taken out --------------------------------------------------------------------------------------


def holding(folder: Path, *needles: bytes) -> list[str]:
    """Files in which one of these stands, unpacked where they are archives."""
    import gzip
    import zipfile

    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        parts = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                parts += [packed.read(name) for name in packed.namelist()]
        parts += [gzip.decompress(part) for part in parts if part[:2] == b"\x1f\x8b"]
        if any(needle in part for needle in needles for part in parts):
            found.append(path.name)
    return sorted(found)


def test_words_and_pictures_that_were_taken_out_are_gone_from_every_published_file(desk: Desk):
    published = desk.folder / "published"
    desk.call("story", "set", SLUG, "--formats", "html,json,epub,wacz,slack,mail,markdown")
    publish(desk, SLUG)
    needles = b"555 0199", dusk()
    assert {"index.html", "story.json", "story.epub", "story.wacz", "slack.txt", "story.eml", "story.md"} <= {
        *holding(published, *needles)
    }
    desk.call("redact", "mastodon:1", "--reason", "asked by the author", "--yes")
    assert desk.json("story", "list")["stories"][0]["stale"] is True
    publish(desk, "--stale")
    assert holding(published, *needles, hashlib.sha256(dusk()).hexdigest().encode()) == []
    assert "asked by the author" in (published / SLUG / "index.html").read_text(encoding="utf-8")


def test_a_page_under_an_earlier_name_is_taken_away(desk: Desk):
    publish(desk, SLUG)
    desk.call("story", "set", SLUG, "--slug", "batteries")
    result = desk.call("story", "publish", "--stale", "--offline")
    assert "earlier name the-battery-week" in result.stderr
    assert not (desk.folder / "published" / SLUG).exists()
    assert (desk.folder / "published" / "batteries" / "index.html").is_file()


def test_unpublishing_takes_ours_away_and_leaves_what_others_put_there(desk: Desk):
    publish(desk, SLUG)
    folder = desk.folder / "published" / SLUG
    (folder / "CNAME").write_text("acme.example")
    desk.call("story", "unpublish", SLUG)
    assert files(folder) == {"CNAME"}
    assert desk.json("story", "list")["stories"][0]["state"] == "draft"
    assert SLUG not in (desk.folder / "published" / "index.html").read_text()


# --- the list ------------------------------------------------------------------------------------------------


def test_the_list_the_feed_and_the_site_map(desk: Desk):
    from xml.etree import ElementTree

    desk.call("story", "new", "<b>Ω & co</b>", "--lang", "el", "--subtitle", "</title>")
    publish(desk, SLUG, "b-o-co-b", "--format", "html,json")
    published = desk.folder / "published"
    page = (published / "index.html").read_text(encoding="utf-8")
    assert f'href="{SLUG}/"' in page
    assert "&lt;b&gt;Ω &amp; co&lt;/b&gt;" in page
    assert "<b>" not in page
    assert f'href="{SLUG}/story.json"' in page
    feed = ElementTree.fromstring((published / "feed.xml").read_text(encoding="utf-8"))
    assert [entry.findtext("{*}title") for entry in feed.iterfind("{*}entry")] == ["<b>Ω & co</b>", "The battery week"]
    site = ElementTree.fromstring((published / "sitemap.xml").read_text(encoding="utf-8"))
    assert f"https://stories.example/acme/{SLUG}/" in [place.text for place in site.iter() if place.tag.endswith("loc")]
    desk.call("story", "set", SLUG, "--state", "private")
    publish(desk, "b-o-co-b", "--force")
    assert SLUG not in (published / "index.html").read_text(encoding="utf-8")


def test_a_list_that_somebody_else_wrote_is_left_alone(desk: Desk):
    published = desk.folder / "published"
    published.mkdir()
    (published / "index.html").write_text("mine")
    publish(desk, SLUG)
    assert (published / "index.html").read_text() == "mine"
    assert (published / "feed.xml").exists()


# --- pushing -------------------------------------------------------------------------------------------------


def with_target(desk: Desk, **options: str) -> None:
    rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in {"name": "web", **options}.items())
    with (desk.folder / "hubbub.toml").open("a") as file:
        file.write(f"\n[[targets]]\n{rows}")


@pytest.mark.skipif(not shutil.which("rsync"), reason="the program rsync is not installed")
def test_rsync_brings_stories_and_clears_only_their_own_folders(desk: Desk, tmp_path: Path):
    there = tmp_path / "srv"
    (there / SLUG / "media").mkdir(parents=True)
    (there / "other").mkdir()
    (there / "other" / "keep.html").write_text("x")
    (there / SLUG / "media" / "old.png").write_text("x")
    with_target(desk, kind="rsync", to=str(there))
    publish(desk, SLUG)
    told = publish(desk, SLUG, "--push", "web", "--dry-run")
    assert f"+ {SLUG}/index.html" in told
    assert f"- {SLUG}/media/old.png" in told
    assert not (there / SLUG / "index.html").exists()
    publish(desk, SLUG, "--push", "web")
    assert files(there) == files(desk.folder / "published") - {".hubbub-shelf.json"} | {"other/keep.html"}
    assert "0 files sent, 0 removed" in publish(desk, SLUG, "--push", "web")
    shutil.rmtree(there / SLUG)
    assert "directory" not in publish(desk, SLUG, "--push", "web", "--dry-run")  # rsync says that it would make one


def git(*args: str, cwd: Path) -> str:
    identity = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example")
    return subprocess.run(["git", *identity, *args], cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(not shutil.which("git"), reason="the program git is not installed")
def test_git_commits_ours_only_and_never_forces(desk: Desk, tmp_path: Path):
    bare, clone, other = tmp_path / "bare.git", tmp_path / "clone", tmp_path / "other"
    git("init", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    git("clone", "-q", str(bare), str(clone), cwd=tmp_path)
    for name, value in (("user.name", "Ana"), ("user.email", "ana@acme.example")):
        git("config", name, value, cwd=clone)
    (clone / "README").write_text("ours")
    git("add", "README", cwd=clone)
    git("commit", "-qm", "begin", cwd=clone)
    git("push", "-q", "origin", "HEAD:main", cwd=clone)
    (clone / "half-done").write_text("not to be committed")
    with_target(desk, kind="git", folder=str(clone), into="docs", message="Stories of the week")
    (clone / "docs").mkdir()
    publish(desk, SLUG, "--push", "web")
    tree = git("ls-tree", "-r", "--name-only", "main", cwd=bare).split()
    assert {"README", "docs/index.html", f"docs/{SLUG}/index.html"} <= set(tree)
    assert "half-done" not in tree
    before = git("rev-parse", "main", cwd=bare)
    assert "0 files sent" in publish(desk, SLUG, "--push", "web")
    assert git("rev-parse", "main", cwd=bare) == before

    git("clone", "-q", str(bare), str(other), cwd=tmp_path)
    (other / "README").write_text("theirs")
    git("commit", "-qam", "meanwhile", cwd=other)
    git("push", "-q", "origin", "HEAD:main", cwd=other)
    desk.call("story", "text", SLUG, "News.")
    result = desk.call("story", "publish", SLUG, "--offline", "--push", "web", code=Exit.FAILED)
    assert "rejected" in result.stderr
    assert git("show", "main:README", cwd=bare) == "theirs"


@pytest.mark.skipif(not shutil.which("git"), reason="the program git is not installed")
def test_git_never_writes_through_a_link_that_somebody_committed(desk: Desk, tmp_path: Path):
    bare, clone, mine = tmp_path / "bare.git", tmp_path / "clone", tmp_path / "profile"
    mine.write_text("mine")
    git("init", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    git("clone", "-q", str(bare), str(clone), cwd=tmp_path)
    for name, value in (("user.name", "Ana"), ("user.email", "ana@acme.example")):
        git("config", name, value, cwd=clone)
    (clone / "index.html").symlink_to(mine)
    git("add", "index.html", cwd=clone)
    git("commit", "-qm", "begin", cwd=clone)
    publish(desk, SLUG)
    (desk.folder / "published" / SLUG / "notes.txt").symlink_to(mine)
    with_target(desk, kind="git", folder=str(clone))
    publish(desk, SLUG, "--push", "web", "--force")
    assert mine.read_text() == "mine"
    assert not (clone / "index.html").is_symlink()
    assert f"{SLUG}/notes.txt" not in git("ls-tree", "-r", "--name-only", "main", cwd=bare)


def test_a_target_that_there_is_not(desk: Desk):
    desk.call("story", "publish", SLUG, "--push", "nowhere", code=Exit.NOT_FOUND)
    assert not (desk.folder / "published").exists()


def test_a_secret_that_is_written_out_is_refused(desk: Desk):
    with_target(desk, kind="s3", endpoint="https://s3.example", bucket="acme", key="k", secret="very-secret")
    result = desk.call("story", "publish", SLUG, "--offline", "--push", "web", code=Exit.CONFIG)
    assert "env" in result.stderr
    assert "very-secret" not in result.stderr


def test_the_signature_is_that_of_the_example_in_amazons_reference():
    headers = signed_headers(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        query={},
        headers={"Range": "bytes=0-9"},
        payload_digest=hashlib.sha256(b"").hexdigest(),
        region="us-east-1",
        key="AKIAIOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        at=datetime(2013, 5, 24, tzinfo=UTC),
    )
    assert headers["authorization"].endswith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


class Bucket:
    """A server that speaks as much S3 as is needed, two keys a page."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.order: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if request.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return httpx.Response(400, text="XAmzContentSHA256Mismatch")
        if "Credential=key/" not in request.headers["authorization"]:
            return httpx.Response(403, text="<Error><Code>InvalidAccessKeyId</Code></Error>")
        key = request.url.path.removeprefix("/acme").removeprefix("/")
        if request.method == "PUT":
            self.held[key], self.kinds[key] = body, request.headers["content-type"]
            self.order.append(key)
        elif request.method == "DELETE":
            self.held.pop(key, None)
        else:
            return httpx.Response(200, text=self._list(request.url.params))
        return httpx.Response(204 if request.method == "DELETE" else 200)

    def _list(self, asked: httpx.QueryParams) -> str:
        names = sorted(n for n in self.held if n.startswith(asked["prefix"]) and n > asked.get("continuation-token", ""))
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{names[1]}</NextContinuationToken>" if names[2:] else ""
        rows = "".join(
            f'<Contents><Key>{n}</Key><ETag>"{hashlib.md5(self.held[n]).hexdigest()}"</ETag></Contents>' for n in names[:2]
        )
        return f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{rows}{more}</ListBucketResult>'


def storage(bucket: Bucket, **more: Any) -> S3:
    options = {"endpoint": "https://s3.example", "bucket": "acme", "prefix": "web/", "key": "key", "secret": "secret", **more}
    return S3(**options, transport=httpx.MockTransport(bucket))


def test_storage_gets_what_differs_and_loses_what_is_gone_from_the_story_only(desk: Desk):
    publish(desk, SLUG, "--format", "html,json")
    published, bucket = desk.folder / "published", Bucket()
    gone = {f"web/{SLUG}/media/{n}.png": b"old" for n in "abcde"}
    bucket.held = {**gone, "web/other/index.html": b"x", f"web/{SLUG}-2/index.html": b"x"}
    sent, removed = storage(bucket).push(published, [SLUG], ["index.html"], dry_run=True)
    assert (len(removed), bucket.order) == (5, [])
    assert storage(bucket).push(published, [SLUG], ["index.html"], dry_run=False) == (sent, removed)
    ours = {f"web/{SLUG}/{name}" for name in files(published / SLUG)}
    assert set(bucket.held) == ours | {"web/index.html", "web/other/index.html", f"web/{SLUG}-2/index.html"}
    assert bucket.order[-2:] == [f"web/{SLUG}/index.html", "web/index.html"]
    assert bucket.kinds["web/index.html"] == "text/html; charset=utf-8"
    assert storage(bucket).push(published, [SLUG], ["index.html"], dry_run=False) == ([], [])


def test_storage_that_refuses_says_why_and_never_the_secret(desk: Desk):
    publish(desk, SLUG)
    refused = storage(Bucket(), key="wrong", secret="hush-hush")
    with pytest.raises(PushFailed, match="InvalidAccessKeyId") as caught:
        refused.push(desk.folder / "published", [SLUG], [], dry_run=False)
    assert "hush" not in str(caught.value) + repr(refused)


# --- telling those who are quoted ----------------------------------------------------------------------------


def test_everybody_once_in_their_language_without_bots_and_without_sending(desk: Desk):
    told = desk.json("story", "notify", SLUG)
    assert [(one["platform"], one["lang"], one["mail"]) for one in told["notices"]] == [
        ("mastodon", "en", ""),
        ("mail", "el", "kostas@mail.example"),
    ]
    assert told["notices"][0]["text"].startswith("@eve@social.example ")  # names an account, and is no mail address
    assert all(f"https://stories.example/acme/{SLUG}/" in one["text"] for one in told["notices"])
    assert not (desk.folder / "notified.json").exists()


def test_files_to_send_oneself_and_nobody_told_twice(desk: Desk, tmp_path: Path):
    desk.call("story", "set", SLUG, "--title", "Week")
    desk.call("story", "notify", SLUG, "--to", str(tmp_path / "out"), "--told")
    (mail,) = (tmp_path / "out").glob("*.eml")
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert (read["To"], read["Subject"]) == ("kostas@mail.example", "Week")
    assert "ιστορία «Week»" in read.get_content()
    assert mail.with_suffix(".url").read_text().startswith("mailto:kostas@mail.example?subject=Week&body=")
    assert desk.json("story", "notify", SLUG)["notices"] == []
    assert desk.json("story", "notify", SLUG, "--again")["total"] == 2


def test_a_template_of_ones_own_and_one_that_cannot_be_filled_in(desk: Desk):
    with (desk.folder / "hubbub.toml").open("a") as file:
        file.write('\n[notify]\ntemplate = "words.txt"\n')
    (desk.folder / "words.txt").write_text("Dear $who: $quoted", encoding="utf-8")
    told = desk.call("story", "notify", SLUG).stdout
    assert "Dear Eve@Social.Example: https://mastodon.example/@eve@social.example/1" in told
    (desk.folder / "words.txt").write_text("Dear $whom", encoding="utf-8")
    assert "$who, $title, $url" in desk.call("story", "notify", SLUG, code=Exit.FAILED).stderr


def test_sending_needs_a_server(desk: Desk):
    assert "notify.server" in desk.call("story", "notify", SLUG, "--send", code=Exit.CONFIG).stderr


def test_words_taken_out_and_own_accounts_are_left_out(desk: Desk):
    settings = (desk.folder / "hubbub.toml").read_text()
    query = "query = 'acme OR #acmephone'\n"
    own = settings.replace(query, f'{query}accounts = ["mastodon:eve@social.example"]\n')
    assert own != settings
    (desk.folder / "hubbub.toml").write_text(own)
    assert [one["platform"] for one in desk.json("story", "notify", SLUG)["notices"]] == ["mail"]
    desk.call("redact", "mail:2", "--reason", "asked", "--yes")
    assert desk.json("story", "notify", SLUG)["notices"] == []


class Post(socketserver.StreamRequestHandler):
    """As much SMTP (RFC 5321) as a mail needs."""

    def handle(self) -> None:
        mails: list[bytes] = self.server.mails  # type: ignore[attr-defined]
        self.wfile.write(b"220 mail.example\r\n")
        while row := self.rfile.readline().strip():
            if row.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            elif row.upper().startswith(b"QUIT"):
                break
            refused = b"nobody@" in row
            self.wfile.write(b"550 no such user\r\n" if refused else b"250 well\r\n")


@pytest.fixture
def post(desk: Desk) -> Iterator[list[bytes]]:
    """The mails that a server got, which the workspace sends by."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (desk.folder / "hubbub.toml").open("a") as file:
            address = f"127.0.0.1:{server.server_address[1]}"
            file.write(f'\n[notify]\nserver = "{address}"\nsecurity = "none"\nsender = "Ana <ana@acme.example>"\n')
        yield server.mails  # type: ignore[attr-defined]
        server.shutdown()


def test_a_mail_goes_out_after_a_yes_and_once(desk: Desk, post: list[bytes]):
    desk.call("story", "notify", SLUG, "--send", text="n\n")
    assert post == []
    desk.call("story", "notify", SLUG, "--send", text="y\n")
    (mail,) = (message_from_bytes(data, policy=policy.default) for data in post)
    assert (mail["To"], mail["From"]) == ("kostas@mail.example", "Ana <ana@acme.example>")
    assert f"https://stories.example/acme/{SLUG}/" in mail.get_content()
    assert mail["X-Unsent"] is None
    assert mail["Date"]
    desk.call("story", "notify", SLUG, "--send", "--yes")
    assert len(post) == 1
    assert [one["platform"] for one in desk.json("story", "notify", SLUG)["notices"]] == ["mastodon"]
