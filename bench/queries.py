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
    reader, coordinator, owner = (Client(SERVER_NAME="testserver") for _ in range(3))
    asked = _propose()
    for client, email in ((coordinator, "coordinator@example.org"), (owner, asked.email)):
        client.force_login(User.objects.get(email=email), "allauth.account.auth_backends.AuthenticationBackend")
    for name, client, method, path, data in _pages(reader, coordinator, owner, asked):
        if method == "get":
            client.get(path)
        if "from memory" not in name:
            middleware.forget_pages()
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(client, method)(path, data)
        yield name, (answer.status_code, len(queries))


def _propose() -> Any:
    """A colleague proposes a signature to the owner of an organization, and a hundred are invited; the question to the owner."""
    from datetime import timedelta

    from django.utils import timezone

    from bench.data import signature_of
    from campaign.base.models import User
    from letters.models import Letter
    from signatories.models import MailedCode, Mandate, Representative, Signature
    from signatories.services.invitation import NewInvitation, prepare_invitations

    now, soon = timezone.now(), timezone.now() + timedelta(days=2)
    given = Signature.objects.filter(state="admitted").order_by("pk")[0]
    owner = Representative.objects.get(user=given.person_id, organization=given.organization_id)
    owner.role, owner.accepted_at = "owner", now
    owner.save(update_fields=["role", "accepted_at"])
    colleague = User.objects.create_user(f"colleague@{given.organization.domain}", language="en")
    acts = Representative.objects.create(user=colleague, organization=given.organization, accepted_at=now)
    mandate = Mandate.objects.create(representative=acts, name="B", position="Editor", basis="power", stated_at=now)
    revision = Letter.objects.get(slug="to-sign").revisions.get()
    proposal = signature_of(
        revision, given.organization, state="proposed", person=colleague, mandate=mandate, approval_due_at=soon
    )
    proposal.email = colleague.email
    proposal.save(force_insert=True)
    invited = [NewInvitation(f"Organization {one}", f"{one}@invited.example", "en", country="KZ") for one in range(100)]
    by = User.objects.get(email="coordinator@example.org")
    prepare_invitations(Letter.objects.get(slug=f"names-{NAMES[0]}"), invited, owner=by, by=by, at=now)
    return MailedCode.objects.create(
        purpose="approval", signature=proposal, email=given.email, language="en", code_expires_at=soon, asked_at=now
    )


def _pages(
    reader: Any, coordinator: Any, owner: Any, asked: Any
) -> Iterator[tuple[str, Any, str, str, dict[str, str]]]:
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
        ("desk: board, 100 invitations", coordinator, "desk-invitations", [few]),
        ("desk: organizations", coordinator, "desk-organizations", []),
        ("desk: one organization", coordinator, "desk-organization", [asked.signature.organization.slug]),
        ("home of a coordinator without signatures", coordinator, "my", []),
        ("home of an owner, asked to approve", owner, "my", []),
        ("organization at home", owner, "my-organization", [asked.signature.organization.slug]),
        ("approval", owner, "approval", [asked.token]),
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
