"""A look behind the engine ``postgres``, shared by its tests."""

from typing import Any


def assert_in_step(engine: Any) -> None:
    """What the index keeps of its documents is what its documents say."""
    from psycopg.sql import SQL

    tables, server = engine._tables, engine._server
    with server.reading() as connection:
        state = tables.state(connection)
        sums = connection.execute(tables(SQL("SELECT count(*), coalesce(sum(length), 0), count(wide) FROM {docs}"))).fetchone()
        assert sums == (state.docs, state.words, state.wide)
        if state.settled:
            words = SQL("SELECT term, docs FROM {listed} AS listed ORDER BY term")
            kept, counted = (
                connection.execute(tables(words, listed=tables.vocabulary(settled))).fetchall() for settled in (True, False)
            )
            assert kept == counted
