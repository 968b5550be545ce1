"""The composition root and the line commands: the only room that constructs concrete things.

- ``main``: the entry point; ``program``: the group of commands and what happens when one fails
- ``commands/``: one file a command, each with a click command called ``command``; loaded only when it is run
- ``session``: what a command is given (``@click.pass_obj``): the workspace, and how to get at it
- ``output``: the one place that writes to standard output
- ``exits``: the one place that writes to standard error and decides exit codes
"""
