"""How fast editions are printed and signed: three languages for ten recipients, in one process.

`python -m bench.printing cold` prints and signs them all in this fresh process; `python -m bench.printing warm ROUNDS`
takes turns with the bare WeasyPrint call, edition by edition. `large` prints lists of thousands of names and looks at its memory. All print
seconds as JSON.
"""

import ctypes
import gc
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import runs, sealing
from bench.measure import Figure

ROUNDS = 2
COLD_RUNS = 2
OF_THE_BARE_CALL = 1.0
LARGE, LARGER = 5_000, 20_000  # names
OF_THE_BARE_LIST = 1 / 1.2
AS_QUICK_BY_THE_NAME = 0.8
MOST_KEPT = 200  # MB that a worker may keep when the letters with thousands of names are done


def measure(env: dict[str, str], *, rounds: int = ROUNDS, cold_runs: int = COLD_RUNS) -> list[Figure]:
    """Editions a second, cold and warm, against the bare warm PDF/A-3a call for the same HTML."""
    env = {**env, "DEMONSTRATION": "true"}  # which makes its key by itself
    warm = runs.program("bench.printing", "warm", str(rounds), env=env)
    count, bare = warm["editions"], tuple(warm["editions"] / seconds for seconds in warm["bare"])
    cold = []
    for _ in range(min(cold_runs, rounds)):
        began = time.monotonic()
        runs.program("bench.printing", "cold", env=env)
        cold.append(count / (time.monotonic() - began))
    part, unit, name = f"Printing {count} editions, one process", "PDF/s", "bare warm PDF/A-3a call, same HTML"
    ours = tuple(count / seconds for seconds in warm["ours"])
    large = runs.program("bench.printing", "large", env=env)
    thousands, by_name = f"Printing {LARGE:,} and {LARGER:,} names, one process", large["larger"] / LARGER
    kept = large["kept"]
    return [
        Figure(part, "printed with its proofs and signed (PAdES B-B), warm", unit, ours, name, bare, OF_THE_BARE_CALL),
        Figure(part, "the same, a fresh process with its start", unit, tuple(cold), name, bare[: len(cold)]),
        Figure(
            thousands,
            f"{LARGE:,} names, tagged, printed and signed",
            "names/s",
            (LARGE / large["ours"],),
            "bare warm PDF/A-3a call, same tagged list",
            (LARGE / large["bare"],),
            OF_THE_BARE_LIST,
            more=f"{large['ours']:.1f} s",
        ),
        Figure(
            thousands,
            f"{LARGER:,} names",
            "names/s",
            (1 / by_name,),
            f"{LARGE:,} names",
            (LARGE / large["ours"],),
            AS_QUICK_BY_THE_NAME,
            more=f"{large['larger']:.1f} s; at most {large['most']:,.0f} MB, {kept:,.0f} MB more than before when it was done "
            f"(at most {MOST_KEPT}: {'yes' if kept <= MOST_KEPT else 'NO'})",
            also_required=kept <= MOST_KEPT,
        ),
        *sealing.measure(env, rounds=rounds),
    ]


def main() -> None:
    """Do one of the two in this process."""
    import django

    django.setup()
    editions = editions_to_print()
    if sys.argv[1] == "large":
        print(json.dumps(_large(editions[0])))
        return
    if sys.argv[1] == "cold":
        for edition in editions:
            _print_and_sign(edition)
        print(json.dumps({"editions": len(editions)}))
        return
    print(json.dumps({"editions": len(editions), **_warm(editions, int(sys.argv[2]))}))


def editions_to_print() -> list[Any]:
    """The editions for the recipients of the letter with 26 names, which is closed for it."""
    from django.utils import timezone

    from letters.models import Letter
    from letters.services.edition import editions_of
    from letters.services.letter import close_letter
    from letters.states import LetterState

    letter = Letter.objects.get(slug="names-26")
    if letter.state == LetterState.OPEN:
        close_letter(letter, by=None, at=timezone.now())
    return [edition for edition in editions_of(letter) if edition.recipient_id]


def _print_and_sign(edition: Any) -> bytes:
    """What a worker does with one edition, up to storing it: proofs from the register, pages, seal."""

    from letters.printing.payload import Payload
    from letters.printing.render import render
    from letters.printing.sign import sealer, sign
    from letters.services.enclosure import enclosures_of

    signed: bytes = sign(render(Payload.from_json(edition.payload), enclosures_of(edition), seal=sealer()))
    return signed


def _warm(editions: list[Any], rounds: int) -> dict[str, list[float]]:
    bare = _bare_call()
    pages = [_html_and_assets(edition.payload) for edition in editions]
    for edition, page in list(zip(editions, pages, strict=True))[::10]:
        _print_and_sign(edition)
        bare(*page)
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        seconds = {"ours": 0.0, "bare": 0.0}
        for number, (edition, page) in enumerate(zip(editions, pages, strict=True)):
            acts = [("ours", lambda edition=edition: _print_and_sign(edition)), ("bare", lambda page=page: bare(*page))]
            for name, act in acts if number % 2 == 0 else reversed(acts):
                began = time.perf_counter()
                act()
                seconds[name] += time.perf_counter() - began
        for name, value in seconds.items():
            taken[name].append(value)
    return taken


def _large(edition: Any) -> dict[str, float]:
    """Seconds for the long lists, and megabytes: at most, and kept afterwards beyond those of before."""
    from letters.printing.payload import Payload

    payload, bare = Payload.from_json(edition.payload), _bare_call()
    large, larger = (_with_names(payload, count) for count in (LARGE, LARGER))
    _print_alone(payload)
    bare(*_html_and_assets(payload.to_json()))
    before, taken = _megabytes(), {}
    page = _html_and_assets(large.to_json())
    for name, act in (
        ("ours", lambda: _print_alone(large)),
        ("bare", lambda: bare(*page)),
        ("larger", lambda: _print_alone(larger)),
    ):
        began = time.perf_counter()
        act()
        taken[name] = time.perf_counter() - began
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return taken | {"most": most, "kept": _megabytes() - before}


def _with_names(payload: Any, count: int) -> Any:
    names = payload.signatories
    return replace(payload, signatories=tuple(names[number % len(names)] for number in range(count)))


def _print_alone(payload: Any) -> bytes:
    from letters.printing.render import render
    from letters.printing.sign import sealer, sign

    signed: bytes = sign(render(payload, seal=sealer()))
    return signed


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_048_576


def _html_and_assets(frozen: str) -> tuple[str, dict[str, tuple[str, bytes]]]:
    from django.utils import translation

    from letters.printing.payload import Payload
    from letters.printing.render import assets_of, edition_html
    from letters.printing.sign import sealer

    payload = Payload.from_json(frozen)
    with translation.override(payload.language):
        return edition_html(payload, seal=sealer()), assets_of(payload)


def _bare_call() -> Any:
    """WeasyPrint as its own pages recommend it for many documents: style sheet and fonts made once."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from letters.printing import engine  # names the fonts before WeasyPrint is loaded

    fonts = FontConfiguration()
    style = CSS(string=(engine.HERE / "edition.css").read_text(encoding="utf-8"), font_config=fonts)

    def call(html: str, assets: dict[str, tuple[str, bytes]]) -> bytes:
        page = HTML(string=html, url_fetcher=engine.ClosedFetcher(assets))
        printed: bytes = page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a")
        return printed

    return call


if __name__ == "__main__":
    main()
