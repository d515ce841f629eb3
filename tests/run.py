"""The whole suite: everything on SQLite, then what depends on database or broker, or needs servers, on PostgreSQL and Redis.

`python -m tests.run ARGS` passes ARGS on to pytest in both passes. Ends with 0 only if both did.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import servers

NOTHING_COLLECTED = 5  # pytest's exit code


def main(arguments: list[str]) -> int:
    """Run both passes and return the exit code for the whole."""
    with contextlib.ExitStack() as running:
        file = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="qoltanba-sqlite-"))) / "db.sqlite3"
        with ThreadPoolExecutor() as at_once:
            made = at_once.submit(servers.make_template_file, file)
            addresses = {
                "TEST_POSTGRESQL": running.enter_context(servers.postgresql()),
                "TEST_REDIS": running.enter_context(servers.redis()),
            }
            servers.make_template(addresses["TEST_POSTGRESQL"])
        made.result()
        everything = one_pass("sqlite", arguments, {"TEST_SQLITE": str(file)})
        sensitive = one_pass("postgresql", ["-m", "database or broker or postgresql", *arguments], addresses)
    if sensitive == NOTHING_COLLECTED and everything == 0:
        return 0
    return everything or sensitive


def one_pass(backend: str, arguments: list[str], addresses: dict[str, str]) -> int:
    """Run pytest on one backend, its output going straight to the terminal."""
    print(f"\n=== {backend} ===", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments]
    environment = {**os.environ, **addresses, "TEST_BACKEND": backend}
    return subprocess.run(command, cwd=servers.ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
