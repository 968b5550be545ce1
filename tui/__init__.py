"""The Textual application: a thin face over :class:`hubbub.core.desk.Desk`.

Reading order: ``actions`` (what a key can do), ``session`` (what screens share), ``background`` (how slow work is done),
``widgets/row_list`` (how lists are drawn), ``finding`` and ``triage`` (what a pane of mentions does), ``widgets/mention_pane``
and ``widgets/story_pane`` (the two panes where the work happens), then the screens that put them together.
"""
