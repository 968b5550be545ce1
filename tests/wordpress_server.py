"""A real WordPress in a temporary folder, for tests: the Debian package's files, PHP's own web server, a database of its own.

::

    problem = missing()                      # why it cannot be had here, in a sentence; empty where it can
    with WordPress(folder) as site:
        number = site.add_post(title="…", content="<p>…</p>", tags=["acme"])
        site.edit_post(number, content="<p>other words</p>")
        site.url("/feed/")                   # also /feed/atom/, /feed/rdf/, /comments/feed/, /tag/acme/feed/
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError

SOURCE = Path("/usr/share/wordpress")
DATABASE = {"host": "127.0.0.1", "port": 3306, "user": "root", "password": ""}

CONFIG = """<?php
define('DB_NAME', '{name}'); define('DB_USER', '{user}'); define('DB_PASSWORD', '{password}');
define('DB_HOST', '{host}:{port}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

ROUTER = """<?php
$path = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require __DIR__ . '/index.php';
"""

THEME = {
    "style.css": "/* Theme Name: plain */",
    "functions.php": "<?php add_action('after_setup_theme', fn() => add_theme_support('automatic-feed-links'));",
    "index.php": "<!doctype html><html><head><?php wp_head(); ?></head><body>Acme desk</body></html>",
}
"""A page with the links to feeds that every theme gives; the package brings no theme."""

DESK = """<?php
$order = json_decode(file_get_contents('php://stdin'), true);
if ($order['do'] === 'install') define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = $order['host'];
require __DIR__ . '/wp-load.php';
$answer = null;
switch ($order['do']) {
case 'install':
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('Acme desk', 'ana', 'ana@acme.example', true, '', 'not-a-secret');
    update_option('permalink_structure', '/%year%/%postname%/');
    flush_rewrite_rules(false);
    update_option('template', 'plain'); update_option('stylesheet', 'plain');
    wp_delete_post(1, true);
    break;
case 'post':
    $answer = wp_insert_post($order['post'] + ['post_status' => 'publish', 'post_author' => 1], true);
    break;
case 'edit':
    $answer = wp_update_post($order['post'], true);
    break;
case 'comment':
    $answer = wp_insert_comment($order['comment'] + ['comment_approved' => 1]);
    break;
}
if (is_wp_error($answer)) { fwrite(STDERR, $answer->get_error_message()); exit(1); }
echo "\\n" . json_encode($answer);
"""

DATABASE_ORDER = """$m = new mysqli($argv[1], $argv[3], $argv[4], '', (int) $argv[2]); $m->query($argv[5]);"""


def missing() -> str:
    """Why there can be no WordPress on this machine; empty where there can."""
    if shutil.which("php") is None:
        return "php is not installed"
    if not (SOURCE / "wp-load.php").is_file():
        return "WordPress is not installed"
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, timeout=30, check=False).stdout.lower()
    if "mysqli" not in modules:
        return "PHP has no mysqli"
    try:
        _database("SELECT 1")
    except (subprocess.SubprocessError, OSError):
        return f"no MariaDB answers at {DATABASE['host']}:{DATABASE['port']} as {DATABASE['user']} without a password"
    return ""


class WordPress:
    """One site with its own database; both are gone after the ``with`` block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "wordpress"
        self._name = f"hubbub_wp_{os.getpid()}_{time.time_ns() % 1_000_000}"
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.posts: dict[str, int] = {}
        """Numbers of the posts by the titles that they were published with."""

    def __enter__(self) -> WordPress:
        shutil.copytree(SOURCE, self._folder, ignore_dangling_symlinks=True)
        settings = {**DATABASE, "name": self._name, "url": self.url("")}
        config = CONFIG
        for name, value in settings.items():
            config = config.replace("{" + name + "}", str(value))
        (self._folder / "wp-config.php").write_text(config)
        theme = self._folder / "wp-content" / "themes" / "plain"
        theme.mkdir(parents=True)
        for name, text in THEME.items():
            (theme / name).write_text(text)
        (self._folder / "router.php").write_text(ROUTER)
        (self._folder / "desk.php").write_text(DESK)
        _database(f"CREATE DATABASE {self._name} CHARACTER SET utf8mb4")
        try:
            self._order({"do": "install"})
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)
        _database(f"DROP DATABASE IF EXISTS {self._name}")

    def url(self, path: str = "/") -> str:
        """The address of a path of the site."""
        return f"http://127.0.0.1:{self._port}{path}"

    def add_post(self, *, title: str, content: str, date: str = "2026-05-01 10:00:00", tags: Sequence[str] = ()) -> int:
        """Publish a post; gives its number."""
        post = {
            "post_title": title,
            "post_content": content,
            "post_date": date,
            "post_date_gmt": date,
            "tags_input": list(tags),
        }
        self.posts[title] = self._order({"do": "post", "post": post})
        return self.posts[title]

    def edit_post(self, number: int, *, title: str = "", content: str = "") -> None:
        """Change the words of a post."""
        changes = {"post_title": title, "post_content": content}
        self._order({"do": "edit", "post": {"ID": number, **{name: value for name, value in changes.items() if value}}})

    def add_comment(self, post: int, *, author: str, content: str, date: str = "2026-05-02 10:00:00") -> int:
        """Answer a post; gives the comment's number."""
        comment = {"comment_post_ID": post, "comment_author": author, "comment_content": content}
        return self._order({"do": "comment", "comment": {**comment, "comment_date": date, "comment_date_gmt": date}})

    def _order(self, order: Mapping[str, Any]) -> Any:
        text = json.dumps({**order, "host": f"127.0.0.1:{self._port}"})
        done = subprocess.run(
            ["php", str(self._folder / "desk.php")], input=text, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            raise RuntimeError(f"WordPress refused {order['do']}: {done.stderr or done.stdout}")
        return json.loads(done.stdout.rpartition("\n")[2])

    def _start(self) -> None:
        self._server = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{self._port}", "-t", str(self._folder), str(self._folder / "router.php")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while True:
            try:
                urllib.request.urlopen(self.url("/feed/"), timeout=10).close()
                return
            except (URLError, OSError):
                if time.monotonic() > until or self._server.poll() is not None:
                    raise
                time.sleep(0.1)


def _database(order: str) -> None:
    place = [str(DATABASE[name]) for name in ("host", "port", "user", "password")]
    subprocess.run(["php", "-r", DATABASE_ORDER, "--", *place, order], capture_output=True, timeout=30, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
