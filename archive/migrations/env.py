"""Run by alembic for every migration; the connection, already in its transaction, comes from ``archive/migrating.py``."""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["metadata"],
    render_as_batch=True,  # SQLite cannot alter a column in place
    transactional_ddl=True,
    progress=attributes["progress"],  # migrations find it in op.get_context().opts
)
context.run_migrations()
