"""Documents on the desk: uploaded, refused, handed out, and forgotten in time."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaign.base.models import JournalEntry, User
from letters.models import Coordinator, Issuer, Letter
from signatories.forms.document import CleanDocument, clean_document
from signatories.models import Evidence, Mandate, Signature
from signatories.services import document as documents
from signatories.services import evidence as evidences
from signatories.services import paper as papers
from signatories.services import signature as signatures
from signatories.states import EvidenceKind
from tests.conftest import NOON, claim_of, make_person
from tests.disk import room_for
from tests.signatories.test_documents import _runs_a_program, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = timedelta(days=1)
LATER = NOON + timedelta(days=31)


@pytest.fixture
def stored(files: Path) -> Callable[[], list[str]]:
    """Names of the folders in which a file lies."""
    return lambda: sorted(path.parent.name for path in files.rglob("*") if path.is_file())


@pytest.fixture
def desk(client: Client, aigul: User, settings: Any) -> Client:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    return client


def clean() -> CleanDocument:
    return clean_document(SimpleUploadedFile("a.pdf", pdf()))


def record(signature: Signature, by: User) -> Evidence:
    return evidences.record_by_hand(
        signature, EvidenceKind.MANDATE_DOCUMENT, detail="board decision", by=by, at=NOON, document=clean()
    )


# Uploading


def test_a_document_is_kept_with_what_was_seen(
    desk: Client, confirmed: Callable[..., Signature], stored: Callable[[], list[str]]
) -> None:
    signature = confirmed()
    typed = {"kind": "mandate_document", "detail": "board decision no. 7"}

    answer = desk.post(
        f"/en/desk/signatures/{signature.pk}/evidence/", typed | {"document": SimpleUploadedFile("board.pdf", pdf())}
    )

    evidence = Evidence.objects.get(kind=EvidenceKind.MANDATE_DOCUMENT)
    assert answer.status_code == 302
    assert (evidence.detail, len(evidence.document_sha256), stored()) == ("board decision no. 7", 64, ["evidence"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (pdf(_runs_a_program), "the PDF holds programs"),
        (b"<!doctype html><script>alert(1)</script>", "not a readable PDF, PNG, JPEG or WEBP"),
        (b"%PDF-" + b" " * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
    ids=["program", "disguised page", "too heavy"],
)
def test_what_is_refused_leaves_nothing_and_keeps_what_was_typed(
    desk: Client, confirmed: Callable[..., Signature], stored: Callable[[], list[str]], content: bytes, told: str
) -> None:
    signature = confirmed()
    typed = {"kind": "mandate_document", "detail": "board decision no. 7"}
    file = SimpleUploadedFile("board.pdf", content, content_type="application/pdf")

    answer = desk.post(f"/en/desk/signatures/{signature.pk}/evidence/", typed | {"document": file})

    form = answer.context["evidence_form"]
    assert told in str(form.errors["document"])
    assert {name: form[name].value() for name in typed} == typed
    assert "board decision no. 7" in answer.content.decode()
    assert not Evidence.objects.filter(kind=EvidenceKind.MANDATE_DOCUMENT).exists()
    assert stored() == []


def test_a_full_disk_keeps_what_was_typed(desk: Client, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()
    typed = {"kind": "mandate_document", "detail": "board decision no. 7"}

    with room_for(100):
        answer = desk.post(
            f"/en/desk/signatures/{signature.pk}/evidence/", typed | {"document": SimpleUploadedFile("a.pdf", pdf())}
        )

    form = answer.context["evidence_form"]
    assert form["detail"].value() == "board decision no. 7"
    assert "there is no room for the document" in str(form.errors["document"])


# Handing out


@pytest.mark.usefixtures("files")
def test_a_document_goes_to_those_who_judge_the_case_and_to_nobody_else(
    client: Client, confirmed: Callable[..., Signature], aigul: User, stranger: User, issuer: Issuer, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    signature = confirmed()
    evidence = record(signature, aigul)
    reviewer = make_person("reviewer@example.org", is_reviewer=True)
    elsewhere = make_person("elsewhere@example.org")
    other = Issuer.objects.create(key="other", name_en="Other")
    Coordinator.objects.create(user=elsewhere, issuer=other)
    assert signature.person is not None
    people = {"coordinator": aigul, "reviewer": reviewer, "elsewhere": elsewhere, "signer": signature.person}
    answers = {}

    for name, person in (people | {"stranger": stranger}).items():
        client.force_login(person)
        response = client.get(f"/en/desk/documents/{evidence.pk}/")
        answers[name] = response.status_code
        if response.status_code == 200:
            assert b"".join(response).startswith(b"%PDF-")  # type: ignore[arg-type]
            assert response["Content-Disposition"] == f'attachment; filename="evidence-{evidence.pk}.pdf"'
            assert response["Content-Type"] == "application/octet-stream"
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert response["Cache-Control"] == "no-store"

    assert answers == {"coordinator": 200, "reviewer": 200, "elsewhere": 404, "signer": 403, "stranger": 403}
    client.logout()
    assert client.get(f"/en/desk/documents/{evidence.pk}/").status_code == 302


# Forgetting


def test_documents_are_forgotten_thirty_days_after_the_decision_and_their_digests_stay(
    confirmed: Callable[..., Signature],
    aigul: User,
    stored: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    signature = confirmed()
    record(signature, aigul)
    mandate = signature.mandate
    assert mandate is not None
    documents.keep_document(mandate.document, clean())
    mandate.document_sha256 = "0" * 64
    mandate.save(update_fields=["document", "document_sha256"])

    assert documents.forget_documents(at=LATER) == 0  # the claim waits
    signatures.refuse(signature, reason="Not theirs.", by=aigul, at=NOON + 10 * DAY)
    assert documents.forget_documents(at=LATER) == 0  # decided three weeks ago
    with django_capture_on_commit_callbacks(execute=True):
        assert documents.forget_documents(at=LATER + 10 * DAY) == 2
    assert documents.forget_documents(at=LATER + 10 * DAY) == 0

    evidence, mandate = Evidence.objects.get(kind=EvidenceKind.MANDATE_DOCUMENT), Mandate.objects.get()
    assert [bool(one.document) for one in (evidence, mandate)] == [False, False]
    assert [len(one.document_sha256) for one in (evidence, mandate)] == [64, 64]
    assert stored() == []
    assert JournalEntry.objects.filter(action="document.deleted").count() == 2


def test_what_came_without_any_decision_is_forgotten_after_thirty_days_and_each_organization_counts_alone(
    confirmed: Callable[..., Signature], aigul: User, stored: Callable[[], list[str]]
) -> None:
    waits, decided = confirmed("a@first.example", name="First"), confirmed("b@other.example", name="Quite Other")
    for signature in (waits, decided):
        record(signature, aigul)
    signatures.refuse(decided, reason="Not theirs.", by=aigul, at=NOON)

    assert documents.forget_documents(at=LATER) == 1

    kept = Evidence.objects.exclude(document="").get()
    assert kept.organization == waits.organization


def test_the_scan_of_a_signature_on_paper_stays_and_goes_with_a_discarded_entry(
    open_letter: Letter,
    aigul: User,
    stored: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    def enter(name: str) -> Signature:
        return papers.enter(
            open_letter.revisions.get(),
            organization=None,
            claim=claim_of(name),
            source="paper",
            person_name="Mira Example",
            position="Director",
            basis="head",
            basis_note="",
            visibility="public",
            signed_on=NOON.date(),
            scan=clean(),
            language="en",
            by=aigul,
            at=NOON,
        )

    kept, wrong = enter("On Paper"), enter("By Mistake")
    papers.second(kept, by=make_person("second@example.org", is_reviewer=True), at=NOON)
    signatures.refuse(kept, reason="No stamp.", by=aigul, at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        documents.forget_documents(at=NOON + 400 * DAY)
        documents.forget_strays(at=NOON + 400 * DAY)
    assert stored() == ["scans", "scans"]
    with django_capture_on_commit_callbacks(execute=True):
        papers.discard(wrong, by=aigul, at=NOON)

    assert stored() == ["scans"]
    assert Signature.objects.get(pk=kept.pk).scan


def test_files_that_no_row_knows_are_deleted_after_a_day_and_no_others(
    confirmed: Callable[..., Signature], aigul: User, files: Path, stored: Callable[[], list[str]]
) -> None:
    evidence = record(confirmed(), aigul)
    for file in (Evidence().document, Mandate().document, Signature().scan):
        documents.keep_document(file, clean())
    old, now = (NOON - 2 * DAY).timestamp(), (NOON - DAY / 2).timestamp()
    for path in files.rglob("*.pdf"):
        os.utime(path, (now, now))
    assert documents.forget_strays(at=NOON) == 0
    for path in files.rglob("*.pdf"):
        os.utime(path, (old, old))

    assert documents.forget_strays(at=NOON) == 3

    assert stored() == ["evidence"]
    assert Path(str(evidence.document.path)).exists()
    assert documents.forget_strays(at=NOON) == 0
