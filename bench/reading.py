"""How fast a letter page is read."""

import gzip
from pathlib import Path
from statistics import median

from bench import load, runs
from bench.data import NAMES
from bench.measure import Figure, interleaved

SECONDS = 2
ROUNDS = 5
TIMES_THE_ORM_PAGE = 5.0
FLAT = 0.8


def measure(
    database: str, env: dict[str, str], folder: Path, *, with_nginx: bool, rounds: int = ROUNDS
) -> list[Figure]:
    """The letter page with few and many names against the bare ORM page, and against the same bytes from nginx."""
    with (
        runs.gunicorn("campaign.wsgi", env) as site,
        runs.gunicorn("bench.reference.wsgi", env) as bare,
    ):
        paths = {count: f"/kk/letters/names-{count}/" for count in NAMES}
        pages = {count: _page(site + path, bare + path, count) for count, path in paths.items()}
        takes = {}
        for count, path in paths.items():
            takes[f"site {count}"] = lambda url=site + path: load.wrk(url, seconds=SECONDS)
            takes[f"bare {count}"] = lambda url=bare + path: load.wrk(url, seconds=SECONDS)
        with runs.nginx(folder / "nginx", {f"{count}.html": page for count, page in pages.items()}) as still:
            if with_nginx:
                for count in NAMES:
                    takes[f"nginx {count}"] = lambda url=f"{still}/{count}.html": load.wrk(url, seconds=SECONDS)
            for take in takes.values():
                take()
            taken = interleaved(rounds, takes)
    return list(_figures(database, taken, with_nginx))


def _page(url: str, reference: str, count: int) -> tuple[bytes, bytes]:
    """The page as it is and compressed; both sides must show all names."""
    plain, compressed = runs.fetch(url, compressed=False), runs.fetch(url, compressed=True)
    for body in (plain, gzip.decompress(compressed), runs.fetch(reference, compressed=False)):
        assert body.count("№ ".encode()) >= count, (url, reference, body.count("№ ".encode()))
    return plain, compressed


def _figures(database: str, taken: dict[str, list[load.Load]], with_nginx: bool) -> "list[Figure]":
    rates = {name: tuple(one.rate for one in loads) for name, loads in taken.items()}
    p99 = {name: median(one.p99 for one in loads) for name, loads in taken.items()}
    part = f"Reading a letter page, {database}"
    figures = []
    for count in NAMES:
        mine = f"site {count}"
        figures.append(
            Figure(
                part,
                f"{count:,} names",
                "requests/s",
                rates[mine],
                "ORM page",
                rates[f"bare {count}"],
                TIMES_THE_ORM_PAGE,
                f"p99 {p99[mine]:.0f} ms (ORM page {p99[f'bare {count}']:.0f} ms)",
            )
        )
        if with_nginx:
            reference = rates[f"nginx {count}"]
            figures.append(Figure(part, f"{count:,} names", "requests/s", rates[mine], "nginx, same bytes", reference))
    few, many = (rates[f"site {count}"] for count in NAMES)
    figures.append(Figure(part, f"{NAMES[1]:,} names", "requests/s", many, f"the page with {NAMES[0]}", few, FLAT))
    return figures
