"""How fast the board of a letter's invitations is made, and whether it grows with them.

`python -m bench.board ROUNDS` fills its own database with letters of 30 and of 300 invitations and prints
{"queries": {"30": …, "300": …}, "30": […], "300": […], "bare": […]}: milliseconds, taken in turns.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench import runs
from bench.measure import Figure, interleaved

FEW, MANY = 30, 300
ROUNDS = 15
PAGES_A_ROUND = 3
OF_THE_LIST = 0.5
TEMPLATE = Path(__file__).parent / "reference" / "templates" / "invitations.html"


def measure(env: dict[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """The board with 300 invitations against a bare list of the same rows, and against the board with 30."""
    found = runs.program("bench.board", str(rounds), env={**env, "DEMONSTRATION": "true"})
    part, rates = (
        "The board of invitations, SQLite",
        {name: _rates(found[name]) for name in (str(FEW), str(MANY), "bare")},
    )
    few, many = found["queries"][str(FEW)], found["queries"][str(MANY)]
    same = "yes" if few == many else "NO"
    return [
        Figure(
            part,
            f"board, {MANY} invitations",
            "pages/s",
            rates[str(MANY)],
            "bare list of the same rows",
            rates["bare"],
            OF_THE_LIST,
            f"{median(found[str(MANY)]):.0f} ms, {many} SQL statements, as many as with {FEW}: {same}; bare {median(found['bare']):.0f} ms",
            few == many,
        ),
        Figure(
            part,
            f"board, {MANY} invitations",
            "pages/s",
            rates[str(MANY)],
            f"board, {FEW} invitations",
            rates[str(FEW)],
            more=f"{median(found[str(MANY)]):.0f} ms, {median(found[str(FEW)]):.0f} ms with {FEW}",
        ),
    ]


def _rates(milliseconds: list[float]) -> tuple[float, ...]:
    return tuple(1000 / value for value in milliseconds)


def main() -> None:
    """Fill, then ask for the pages in turns."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed_offices", verbosity=0, stdout=_Silence())
    print(json.dumps(_ask(int(sys.argv[1]))))


class _Silence:
    def write(self, text: str) -> None:
        """Keep standard output for the JSON."""

    def flush(self) -> None:
        """Nothing is kept back."""


def _ask(rounds: int) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from campaign.base.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    for count in (FEW, MANY):
        fill(count)
    desk = Client(SERVER_NAME="testserver")
    desk.force_login(
        User.objects.get(email="coordinator@example.org"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    paths = {str(count): f"/en/desk/letters/invited-{count}/invitations/" for count in (FEW, MANY)}
    takes = {name: (lambda path=path: _milliseconds(lambda: _page(desk, path))) for name, path in paths.items()}
    takes["bare"] = lambda: _milliseconds(bare_list)
    for take in takes.values():
        take()
    queries = {}
    for name, path in paths.items():
        with CaptureQueriesContext(connection) as counted:
            _page(desk, path)
        queries[name] = len(counted)
    return {"queries": queries, **interleaved(rounds, takes)}


def _page(desk: Any, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 200, answer.status_code


def _milliseconds(take: Any) -> float:
    begun = time.perf_counter()
    for _ in range(PAGES_A_ROUND):
        take()
    return 1000 * (time.perf_counter() - begun) / PAGES_A_ROUND


def bare_list() -> str:
    """As a tutorial would: one query with its joins, one template, every row; no person, no filter, no counts, no drawing."""
    from django.template import engines

    from signatories.models import Invitation

    rows = Invitation.objects.filter(letter__slug=f"invited-{MANY}").select_related("owner", "signature")
    template: Any = engines["django"].from_string(TEMPLATE.read_text(encoding="utf-8"))
    page: str = template.render({"invitations": rows.order_by("name", "pk")})
    return page


def fill(count: int) -> None:
    """A letter with so many invitations in every state, with notes, owners and signatures."""
    from django.utils import timezone

    from bench.data import admit, open_letter
    from campaign.base.models import User
    from signatories.models import Invitation, InvitationNote, Signature
    from signatories.services.invitation import NewInvitation, prepare_invitations

    letter, now = open_letter(f"invited-{count}", publish=True), timezone.now()
    person = User.objects.get(email="coordinator@example.org")
    new = [
        NewInvitation(
            name=f"«Бастама {number}» қоғамдық қоры",
            email=f"office@{count}-{number}.example",
            language=("kk", "ru", "en")[number % 3],
            country=("KZ", "KZ", "KG", "AT", "US", "")[number % 6],
            kind=("organization", "network", "media", "")[number % 4],
            contact_name="Айгүл Мысалқызы",
        )
        for number in range(count)
    ]
    prepare_invitations(letter, new, owner=person, by=person, at=now)
    admit(letter, count // 5)
    signatures = list(Signature.objects.filter(revision__letter=letter).order_by("pk"))
    rows = list(Invitation.objects.filter(letter=letter).order_by("pk"))
    states = ("invited", "seen", "considering", "needs_board", "declined", "bounced", "prepared")
    for number, row in enumerate(rows):
        row.state, row.invited_at = states[number % 7], now
        row.next_reminder_at = now + timedelta(days=5)
        if number < len(signatures):
            row.state, row.signature, row.answered_at = "signed", signatures[number], now
    Invitation.objects.bulk_update(
        rows, ["state", "invited_at", "next_reminder_at", "signature", "answered_at"], batch_size=100
    )
    InvitationNote.objects.bulk_create(
        [InvitationNote(invitation=row, author=person, text="Called.", at=now) for row in rows[::2]]
    )


if __name__ == "__main__":
    main()
