"""How many SQL statements a page takes: every page that is made anew, and the letter page from memory.

`python -m bench.queries` prints name → [status, count] as JSON, asked through Django's test client in this process.
"""

import json
from collections.abc import Iterator
from typing import Any

from bench import runs
from bench.data import CODE, NAMES
from bench.measure import Figure

MOST_FOR_A_LETTER = 8


def measure(env: dict[str, str]) -> list[Figure]:
    """The statements of each page; the letter page may take eight."""
    counted: dict[str, tuple[int, int]] = runs.program("bench.queries", env={**env, "DEMONSTRATION": "true"})
    figures = []
    for name, (status, count) in counted.items():
        limited = name.startswith("letter, made anew")
        more = f"at most {MOST_FOR_A_LETTER}: {'yes' if count <= MOST_FOR_A_LETTER else 'NO'}" if limited else ""
        figures.append(Figure("SQL statements of a page", f"{name} ({status})", "", (float(count),), more=more))
    return figures


def main() -> None:
    """Ask for each page once to warm up, then count."""
    import django

    django.setup()
    print(json.dumps(dict(_count())))


def _count() -> Iterator[tuple[str, tuple[int, int]]]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from campaign import middleware
    from campaign.base.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    reader, coordinator = Client(SERVER_NAME="testserver"), Client(SERVER_NAME="testserver")
    coordinator.force_login(
        User.objects.get(email="coordinator@example.org"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    for name, client, method, path, data in _pages(reader, coordinator):
        if method == "get":
            client.get(path)
        if "from memory" not in name:
            middleware.forget_pages()
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(client, method)(path, data)
        yield name, (answer.status_code, len(queries))


def _pages(reader: Any, coordinator: Any) -> Iterator[tuple[str, Any, str, str, dict[str, str]]]:
    from django.urls import NoReverseMatch, reverse

    from signatories.models import Organization, Signature

    few, many = (f"names-{count}" for count in NAMES)
    started = Signature.objects.filter(state="started").order_by("pk").last()
    organization = Organization.objects.order_by("pk").first()
    admitted = Signature.objects.filter(state="admitted").order_by("pk").first()
    assert started
    assert organization
    assert admitted
    pages: list[tuple[str, Any, str, list[Any]]] = [
        ("home, made anew", reader, "home", []),
        (f"letter, made anew, {NAMES[0]} names", reader, "letter", [few]),
        (f"letter, made anew, {NAMES[1]:,} names", reader, "letter", [many]),
        (f"letter, from memory, {NAMES[1]:,} names", reader, "letter", [many]),
        ("check a code", reader, "verify-code", [admitted.revision.check_code]),
        ("sign: find the organization", reader, "sign", ["to-sign"]),
        ("sign: organization of the list", reader, "sign-organization", ["to-sign", organization.slug]),
        ("sign: new organization", reader, "sign-new", ["to-sign"]),
        ("sign: page for the code", reader, "signing-code", [started.token]),
        ("desk", coordinator, "desk", []),
        ("desk: letter", coordinator, "desk-letter", [few]),
        ("desk: recipients", coordinator, "desk-recipients", [few]),
        ("desk: editions", coordinator, "desk-editions", [few]),
        ("desk: signatures, 26", coordinator, "desk-signatures", [few]),
        ("desk: signatures, 1,000", coordinator, "desk-signatures", [many]),
        ("desk: one signature", coordinator, "desk-signature", [admitted.pk]),
        ("desk: signatories as CSV, 1,000", coordinator, "desk-signatories-csv", [many]),
        ("my signatures", coordinator, "my", []),
    ]
    for name, client, address, arguments in pages:
        try:
            path = reverse(address, args=arguments)
        except NoReverseMatch:
            continue
        yield name, client, "get", path, {}
    yield "sign: the code comes back", reader, "post", reverse("signing-code", args=[started.token]), {"code": CODE}


if __name__ == "__main__":
    main()
