"""What each level of a seal costs: the same printed editions, sealed B-B, and with the time (T), proofs (LT) and archive time stamp (LTA) of a
local authority.

`python -m bench.sealing ROUNDS` prints seconds as JSON.
"""

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench import runs
from bench.measure import Figure, interleaved

EDITIONS = 6
LEVELS = {"B-B": "B-B", "T": "B-T, time stamp", "LT": "B-LT, and proofs", "LTA": "B-LTA, and archive time stamp"}


def measure(env: dict[str, str], *, rounds: int) -> list[Figure]:
    """Seals a second at each level, against B-B."""
    taken = runs.program("bench.sealing", str(rounds), env=env)
    rates = {level: tuple(EDITIONS / seconds for seconds in taken[level]) for level in LEVELS}
    part = "Sealing an edition, with an authority on this machine"
    return [
        Figure(
            part, name, "seals/s", rates[level], "" if level == "B-B" else "B-B", () if level == "B-B" else rates["B-B"]
        )
        for level, name in LEVELS.items()
    ]


def main() -> None:
    """Seal in this process, with the authority in another."""
    import django

    django.setup()
    here, there = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory(prefix="qoltanba-authority-") as folder:
        serving = multiprocessing.get_context("spawn").Process(
            target=_serve, args=[there, Path(folder) / "authority"], daemon=True
        )
        serving.start()
        pkcs12, roots, timestamps, password = here.recv()
        from django.test import override_settings

        with override_settings(SIGNING_PKCS12=pkcs12, SIGNING_PASSWORD=password, SIGNING_ROOTS=roots):
            takes = _takes(_printed(), timestamps)
            for take in takes.values():
                take()
            print(json.dumps(interleaved(int(sys.argv[1]), takes)))
        here.send("end")
        serving.join()


def _serve(pipe: Connection, folder: Path) -> None:
    from tests.sealing_authority import PASSWORD, running_authority

    with running_authority(folder) as authority:
        pipe.send((str(authority.pkcs12), str(authority.roots), authority.timestamps, PASSWORD))
        pipe.recv()


def _printed() -> list[bytes]:
    from bench.printing import editions_to_print
    from letters.printing.payload import Payload
    from letters.printing.render import render
    from letters.printing.sign import sealer

    return [render(Payload.from_json(one.payload), seal=sealer()) for one in editions_to_print()[:EDITIONS]]


def _takes(printed: list[bytes], timestamps: str) -> dict[str, Callable[[], float]]:
    from django.test import override_settings

    from letters.printing.sign import sign

    def take(level: str) -> float:
        began = time.perf_counter()
        with override_settings(TIMESTAMP_URL="" if level == "B-B" else timestamps):
            for pdf in printed:
                sign(pdf, level=level if level in ("LT", "LTA") else "")
        return time.perf_counter() - began

    def of(level: str) -> Callable[[], Any]:
        return lambda: take(level)

    return {level: of(level) for level in LEVELS}


if __name__ == "__main__":
    main()
