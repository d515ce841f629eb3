"""Chooses what the tests run on, before Django reads its settings.

TEST_BACKEND=sqlite (the default): SQLite, Celery's filesystem:// broker, a cache in memory. TEST_BACKEND=postgresql: a
private PostgreSQL and a private Redis, started here unless `tests/run.py` has started them already. Every worker of
pytest-xdist has a folder, a database and Redis numbers of its own.
"""

import atexit
import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers

GARBAGE = 10_000  # objects made and not ended since the collector looked last; Python's own figure is 700
OWN_TO_AN_INSTALLATION = (
    "SECRET_KEY_FALLBACKS",
    "SIGNING_PKCS12",
    "SIGNING_PKCS11",
    "SIGNING_PASSWORD",
    "TIMESTAMP_URL",
    "SIGNING_LEVEL",
    "SIGNING_ROOTS",
)
OWN_TO_AN_INSTALLATION += ("DEFAULT_FROM_EMAIL", "TRUSTED_PROXY_COUNT", "EDS_CA_DIR", "EDS_CRL_DIR", "EDS_OCSP_URL")
OWN_TO_AN_INSTALLATION += ("REGISTER_KEY", "REGISTER_ORIGIN", "REGISTER_MEMORY")


def pytest_addoption() -> None:
    """Called when the plugin is loaded, which is before pytest-django imports the settings."""
    folder = Path(tempfile.mkdtemp(prefix="qoltanba-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "static").mkdir()
    for name in OWN_TO_AN_INSTALLATION:
        os.environ.pop(name, None)
    os.environ.update(servers.embedded(folder))
    os.environ.update(SITE_URL="http://testserver", ALLOWED_HOSTS="testserver,localhost,127.0.0.1")
    os.environ.update(DEMONSTRATION="false", CACHE_URL="locmemcache://", EMAIL_URL="memorymail://")
    if backend() == "postgresql":
        _start_servers()
        number = 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        os.environ["DATABASE_URL"] = os.environ["TEST_POSTGRESQL"]
        os.environ["CACHE_URL"] = f"{os.environ['TEST_REDIS']}/{number}"
        os.environ["BROKER_URL"] = f"{os.environ['TEST_REDIS']}/{number + 1}"


def backend() -> str:
    """What the tests run on: sqlite or postgresql."""
    return os.environ.get("TEST_BACKEND", "sqlite")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on SQLite what needs PostgreSQL. Begin with the tests that start a site or a browser: whichever process is free takes
    the short ones meanwhile.
    """
    elsewhere = [item for item in items if item.get_closest_marker("postgresql")] if backend() == "sqlite" else []
    items[:] = [item for item in items if item not in elsewhere]
    config.hook.pytest_deselected(items=elsewhere)
    items.sort(key=lambda item: not any(item.get_closest_marker(mark) for mark in ("broker", "browser")))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported and collected, which stays to the end, and look at the rest less often:
    otherwise it takes a seventh of the time of both passes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


def pytest_report_header() -> str:
    """Say on which database and broker the tests run."""
    return "backend: " + ("PostgreSQL and Redis" if backend() == "postgresql" else "SQLite and filesystem://")


def _start_servers() -> None:
    """Start what nobody has started; it ends with this process. Workers of pytest-xdist inherit the addresses."""
    running = contextlib.ExitStack()
    atexit.register(running.close)
    if "TEST_POSTGRESQL" not in os.environ:
        os.environ["TEST_POSTGRESQL"] = running.enter_context(servers.postgresql())
        servers.make_template(os.environ["TEST_POSTGRESQL"])
    if "TEST_REDIS" not in os.environ:
        os.environ["TEST_REDIS"] = running.enter_context(servers.redis())


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[servers.Mailbox]:
    with servers.smtp() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(_smtp_server: servers.Mailbox) -> servers.Mailbox:
    """A real SMTP server's mailbox, empty; its address is `mailbox.url`."""
    _smtp_server.messages.clear()
    return _smtp_server
