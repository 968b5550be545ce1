"""The one table of actions: keys, footer, help screen, command palette and ``docs/tui.md`` are all derived from it.

A scope is where an action's keys work: everywhere (``app``), on any screen of the desk (``screen``), in any list (``list``), or
in one pane. An action ``mentions.done`` calls ``action_done`` of the widget that declares the scope ``mentions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that a key does."""

    id: str
    """``scope.name``; what the settings remap."""
    keys: str
    """Default keys, comma-separated, in Textual's names."""
    label: str
    """A word or two for the footer."""
    help: str
    """One sentence for the help screen and the palette."""
    footer: int = 0
    """Its rank among what the footer shows while its scope has the focus, 1 first; 0 for never."""
    priority: bool = False
    """Whether it works even while a text is being written."""

    @property
    def scope(self) -> str:
        """Where its keys work."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name within the scope."""
        return self.id.partition(".")[2]


SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "app": "Everywhere",
        "screen": "On every screen",
        "list": "In every list",
        "query": "In the search bar",
        "mentions": "Mentions (inbox, and the right side of the story builder)",
        "inbox": "Inbox",
        "views": "Views and saved searches (left side of the inbox)",
        "facets": "Counts (right side of the inbox)",
        "story": "Story builder, story side",
        "writing": "Writing in a story",
        "quoting": "Choosing the part that is quoted",
        "candidates": "Story builder, candidates",
        "strip": "Story builder, strip of days",
        "builder": "Story builder, both sides",
        "stories": "Stories",
        "sources": "Sources",
        "authors": "Authors",
        "author": "An author's card",
        "conversation": "Conversation around a mention",
        "history": "Versions of a story",
        "comments": "Comments on a story",
    }
)
"""The title of each scope, in the order of the help screen."""


def _table(scope: str, *rows: tuple[str, str, str, str, int]) -> tuple[Action, ...]:
    return tuple(
        Action(id=f"{scope}.{name}", keys=keys, label=label, help=text, footer=rank) for name, keys, label, text, rank in rows
    )


ACTIONS: tuple[Action, ...] = (
    Action(id="app.command_palette", keys="ctrl+p", label="palette", help="Find every action, story and theme.", priority=True),
    Action(id="app.help", keys="f1,question_mark", label="all keys", help="Show all keys."),
    Action(id="app.quit", keys="ctrl+q", label="quit", help="Leave hubbub.", priority=True),
    *_table(
        "screen",
        ("inbox", "1", "inbox", "Go to the inbox.", 0),
        ("builder", "2", "story", "Go to the story builder.", 0),
        ("stories", "3", "stories", "Go to the list of stories.", 0),
        ("sources", "4", "sources", "Go to the sources.", 0),
        ("overview", "5", "overview", "Go to the overview.", 0),
        ("authors", "6", "authors", "Go to the authors.", 0),
        ("back", "escape", "back", "Go back one step.", 0),
        ("leave", "q", "back / quit", "Go back to the inbox; from the inbox, leave hubbub.", 0),
        ("collect", "R", "collect", "Collect from all sources now.", 9),
    ),
    *_table(
        "list",
        ("down", "j,down", "down", "Go to the next row.", 0),
        ("up", "k,up", "up", "Go to the row before.", 0),
        ("page_down", "pagedown,ctrl+d", "page down", "Go down one page.", 0),
        ("page_up", "pageup,ctrl+u", "page up", "Go up one page.", 0),
        ("first", "g,home", "first", "Go to the first row.", 0),
        ("last", "G,end", "last", "Go to the last row that is loaded.", 0),
        ("choose", "enter", "open", "Open the row.", 0),
        ("mark", "space", "mark", "Mark the row, or take the mark away, and go on to the next.", 0),
        ("range", "v", "range", "Begin or end marking a range.", 0),
        ("unmark", "escape", "unmark", "Take all marks away.", 0),
        ("jump", "f2,ctrl+o", "jump", "Write a letter beside each row on the screen; the letter goes there.", 0),
    ),
    *_table(
        "query",
        ("to_list", "enter,down", "to the list", "Go to what was found.", 1),
        ("clear", "escape", "clear", "Clear the query; when it is empty, go back to the list.", 2),
    ),
    *_table(
        "mentions",
        ("add", "a", "add to story", "Add the marked mentions, or the current one, to the current story.", 2),
        ("choose_story", "A", "to which story", "Choose or begin the story to add to.", 0),
        ("done", "d", "done", "Done with it: nothing more to do (again: back to new).", 3),
        ("ignore", "i", "ignore", "Ignore it: not worth reading (again: back to new).", 4),
        ("keep", "asterisk,b", "keep", "Keep it for later, with a star (again: back to new).", 5),
        ("search", "slash,ctrl+f", "search", "Write a query; results appear while you type.", 6),
        ("undo", "u,ctrl+z", "undo", "Take back the last triage, tag, note or added mention.", 7),
        ("redo", "U,ctrl+y", "redo", "Do again what was taken back.", 0),
        ("tag", "t", "tag", "Add tags, or remove them with a minus sign.", 0),
        ("note", "m", "note", "Write a note on the current mention.", 0),
        ("correct", "c", "correct", "Correct the language or the sentiment that was judged.", 0),
        ("open", "o", "open", "Open the current mention in the web browser.", 0),
        ("copy", "y", "copy", "Copy the address of the current mention.", 0),
        ("why", "w", "why", "Show why it needs you, and the words that each judgement goes by.", 0),
        ("mute", "M", "mute", "Hide its author, site, conversation, near-copies or a word, after a look at how much.", 0),
        ("sort", "s", "sort", "The next order: newest, oldest, most relevant, engaged, influential, urgent first.", 0),
        ("save_search", "S", "save search", "Save the query, in its order, under a name: it becomes a row of the views.", 0),
        ("suggestion", "Y,f7", "what I meant", "Search for what may have been meant, where nothing was found.", 1),
        ("conversation", "T", "conversation", "Show the conversation around the current mention.", 0),
        ("author", "p", "author", "Show the card of the person who wrote the current mention.", 0),
        ("pictures", "f9", "pictures", "Show the pictures of the current mention, large and in words.", 0),
        ("alike", "z", "alike", "Show the near-duplicates that are folded into the row, or fold them again.", 0),
        ("next_new", "n", "next new", "Go to the next mention that nobody has handled.", 0),
        ("previous_new", "N", "previous new", "Go to the mention before that nobody has handled.", 0),
        ("refresh", "r", "refresh", "Collect again from where the current mention came, then read the list again.", 0),
    ),
    *_table(
        "inbox",
        ("views", "f", "views", "Show or hide the views on the left.", 0),
        ("facets", "F", "counts", "Go to what was found in numbers, by day and by value; from there, hide it.", 8),
        ("other_pane", "tab,f6", "next pane", "Go to the next pane.", 0),
        ("previous_pane", "shift+tab", "pane before", "Go to the pane before.", 0),
    ),
    *_table(
        "views",
        ("rename", "e", "rename", "Give the saved search another name.", 1),
        ("delete", "D,delete", "delete", "Forget the saved search, after asking; no mention is touched.", 2),
        ("undo", "u,ctrl+z", "undo", "Take back the last step.", 3),
        ("redo", "U,ctrl+y", "redo", "Do again what was taken back.", 0),
    ),
    *_table(
        "facets",
        ("narrow", "plus", "narrow", "Narrow the search to what is under the cursor (so does enter).", 1),
        ("leave_out", "minus", "leave out", "Leave what is under the cursor out of the search.", 2),
        ("widen", "backspace", "take back", "Take the last narrowing back.", 3),
        ("earlier", "h,left", "earlier", "In the strip of days, point to the days before.", 4),
        ("later", "l,right", "later", "In the strip of days, point to the days after.", 5),
    ),
    *_table(
        "story",
        ("text_below", "i", "text", "Write text below the current block, in place.", 2),
        ("text_above", "I", "text above", "Write text above the current block, in place.", 0),
        ("heading", "H", "heading", "Write a heading above the current block, in place.", 3),
        ("insert", "b,insert", "insert", "Insert a picture, a link or a divider below the current block.", 0),
        ("external", "f4", "$EDITOR", "Edit the current text or heading in your own editor.", 0),
        ("quote", "quotation_mark", "quote a part", "Choose the sentences of the quoted post that are shown.", 0),
        ("about", "t", "rights, note", "Write the rights of a quote or a picture, for readers, and a note for yourself.", 0),
        ("remove", "d,delete", "remove", "Remove the marked blocks, or the current one.", 0),
        ("move_down", "J,alt+down", "move down", "Move the marked blocks, or the current one, down by one.", 0),
        ("move_up", "K,alt+up", "move up", "Move the marked blocks, or the current one, up by one.", 1),
        ("to_top", "less_than_sign", "to top", "Move the marked blocks, or the current one, to the top.", 0),
        ("to_bottom", "greater_than_sign", "to bottom", "Move the marked blocks, or the current one, to the bottom.", 0),
        ("move_to", "m", "move after", "Carry the marked blocks, or the current one: go there, or type a number; enter.", 0),
        ("sort", "s", "sort", "Order by time or by hand; the marked blocks alone; headings by day or source.", 0),
        ("reverse", "S", "reverse", "Turn the order round.", 0),
        ("pin", "P", "pin", "Pin the block, so that sorting leaves it in place; again to let go.", 0),
        ("undo", "u,ctrl+z", "undo", "Take back the last step.", 4),
        ("redo", "U,ctrl+y", "redo", "Do again what was taken back.", 0),
        ("history", "V", "versions", "Show all saved steps, what they changed, and go back to one.", 0),
        ("preview", "p", "preview", "Show the story as it will read.", 5),
        ("publish", "e", "publish", "Write the story as a page or in other formats.", 6),
        ("republish", "E", "publish again", "Write it once more in the same formats, into the same folder.", 0),
        ("lint", "exclamation_mark", "check", "List what a reader would stumble over, and go there.", 0),
        ("check_link", "c", "check link", "Look whether the marked quotes, or the current one, are still there as quoted.", 0),
        ("check_links", "C", "check all links", "Look whether all quotes are still there as quoted.", 0),
        ("compare", "equals_sign", "what changed", "Compare the quote with its newest wording, and quote that instead.", 0),
        ("provenance", "f3", "where from", "Show where a quote comes from: source, query, times, hash, link, what was sent", 0),
        ("redact", "X", "redact", "Take somebody's words out of the archive and of all stories, after asking.", 0),
        ("pictures", "w", "keep pictures", "Fetch the pictures of which there is no copy yet.", 0),
        ("comments", "T", "comments", "Show and write comments on the current block and on the story.", 0),
        ("lock", "l", "lock", "Be at the story alone, with a note for the others; again to let them edit.", 0),
        ("details", "M", "details", "Edit title, byline, language, cover, who may see it, formats and the like.", 0),
        ("find", "slash,ctrl+f", "find", "Find words in the story.", 0),
        ("find_next", "n", "next found", "Go to the next block with the words sought.", 0),
        ("find_previous", "N", "found before", "Go to the block before with the words sought.", 0),
        ("view", "f9", "see pictures", "Show the pictures of the block, large and in words.", 0),
        ("open", "o", "open", "Open the quoted mention in the web browser.", 0),
        ("copy", "y", "copy", "Copy the address of the quoted mention.", 0),
        ("choose_story", "A", "choose a story", "Choose or begin another story.", 8),
        ("search", "a", "add mentions", "Look for mentions to add.", 7),
    ),
    *_table(
        "writing",
        (
            "keep",
            "tab,ctrl+s,ctrl+enter,f10",
            "keep",
            "Keep the words, go back to the blocks; enter does so in a heading.",
            1,
        ),
        ("leave", "escape", "leave", "Go back without them; they are there again when you write here next.", 2),
        ("external", "f4", "$EDITOR", "Go on in your own editor.", 3),
        ("anew", "f8", "begin anew", "Clear the words.", 4),
    ),
    *_table(
        "quoting",
        ("down", "j,down", "next sentence", "Quote the next sentence instead.", 2),
        ("up", "k,up", "sentence before", "Quote the sentence before instead.", 3),
        ("more", "J,shift+down", "and the next", "Quote the next sentence, too.", 4),
        ("less", "K,shift+up", "without the last", "Leave the last sentence out again.", 5),
        ("end_later", "l,shift+right", "word more", "End one word later.", 6),
        ("end_earlier", "h,shift+left", "word less", "End one word earlier.", 0),
        ("start_later", "L,alt+right", "begin later", "Begin one word later.", 0),
        ("start_earlier", "H,alt+left", "begin earlier", "Begin one word earlier.", 0),
        ("take", "enter", "quote this", "Show this part only.", 1),
        ("whole", "a,backspace", "all of it", "Show the whole text again.", 7),
    ),
    *_table(
        "candidates",
        ("accept", "plus", "accept", "Add the marked candidates, or the current one, to the story.", 1),
        ("reject", "minus", "reject", "Never propose it for this story again; from among the rejected, propose it again.", 2),
    ),
    *_table(
        "strip",
        ("earlier", "h,left", "earlier", "Point to the days before.", 2),
        ("later", "l,right", "later", "Point to the days after.", 3),
        ("peak", "n", "untold peak", "Point to the busiest days of which the story tells nothing.", 4),
        ("choose", "enter", "list", "List candidates of these days.", 1),
        ("to_blocks", "j,down", "to the blocks", "Go back to the blocks.", 5),
    ),
    *_table(
        "builder",
        ("other_pane", "tab,f6", "other side", "Go to the other side: story or candidates.", 1),
        ("facets", "F", "counts", "Show the candidates in numbers, by day and by value, and narrow them.", 0),
        ("attach", "Q", "story's query", "Let a query propose mentions for this story; alter it or take it away.", 0),
        ("proposals", "x", "proposals", "What the story's query proposes; then what was rejected, then your search again.", 6),
        ("address", "L", "add address", "Add what stands at an address: archived, or read from its site.", 0),
        ("strip", "D", "days", "Point into the strip of days, and list candidates of a day.", 0),
        ("draft", "B", "first draft", "Begin another story with what carries a period, chosen from the archive.", 0),
    ),
    *_table(
        "stories",
        ("new", "n", "new", "Begin a new story, empty or from a template.", 1),
        ("find", "slash,ctrl+f", "find", "Show stories by letters of their title.", 5),
        ("draft", "B", "first draft", "Begin a story with what carries a period, chosen from the archive.", 7),
        ("duplicate", "c", "copy", "Begin another story with the same blocks.", 6),
        ("preview", "p", "preview", "Show the story as it will read.", 2),
        ("publish", "e", "publish", "Write the story as a page or a file.", 3),
        ("delete", "D", "delete", "Delete the story with all its versions, after asking.", 4),
        ("refresh", "r", "refresh", "Read the list again.", 0),
    ),
    *_table(
        "sources",
        ("collect_one", "r", "collect", "Collect from this source now.", 1),
        ("show_mentions", "s", "its mentions", "Show what came through this source.", 2),
        ("open", "o", "open", "Open the source's address in the web browser.", 3),
        ("copy", "y", "copy", "Copy the source's address.", 0),
    ),
    *_table(
        "authors",
        ("topic", "t", "topic", "Choose the topic that they speak on.", 1),
        ("window", "w", "window", "Look back 7, 30 or 90 days, or all time.", 2),
        ("platform", "p", "platform", "Choose a platform; scores compare only within one.", 3),
        ("find", "slash,ctrl+f", "find", "Show those whose handle or name has some letters in it.", 4),
        ("show_mentions", "s", "mentions", "Show in the inbox what the author said.", 5),
        ("marked", "b", "bots, ours", "List bots and our own accounts, too, or leave them out again.", 6),
        ("refresh", "r", "refresh", "Rank anew.", 0),
    ),
    *_table(
        "author",
        ("scroll_down", "J,alt+down", "card down", "Read on in the card.", 1),
        ("scroll_up", "K,alt+up", "card up", "Read back in the card.", 0),
        ("topic", "c", "topic", "Choose the topic that score, feelings and evidence are about.", 2),
        ("relation", "e", "relation", "Say what they are to us: customer, journalist, or another word.", 3),
        ("tags", "t", "tags", "Write their tags.", 4),
        ("notes", "m", "notes", "Write notes on them.", 5),
        ("link", "l", "same person", "Name another account of the same person.", 0),
        ("unlink", "L", "not the same", "Say that this account is not of that person.", 0),
        ("show_mentions", "s", "mentions", "Show in the inbox all that they said, from all their accounts.", 6),
        ("add", "a", "add to story", "Add the marked mentions, or the current one, to the current story.", 0),
        ("choose_story", "A", "to which story", "Choose or begin the story to add to.", 0),
        ("open", "o", "open", "Open the current mention in the web browser.", 0),
        ("page", "O", "their page", "Open their own page in the web browser.", 0),
        ("copy", "y", "copy", "Copy the address of the current mention.", 0),
        ("undo", "u,ctrl+z", "undo", "Take back the last step.", 0),
        ("redo", "U,ctrl+y", "redo", "Do again what was taken back.", 0),
        ("back", "escape,q", "back", "Go back to where the card was opened.", 0),
    ),
    *_table(
        "conversation",
        ("ask", "r", "ask the platform", "Ask the platform for the whole conversation; nothing of it is archived by that.", 1),
        ("save", "s", "archive", "Archive the posts that only the platform has.", 2),
        ("add", "a", "add to story", "Add the marked posts, or the current one, to the current story.", 3),
        ("choose_story", "A", "to which story", "Choose or begin the story to add to.", 0),
        ("open", "o", "open", "Open the current post in the web browser.", 4),
        ("copy", "y", "copy", "Copy the address of the current post.", 0),
        ("author", "p", "author", "Show the card of the person who wrote the current post.", 0),
        ("undo", "u,ctrl+z", "undo", "Take back the last step.", 5),
        ("redo", "U,ctrl+y", "redo", "Do again what was taken back.", 0),
        ("back", "escape,q", "back", "Go back to where the conversation was opened.", 6),
    ),
    *_table(
        "comments",
        ("write", "i", "write", "Write a comment on the block at hand.", 1),
        ("whole", "I", "on the story", "Write a comment on the story as a whole.", 2),
        ("answer", "r", "answer", "Answer the current comment.", 3),
        ("settle", "d", "settled", "Call the current comment settled, or open again.", 4),
        ("remove", "X,delete", "remove", "Take the current comment away with its answers, after asking.", 5),
    ),
    *_table("history", ("restore", "r", "restore", "Go back to this version; the later ones stay in the history.", 1)),
)


BY_ID: Mapping[str, Action] = MappingProxyType({action.id: action for action in ACTIONS})
"""Every action by its id."""


def in_scope(scope: str) -> tuple[Action, ...]:
    """The actions of a scope, in the order of the table."""
    return tuple(action for action in ACTIONS if action.scope == scope)
