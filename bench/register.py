"""What the public register costs: appending, proving an entry, and replaying everything, at a million entries.

`python -m bench.register ROUNDS` (on an empty PostgreSQL database of its own) prints rates as JSON: appends by four processes through
`register.append` and by the bare statements; proofs at ten thousand and at a million entries; the replay of a million, and reading and
hashing the same rows alone.
"""

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any

from bench import runs
from bench.measure import Figure

FEW, MANY = 10_000, 1_000_000
WRITERS, APPENDS, PROOFS = 4, 400, 400
ROUNDS = 3
OF_THE_BARE_APPEND = 1.0
LEAST_APPENDS = 1_000.0  # a second
LONGEST_PROOF = 20.0  # milliseconds
LONGEST_REPLAY = 30.0  # seconds
PART = f"The register, PostgreSQL, synchronous_commit=on, {MANY:,} entries"


def measure(env: dict[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """Appends against the bare statements, proofs against a hundred times fewer entries, the replay against bare hashing."""
    taken: dict[str, list[float]] = runs.program("bench.register", str(rounds), env=env)
    appends, proofs = median(taken["appends"]), taken["p95 at a million"][0]
    seconds = MANY / median(taken["replays"])
    return [
        Figure(
            PART,
            f"appends, {WRITERS} processes",
            "appends/s",
            tuple(taken["appends"]),
            "bare: one lock, one row, one update",
            tuple(taken["bare appends"]),
            OF_THE_BARE_APPEND,
            f"at least {LEAST_APPENDS:,.0f}: {_said(appends >= LEAST_APPENDS)}",
            appends >= LEAST_APPENDS,
        ),
        Figure(
            PART,
            "proof that an entry stands in it",
            "proofs/s",
            tuple(taken["proofs at a million"]),
            f"the same with {FEW:,} entries",
            tuple(taken["proofs at ten thousand"]),
            0.4,
            f"p95 {proofs:.1f} ms (at most {LONGEST_PROOF:.0f}: {_said(proofs <= LONGEST_PROOF)})",
            proofs <= LONGEST_PROOF,
        ),
        Figure(
            PART,
            "replay from the first entry",
            "entries/s",
            tuple(taken["replays"]),
            "reading and hashing the same rows",
            tuple(taken["bare replays"]),
            0.2,
            f"{seconds:.0f} s for all (at most {LONGEST_REPLAY:.0f}: {_said(seconds <= LONGEST_REPLAY)})",
            seconds <= LONGEST_REPLAY,
        ),
    ]


def _said(reached: bool) -> str:
    return "yes" if reached else "NO"


def main() -> None:
    """Measure on the database of the environment."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    rounds = int(sys.argv[1])
    taken: dict[str, list[float]] = {"appends": [], "bare appends": []}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_entry (n bigint, leaf bytea)")
    _fill(FEW)
    for number in range(rounds):
        pair = (("appends", _append), ("bare appends", _append_barely))
        for name, act in pair if number % 2 == 0 else reversed(pair):
            taken[name].append(_by_several(act))
    times = [_prove() for _ in range(rounds)]
    taken["proofs at ten thousand"] = [PROOFS / sum(one) for one in times]
    _fill(MANY)
    times = [_prove() for _ in range(rounds)]
    taken["proofs at a million"] = [PROOFS / sum(one) for one in times]
    taken["p95 at a million"] = [1000 * quantiles([each for one in times for each in one], n=20)[-1]]
    taken["replays"], taken["bare replays"] = [], []
    for _ in range(min(rounds, 2)):
        taken["replays"].append(MANY / _timed(_replay))
        taken["bare replays"].append(MANY / _timed(_hash_all))
    print(json.dumps(taken))


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _by_several(act: Callable[[], None]) -> float:
    """Acts a second, of all writers together."""
    from django.db import connection

    connection.close()
    writers = [multiprocessing.get_context("fork").Process(target=_repeat, args=(act,)) for _ in range(WRITERS)]
    began = time.perf_counter()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return WRITERS * APPENDS / (time.perf_counter() - began)


def _repeat(act: Callable[[], None]) -> None:
    for _ in range(APPENDS):
        act()


def _append() -> None:
    from django.db import transaction
    from django.utils import timezone

    from campaign.base import register

    with transaction.atomic():
        register.append(
            "signature.admitted", letter="a" * 32, at=timezone.now(), fingerprint="0" * 64, signatory="1" * 64
        )


def _append_barely() -> None:
    """A lock, a row and an update in one transaction, without hashes, nodes and the state of public pages."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT size FROM base_registerhead WHERE id = 1 FOR UPDATE")
        cursor.execute("INSERT INTO bare_entry VALUES (%s, %s)", [1, b"x" * 250])
        cursor.execute("UPDATE base_registerhead SET size = size WHERE id = 1")


def _fill(size: int) -> None:
    """Bring the register to so many entries, by COPY: what `register.append` would have written."""
    from django.db import connection

    from campaign.base import merkle
    from campaign.base.models import RegisterEntry, RegisterHead

    head = RegisterHead.objects.get(pk=1)
    frontier, nodes = merkle.split_frontier(bytes(head.frontier)), []
    assert RegisterEntry.objects.count() == head.size
    with connection.cursor() as cursor:
        with cursor.copy('COPY base_registerentry ("index", kind, letter, leaf, leaf_hash, at) FROM STDIN') as copy:
            for index, leaf in _leaves(head.size, size):
                hashed = merkle.leaf_hash(leaf)
                frontier, completed = merkle.grow(index, frontier, hashed)
                nodes += completed
                copy.write_row((index, "signature.admitted", "a" * 32, leaf, hashed, "2026-11-20 12:00:00+00"))
        with cursor.copy('COPY base_registernode (level, "index", hash) FROM STDIN') as copy:
            for node in nodes:
                copy.write_row(node)
        cursor.execute("ANALYZE base_registerentry")
        cursor.execute("ANALYZE base_registernode")
    RegisterHead.objects.filter(pk=1).update(size=max(size, head.size), frontier=b"".join(frontier))


def _leaves(first: int, end: int) -> Iterator[tuple[int, bytes]]:
    for index in range(first, end):
        facts = {"at": "2026-11-20T12:00:00Z", "fingerprint": f"{index:064x}", "letter": "a" * 32}
        facts |= {"op": "signature.admitted", "signatory": f"{index * 7919:064x}", "v": 1}
        yield index, json.dumps(facts, separators=(",", ":")).encode()


def _prove() -> list[float]:
    """Seconds of each proof."""
    from campaign.base import register
    from campaign.base.models import RegisterHead

    size = RegisterHead.objects.get(pk=1).size
    times = []
    for number in range(PROOFS):
        began = time.perf_counter()
        proof = register.inclusion_proof(number * 7919 % size)
        times.append(time.perf_counter() - began)
        assert proof.holds()
    return times


def _replay() -> None:
    from campaign.base.replay import replay

    found = replay()
    assert (found.size >= MANY, found.problems) == (True, ())


def _hash_all() -> None:
    from campaign.base import merkle
    from campaign.base.models import RegisterEntry

    rows: Any = RegisterEntry.objects.order_by("index").values_list("leaf", flat=True)
    for leaf in rows.iterator(chunk_size=2000):
        merkle.leaf_hash(bytes(leaf))


if __name__ == "__main__":
    main()
