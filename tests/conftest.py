"""What all tests share."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import hubbub

# How long an example takes says something of the machine, nothing of hubbub. The same examples are tried each time, so that
# a change is judged by itself; HUBBUB_TEST_EXPLORE=1 looks for new ones.
settings.register_profile(
    "hubbub",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("HUBBUB_TEST_EXPLORE"),
)
settings.load_profile("hubbub")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--expect-installed", action="store_true", help="fail unless hubbub is imported from an installed wheel")


def pytest_configure(config: pytest.Config) -> None:
    checkout = Path(__file__).resolve().parent.parent
    if config.getoption("--expect-installed") and Path(hubbub.__file__).resolve().parent == checkout:
        raise pytest.UsageError("hubbub was imported from the checkout, not from an installed wheel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no core waits for it alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


SERVER = os.environ.get("HUBBUB_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
"""Where tests find a PostgreSQL that they may create schemas in."""


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a PostgreSQL as libpq takes it; the test is skipped where none answers."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'hubbub[postgres]'")
    address = SERVER.replace("+psycopg", "")
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at {address} (set HUBBUB_TEST_POSTGRES): {error}")
    return address


@pytest.fixture
def schema(server: str) -> Iterator[str]:
    """The address of an empty schema of its own."""
    with _schema(server) as address:
        yield address


@pytest.fixture(scope="module")
def shared_schema(server: str) -> Iterator[str]:
    """The address of a schema that all tests of a module share."""
    with _schema(server) as address:
        yield address


@contextmanager
def _schema(server: str) -> Iterator[str]:
    import psycopg

    name = f"hubbub_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # pyright: ignore[reportArgumentType, reportCallIssue]
    sign = "&" if "?" in server else "?"
    # Nothing of it needs to survive a power cut, and waiting for the disk is most of what such tests would do.
    yield f"{server}{sign}options=-csearch_path%3D{name}%20-csynchronous_commit%3Doff"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE")  # pyright: ignore[reportArgumentType, reportCallIssue]
