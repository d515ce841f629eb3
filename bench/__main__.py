"""`python -m bench`: everything in one run, on private servers that end with it."""

import argparse
import contextlib
import json
import os
import platform
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import board, checks, eds, printing, queries, reading, register, runs, search, signing
from bench.measure import Figure, table
from tests import servers

PARTS = ("reading", "signing", "printing", "queries", "search", "checks", "eds", "board", "register")


def main() -> int:
    """Measure, print the table, and end with 1 if something that is to be reached was not."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    began, load_before = time.monotonic(), os.getloadavg()
    figures: list[Figure] = []
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="qoltanba-bench-")))
        parts = set(arguments.only or PARTS)
        if parts & {"reading", "signing", "search"}:
            figures += _on_postgresql(running, folder / "postgresql", parts, arguments.rounds)
        if parts - {"signing", "checks", "eds", "board", "register"}:
            figures += _on_sqlite(folder / "sqlite", parts, arguments.rounds)
        if "checks" in parts:
            _say("Checks of domains")
            env = runs.environment(folder / "checks", f"sqlite:///{folder / 'checks' / 'none.sqlite3'}")
            figures += checks.measure(env, rounds=arguments.rounds or checks.ROUNDS)
        if "eds" in parts:
            _say("Electronic signatures")
            env = runs.environment(folder / "eds", f"sqlite:///{folder / 'eds' / 'none.sqlite3'}")
            figures += eds.measure(env, rounds=arguments.rounds or eds.ROUNDS)
        if "register" in parts:
            _say("The register: a million entries")
            address = running.enter_context(servers.postgresql(durable=True))
            figures += register.measure(
                runs.environment(folder / "register", address), rounds=arguments.rounds or register.ROUNDS
            )
        if "board" in parts:
            _say("The board of invitations")
            env = runs.environment(folder / "board", f"sqlite:///{folder / 'board' / 'db.sqlite3'}")
            figures += board.measure(env, rounds=arguments.rounds or board.ROUNDS)
    report = f"{_machine()}; load before: {load_before[0]:.1f}; {time.monotonic() - began:.0f} s"
    print(f"\n{table(figures)}\n\n{report}")
    if arguments.json:
        print(_keep(figures, report))
    return 1 if any(figure.reached() is False for figure in figures) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="leave out the other parts")
    parser.add_argument("--rounds", type=int, default=0, help="rounds of every part instead of its own number")
    parser.add_argument("--json", action="store_true", help="also write bench/results/<date>.json")
    return parser.parse_args()


def _on_postgresql(running: contextlib.ExitStack, folder: Path, parts: set[str], rounds: int) -> list[Figure]:
    _say("PostgreSQL: filling")
    address = running.enter_context(servers.postgresql(durable=True))
    env = runs.environment(folder, address)
    tokens = runs.program("bench.data", env=env)
    figures = []
    if "reading" in parts:
        _say("Reading, PostgreSQL")
        figures += reading.measure("PostgreSQL", env, folder, with_nginx=True, rounds=rounds or reading.ROUNDS)
    if "signing" in parts:
        _say("Signing, PostgreSQL")
        figures += signing.measure(env, tokens, rounds=rounds or signing.ROUNDS)
    if "search" in parts:
        _say("Search, PostgreSQL")
        figures += search.measure("PostgreSQL", env, rounds=rounds or search.ROUNDS)
    return figures


def _on_sqlite(folder: Path, parts: set[str], rounds: int) -> list[Figure]:
    _say("SQLite: filling")
    env = runs.environment(folder, f"sqlite:///{folder / 'db.sqlite3'}")
    runs.program("bench.data", env=env)
    figures = []
    if "reading" in parts:
        _say("Reading, SQLite")
        figures += reading.measure("SQLite", env, folder, with_nginx=False, rounds=rounds or 3)
    if "printing" in parts:
        _say("Printing")
        figures += printing.measure(env, rounds=rounds or printing.ROUNDS)
    if "queries" in parts:
        _say("SQL statements")
        figures += queries.measure(env)
    if "search" in parts:
        _say("Search, SQLite")
        figures += search.measure("SQLite", env, rounds=rounds or search.ROUNDS)
    return figures


def _say(step: str) -> None:
    print(f"· {step}", file=sys.stderr, flush=True)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} processors ({model}), Python {platform.python_version()}"


def _keep(figures: list[Figure], report: str) -> Path:
    file = Path(__file__).parent / "results" / f"{datetime.now(UTC):%Y-%m-%d-%H%M}.json"
    file.parent.mkdir(exist_ok=True)
    plain = {"run": report, "figures": [figure.as_plain() for figure in figures]}
    file.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
