"""How fast organizations are found: by a representative who types a word, and by the form that looks for twins.

`python -m bench.search COUNT` fills the database up to so many organizations with names in three scripts, all under one published
letter, and prints milliseconds: {"find": […], "icontains": […], "twins": […]}, one value for each of `WORDS`, round after round.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any

from bench import runs
from bench.measure import Figure

FEW, MANY = 2_000, 20_000
ROUNDS = 5
OF_THE_SCAN = 1.0
LONGEST_P95 = 50.0  # milliseconds
# Kazakh, on a Russian keyboard, Latin in three transliterations, two words, an abbreviation, nothing
WORDS = ("қарлығаш", "карлыгаш", "qarlygash", "karlyğash", "karlygash", "таңғы шық", "кор", "ҚТШ", "нет такой")

_FIRST = (
    "Қарлығаш Таңғы Өңір Үміт Қырдағы Ғаламшар Ұшқан Әділ Тәуелсіз Жаңа Ашық Таза Болашақ Шаңырақ Мейірім Алтын Көк Ақ"
)
_SECOND = "шық сөз ауа су дала кітап бор бөлме шырақ көпір бесік қайнар жол дауыс кеңес мұра өнер ғылым білім денсаулық"
_THIRD = "балалар әйелдер жастар ұстаздар дәрігерлер заңгерлер журналистер экологтар еріктілер ата-аналар шаруалар суретшілер"
_FORMS = {
    "kk": ("қоғамдық қоры", "бірлестігі", "орталығы", "одағы"),
    "ru": ("Общественный фонд", "Объединение", "Центр", "Союз"),
    "en": ("Public Foundation", "Association", "Centre", "Union"),
}


def measure(database: str, env: dict[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """A search against a bare one, the look for twins, and both against ten times fewer organizations."""
    few = runs.program("bench.search", str(FEW), str(rounds), env=env)
    many = runs.program("bench.search", str(MANY), str(rounds), env=env)
    part = f"Searching {MANY:,} organizations, {database}"
    p95 = _p95(many["find"])
    reached = "yes" if p95 <= LONGEST_P95 else "NO"
    return [
        Figure(
            part,
            "one search",
            "searches/s",
            _rates(many["find"], rounds),
            "icontains over three names",
            _rates(many["icontains"], rounds),
            OF_THE_SCAN,
            f"p50 {_short(median(many['find']))} ms, p95 {_short(p95)} ms (at most {LONGEST_P95:.0f}: {reached}; "
            f"icontains p50 {_short(median(many['icontains']))} ms, p95 {_short(_p95(many['icontains']))} ms)",
            p95 <= LONGEST_P95,
        ),
        _growth(part, "one search", few["find"], many["find"], rounds),
        _growth(part, "look for twins of a claim", few["twins"], many["twins"], rounds),
    ]


def _growth(part: str, name: str, few: list[float], many: list[float], rounds: int) -> Figure:
    more = f"p50 {_short(median(many))} ms, p95 {_short(_p95(many))} ms"
    reference = f"among {FEW:,}"
    return Figure(part, name, "/s", _rates(many, rounds), reference, _rates(few, rounds), None, more)


def _rates(milliseconds: list[float], rounds: int) -> tuple[float, ...]:
    """How many a second, of each round."""
    length = len(milliseconds) // rounds
    return tuple(1000 * length / sum(milliseconds[start * length : (start + 1) * length]) for start in range(rounds))


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10 else f"{milliseconds:.0f}"


def main() -> None:
    """Fill and measure in this process."""
    import django

    django.setup()
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    _fill(count)
    print(json.dumps(_measured(rounds)))


def _fill(count: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, stdout=sys.stderr)
    from django.db import connection

    from letters.models import Letter
    from signatories.models import Organization

    letter = Letter.objects.filter(slug="searched").first() or _letter()
    begun = Organization.objects.filter(slug__startswith="searched-").count()
    _organizations(letter, begun, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a running database does by itself


def _letter() -> Any:
    from django.core.management import call_command

    from bench.data import open_letter

    call_command("seed_offices", verbosity=0, stdout=sys.stderr)
    return open_letter("searched", publish=True)


def _names(number: int) -> dict[str, str]:
    """Three names as people give them: Kazakh, the same with Russian letters, the same in Latin ones."""
    from campaign.base.languages import fold, slug_of

    first, second, third = (words.split() for words in (_FIRST, _SECOND, _THIRD))
    rest, one = divmod(number, len(first))
    rest, two = divmod(rest, len(second))
    rest, three = divmod(rest, len(third))
    form = rest % len(_FORMS["kk"])
    core, whose = f"{first[one]} {second[two]}", third[three]
    tail = f" {rest}" if rest >= len(_FORMS["kk"]) else ""
    return {
        "name_kk": f"«{core}» {whose} {_FORMS['kk'][form]}{tail}",
        "name_ru": f"{_FORMS['ru'][form]} «{fold(core).title()}» {fold(whose)}{tail}",
        "name_en": f"{slug_of(core).replace('-', ' ').title()} {slug_of(whose).title()} {_FORMS['en'][form]}{tail}",
        "abbreviation_kk": f"Қ{first[one][0]}{second[two][0].upper()}",
    }


def _organizations(letter: Any, begun: int, count: int) -> None:
    from django.utils import timezone

    from bench.data import signature_of
    from campaign.base.models import User
    from signatories.models import Mandate, Organization, Representative, SearchForm, Signature
    from signatories.search import names_of
    from signatories.services.organization import folded_names

    now = timezone.now()
    made = []
    for number in range(begun, count):
        names = _names(number)
        made.append(
            Organization(
                slug=f"searched-{number}",
                country="KZ",
                original_language="kk",
                domain=f"searched-{number}.example",
                verified_at=now,
                folded=folded_names(list(names.values())),
                **names,
            )
        )
    organizations = Organization.objects.bulk_create(made, batch_size=500)
    forms = [(one, names_of(vars(one))) for one in organizations]
    SearchForm.objects.bulk_create(
        [SearchForm(organization=one, words=n.words, keys=n.keys, initials=n.initials) for one, n in forms],
        batch_size=500,
    )
    if not organizations:
        return
    person = User.objects.get(email="coordinator@example.org")
    represents, _ = Representative.objects.get_or_create(user=person, organization=organizations[0])
    mandate = Mandate.objects.create(representative=represents, name="A", position="B", basis="head", stated_at=now)
    revision = letter.revisions.get()
    columns: dict[str, Any] = {"state": "admitted", "person": person, "mandate": mandate, "confirmed_at": now}
    Signature.objects.bulk_create(
        [signature_of(revision, one, decided_at=now, **columns) for one in organizations], batch_size=500
    )


def _measured(rounds: int) -> dict[str, list[float]]:
    from django.db.models import Q
    from django.utils import timezone

    from signatories.models import Organization
    from signatories.search import alike, find

    def bare(words: str) -> object:
        """What a page without search columns would do: each word somewhere in one of three names, listed ones only, twenty of them."""
        found = Organization.objects.listed(timezone.now())
        for word in words.split():
            found = found.filter(Q(name_kk__icontains=word) | Q(name_ru__icontains=word) | Q(name_en__icontains=word))
        return list(found.order_by("pk")[:20])

    claims = {words: _claim(words) for words in WORDS}
    sides: dict[str, Callable[[str], object]] = {
        "find": lambda words: find(words, at=timezone.now()),
        "icontains": bare,
        "twins": lambda words: alike(claims[words], at=timezone.now()),
    }
    for side in sides.values():
        side(WORDS[0])
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in sides if number % 2 == 0 else reversed(list(sides)):
            taken[name] += _milliseconds(sides[name])
    return taken


def _claim(words: str) -> dict[str, str]:
    empty = {f"{field}_{language}": "" for field in ("name", "abbreviation") for language in ("kk", "ru", "en")}
    return {
        **empty,
        "name_kk": f"{words} қоғамдық қоры",
        "domain": "unknown.example",
        "number": "",
        "number_scheme": "",
    }


def _milliseconds(side: Callable[[str], object]) -> Iterator[float]:
    for words in WORDS:
        began = time.perf_counter()
        side(words)
        yield 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
