"""Signatures that came on paper or by e-mail: one enters, another compares, nobody does both."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from campaign.base.errors import MoveRefused, NotAllowed
from campaign.base.models import JournalEntry, Mail, User
from letters.models import Coordinator, Issuer, Letter, Revision
from letters.services import letter as letters
from signatories.errors.signature import NotTakingSignatures, OwnSignature, SamePerson, SignedInFuture
from signatories.forms.document import clean_document
from signatories.models import Evidence, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import paper as papers
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, SignatureState
from signatories.tasks import forget_unconfirmed
from tests.conftest import NOON, claim_of, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def scan(name: str = "scan.png") -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


@pytest.fixture
def berik(issuer: Issuer) -> User:
    """A second coordinator of the same issuer."""
    person = make_person("berik@example.org")
    Coordinator.objects.create(user=person, issuer=issuer)
    return person


@pytest.fixture
def enter(revision: Revision, aigul: User, files: Path) -> Callable[..., Signature]:
    """Aigul enters signatures from paper."""

    def enter_one(**changes: Any) -> Signature:
        facts: dict[str, Any] = {
            "organization": None,
            "claim": claim_of("Paper Organization"),
            "source": "paper",
            "person_name": "Paper Person",
            "position": "Director",
            "basis": "head",
            "basis_note": "",
            "visibility": "public",
            "signed_on": date(2026, 11, 19),
            "scan": clean_document(scan()),
            "language": "kk",
            "by": aigul,
            "at": NOON,
        }
        return papers.enter(revision, **facts | changes)

    return enter_one


def admit(signature: Signature, by: User) -> None:
    for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.CHANNEL_SEEN, EvidenceKind.CALL_BACK):
        evidences.record_by_hand(signature, kind, detail="seen", by=by, at=NOON)
    signatures.admit(signature, by=by, at=NOON)
    signature.refresh_from_db()


def test_what_was_entered_counts_after_another_person_compared_it_and_it_was_admitted(
    client: Client, enter: Callable[..., Signature], aigul: User, berik: User
) -> None:
    signature = enter()
    assert (signature.state, signature.consent_version) == (SignatureState.STARTED, "paper-1")

    papers.second(signature, by=berik, at=NOON)
    signature.refresh_from_db()
    confirmed = signature.state, signature.entered_by, signature.seconded_by, signature.person
    admit(signature, aigul)

    assert confirmed == (SignatureState.CONFIRMED, aigul, berik, None)
    evidence = Evidence.objects.get(kind=EvidenceKind.PAPER_ORIGINAL)
    assert (evidence.mandate, evidence.checked_by) == (signature.mandate, berik)
    assert signature.scan_sha256 in evidence.detail
    assert signature.state == SignatureState.ADMITTED
    page = client.get("/en/letters/clean-air/").content.decode()
    assert "Paper Organization" in page
    assert "<small>on paper</small>" in page
    assert "Paper Person" not in page
    assert not Mail.objects.filter(to="").exists()
    acts = list(JournalEntry.objects.filter(action__startswith="signature.").values_list("action", flat=True))
    assert acts == ["signature.entered", "signature.seconded", "signature.admitted"]


def test_nobody_confirms_what_she_entered_herself(enter: Callable[..., Signature], aigul: User) -> None:
    signature = enter()

    with pytest.raises(SamePerson):
        papers.second(signature, by=aigul, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(seconded_by=aigul, state=SignatureState.CONFIRMED)

    assert Signature.objects.get().state == SignatureState.STARTED


def test_seconded_twice_it_is_confirmed_once(enter: Callable[..., Signature], berik: User) -> None:
    signature = enter()
    papers.second(signature, by=berik, at=NOON)

    with pytest.raises(MoveRefused):
        papers.second(signature, by=berik, at=NOON)
    with pytest.raises(MoveRefused):
        papers.discard(signature, by=berik, at=NOON)

    assert Evidence.objects.filter(kind=EvidenceKind.PAPER_ORIGINAL).count() == 1


def test_who_speaks_for_the_organization_neither_enters_nor_seconds(
    enter: Callable[..., Signature], admitted: Callable[..., Signature], berik: User, issuer: Issuer
) -> None:
    own = admitted()
    assert own.person is not None
    Coordinator.objects.create(user=own.person, issuer=issuer)

    with pytest.raises(OwnSignature):
        enter(organization=own.organization, claim=None, by=own.person)
    with pytest.raises(OwnSignature):
        papers.second(enter(organization=own.organization, claim=None), by=own.person, at=NOON)


def test_only_coordinators_of_the_letter_enter_and_only_while_it_takes_signatures(
    enter: Callable[..., Signature],
    open_letter: Letter,
    stranger: User,
    aigul: User,
    confirmed: Callable[..., Signature],
) -> None:
    online = confirmed()
    with pytest.raises(NotAllowed):
        enter(by=stranger)
    with pytest.raises(NotAllowed):
        papers.second(online, by=aigul, at=NOON)
    with pytest.raises(SignedInFuture):
        enter(signed_on=date(2026, 11, 22))
    letters.close_letter(open_letter, by=aigul, at=NOON)
    with pytest.raises(NotTakingSignatures):
        enter()


def test_what_was_thrown_away_or_forgotten_leaves_no_scan(
    enter: Callable[..., Signature], berik: User, files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        papers.discard(enter(), by=berik, at=NOON)
        enter(claim=claim_of("Another Paper Organization"))
        kept = papers.forget_unseconded(at=NOON + timedelta(days=30))
        gone = papers.forget_unseconded(at=NOON + timedelta(days=30, seconds=1))

    assert (kept, gone) == (0, 1)
    assert not Signature.objects.exists()
    assert not Organization.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_the_clock_leaves_fresh_ones_alone(enter: Callable[..., Signature]) -> None:
    enter(at=timezone.now() - timedelta(days=4))

    forget_unconfirmed()

    assert Signature.objects.count() == 1


def test_the_desk_enters_compares_and_confirms(
    client: Client, open_letter: Letter, aigul: User, berik: User, files: Path, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = "/en/desk/letters/clean-air/signatures/paper/"
    typed = {
        "name_en": "Typed Organization",
        "original_language": "en",
        "kind": "organization",
        "country": "KZ",
        "source": "mail",
        "person_name": "Typed Person",
        "position": "Chair",
        "basis": "board",
        "visibility": "addressee",
        "signed_on": "19/11/2025",
        "language": "ru",
    }
    assert client.get(f"{address}?q=typed").status_code == 200
    wrong = client.post(f"{address}new/", typed)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"scan"})
    assert "Typed Person" in wrong.content.decode()

    assert client.post(f"{address}new/", typed | {"scan": scan()}).status_code == 302

    signature = Signature.objects.get()
    assert (signature.source, signature.visibility, signature.language) == ("mail", "addressee", "ru")
    page = f"/en/desk/signatures/{signature.pk}/paper/"
    assert "Typed Organization" in client.get("/en/desk/letters/clean-air/signatures/").content.decode()
    assert "so a colleague must confirm it" in client.get(page).content.decode()
    client.force_login(berik)
    download = client.get(f"{page}scan/")
    assert b"".join(download).startswith(b"\xff\xd8")  # type: ignore[arg-type]
    assert download["Content-Disposition"].startswith("attachment")
    client.post(f"{page}second/")
    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED
    assert client.get(page)["Location"] == f"/en/desk/signatures/{signature.pk}/"
    assert client.get(f"/en/desk/signatures/{signature.pk}/").status_code == 200
    chosen = f"{address}organization/{signature.organization.slug}/"
    client.force_login(aigul)
    assert client.get(chosen).status_code == 200
