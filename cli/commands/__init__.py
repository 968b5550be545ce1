"""One file a command. :data:`COMMANDS` lists them without importing any.

Each module is called as its command (with ``_`` behind a word of Python) and has a click command called ``command``; its
first argument is the :class:`hubbub.cli.session.Session` (``@click.pass_obj``). A command parses, calls the desk and prints;
it decides nothing itself.
"""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "init": "Create a workspace for what you want to listen to.",
    "demo": "Try it all on a made-up brand, with a small web server of its own.",
    "collect": "Listen once: fetch the sources, archive and index what is said.",
    "watch": "Listen on schedule until stopped.",
    "refresh": "Ask platforms at once how mentions are doing by now.",
    "search": "Search what was said.",
    "saved": "Save searches under a name, and see what is new in them.",
    "themes": "Show the words and phrases that rose.",
    "show": "Show one mention with all that is known of it.",
    "correct": "Say it better than a processor did.",
    "learn": "Teach processors by what you corrected.",
    "process": "Have processors judge again what is archived.",
    "authors": "See who is heard, and why; keep what you know of them.",
    "topics": "List, add, test, apply and remove what you listen for.",
    "sources": "List, find, add, test, import and export the places to listen.",
    "mute": "Hide authors, sites, conversations, words and near-copies that you do not want to see.",
    "unmute": "Show again what was muted.",
    "rules": "Tag, label, sort, mute and route by rule what comes in and what is archived.",
    "plugins": "List, check and switch plugins, and write one of your own.",
    "story": "Build stories from mentions and publish them.",
    "media": "Keep our own copies of pictures.",
    "index": "Look after the search index.",
    "archive": "Back up, restore, check and compact the archive.",
    "export": "Write everything in this workspace into files that any program can read.",
    "import": "Read an export into an empty workspace, all or nothing.",
    "purge": "Remove mentions for good.",
    "redact": "Take somebody's words out for good.",
    "doctor": "Check that everything is in order, and say what to do.",
    "tui": "Open the terminal application: inbox, search, sources, stories and the story builder.",
}
"""Names in the order of the help, each with its first line of help."""
