"""A person asks for erasure: everything that is known of her goes, and what her organization signed stays proved."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from campaign.base import checkpoints, journal, post
from campaign.base.models import JournalEntry, Mail, RegisterEntry, RegisterWitness, User
from letters import captured_mail
from letters.journal_words import words
from letters.models import Comment, Coordinator, FirstReader, Issuer, Letter, UnsavedDraft
from letters.services import letter as letters
from signatories.models import (
    ColleagueInvitation,
    Dispute,
    EdsSignature,
    Evidence,
    Invitation,
    MailedCode,
    Mandate,
    Organization,
    Representative,
    Signature,
)
from signatories.services import evidence as evidences
from signatories.services import invitation as invitations
from signatories.services import receipt as receipts
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.services.consent_file import of_letter
from signatories.services.erasure import KEPT, ErasureRefused, erase_person
from signatories.states import CodePurpose, EvidenceKind, SignatureState
from tests.conftest import NOON, Printed, claim_of, mailed_code, make_person
from tests.tampering.test_offline_verifier import run

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EMAIL = "saule@verified.example"
NAME = "Сәуле Ерасылқызы"
POSITION = "Keeper of the Quzgyn archive"
WORDS = (EMAIL, NAME, "Ерасылқызы Сәуле", POSITION)


def command(*arguments: str) -> str:
    """What the command says."""
    said = io.StringIO()
    call_command("erase_person", *arguments, stdout=said)
    return said.getvalue()


def found() -> list[str]:
    """Every column of every table in which the person is still found, whatever the column is for."""
    places = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            for column, value in row.items():
                content = value.tobytes() if isinstance(value, memoryview) else value
                text = content.decode(errors="replace") if isinstance(content, bytes) else content
                shown = json.dumps(text, ensure_ascii=False, default=str).casefold()
                if any(word.casefold() in shown for word in WORDS):
                    places.append(f"{model._meta.label}.{column}")
    return sorted(set(places))


def sign(letter: Letter, *, at: Any = NOON) -> Signature:
    """Saule's confirmed signature."""
    revision = letter.revisions.get()
    known = Organization.objects.filter(name_en="Verified Organization").first()
    signature = signatures.start(
        revision,
        organization=known,
        claim=None if known else claim_of("Verified Organization", website="https://verified.example"),
        email=EMAIL,
        person_name=NAME,
        position=POSITION,
        basis="board",
        basis_note=f"minutes signed by {NAME}",
        fingerprint=revision.fingerprint,
        language="en",
        at=at,
    )
    signatures.confirm(signature, mailed_code(signature), at=at)
    signature.refresh_from_db()
    return signature


@pytest.fixture
def saule(
    open_letter: Letter, aigul: User, make_draft: Callable[..., Letter], files: Any, settings: Any, tmp_path: Path
) -> User:
    """Somebody who has left an organization for which she signed, and whose traces lie everywhere."""
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    signature = sign(open_letter)
    evidences.record_by_hand(signature, EvidenceKind.REGISTER_SEEN, detail=f"{NAME} stands there", by=aigul, at=NOON)
    evidences.record_by_hand(signature, EvidenceKind.CALL_BACK, detail=f"called {POSITION}", by=aigul, at=NOON)
    signatures.admit(signature, by=aigul, at=NOON, reason=f"{NAME} was met")
    signature.refresh_from_db()
    person = signature.person
    assert person is not None
    trace(person, signature, open_letter, make_draft("other"), aigul)
    representatives.leave(Representative.objects.get(user=person), at=NOON, without_owner=True)
    return person


def trace(person: User, signature: Signature, letter: Letter, draft: Letter, aigul: User) -> None:
    """Let the person stand in every table that may know her."""
    Coordinator.objects.create(user=person, issuer=letter.issuer)
    Authenticator.objects.create(user=person, type="totp", data={"secret": EMAIL})
    EmailAddress.objects.create(user=person, email="saule@elsewhere.example", verified=False)
    Client().force_login(person)
    asked = Client().session
    asked["asked"] = EMAIL
    asked.save()
    UnsavedDraft.objects.create(letter=draft, person=person, fields={"title_kk": NAME}, kept_at=NOON)
    reader = FirstReader.objects.create(
        letter=draft, email=EMAIL, language="kk", invited_by=aigul, expires_at=NOON + timedelta(days=9)
    )
    Comment.objects.create(reader=reader, texts={"kk": "text"}, words=f"I, {NAME}, disagree", written_at=NOON)
    ColleagueInvitation.objects.create(
        organization=signature.organization,
        email=EMAIL,
        language="kk",
        invited_by=aigul,
        invited_at=NOON,
        expires_at=NOON,
    )
    MailedCode.objects.create(
        purpose=CodePurpose.DISPUTE, signature=signature, email=EMAIL, language="kk", asked_at=NOON
    )
    Dispute.objects.create(
        signature=signature, email=EMAIL, statement=f"{NAME} was ill", disputed_at=NOON, resolved_at=NOON
    )
    Organization.objects.filter(pk=signature.organization_id).update(contact_email=EMAIL.title())
    RegisterWitness.objects.create(name="witness.example", key="k", email=EMAIL, language="kk")
    new = [
        invitations.NewInvitation(name=name, email=email, language="kk", contact_name=NAME, note=f"{NAME}, a friend")
        for name, email in (("Sent", EMAIL), ("Another", "office@another.example"))
    ]
    invitations.prepare_invitations(letter, new, owner=person, by=aigul, at=NOON)
    for one in Invitation.objects.select_related("letter__issuer"):
        invitations.send_invitation(one, by=aigul, at=NOON)
        invitations.add_note(one, f"{EMAIL}: wait for {NAME.upper()}", by=aigul, at=NOON)
    Invitation.objects.filter(name="Another").update(contact_name="Somebody Else")
    EdsSignature.objects.create(
        signature=signature,
        person=person,
        manifest=NAME.encode(),
        cms=EMAIL.encode(),
        facts={"subject": NAME, "number": "221140000111"},
        asked_at=NOON,
    )
    Mandate.objects.filter(signatures=signature).update(document="mandates/seen.pdf")
    Mandate.document.field.storage.save("mandates/seen.pdf", ContentFile(NAME.encode()))  # type: ignore[attr-defined]
    journal.write(
        "take_out.asked", letter, by=person, at=NOON, reason=f"for Ерасылқызы\u00a0Сәуле, {POSITION}, {EMAIL}"
    )
    post.send(
        "signature_notice", to="owner@example.org", language="en", email=EMAIL, person_name=NAME, position=POSITION
    )
    folder = Path(captured_mail.settings.EMAIL_FILE_PATH)
    folder.mkdir()
    messages = [f"Subject: For {to}\nTo: {to}\n\nHello.\n".encode() for to in (EMAIL, "other@example.org")]
    (folder / "all.log").write_bytes((b"-" * 79).join([*messages, b"\n"]))


def test_everything_known_of_a_person_goes_from_every_table(
    saule: User, open_letter: Letter, django_capture_on_commit_callbacks: Any, files: Path
) -> None:
    before = found()
    entries = list(RegisterEntry.objects.values())

    with django_capture_on_commit_callbacks(execute=True):
        said = command(EMAIL, "--yes")

    assert len(before) >= 20
    assert found() == []
    assert list(RegisterEntry.objects.values()) == entries
    assert not (files / "mandates" / "seen.pdf").exists()
    assert [message.to for message in captured_mail.captured()] == ["other@example.org"]
    assert "signatories.Signature: 1 stay the organization’s" in said
    assert "captured mail: 1 deleted" in said
    assert "Stays, and is to be looked at by hand" not in said


def test_the_listing_says_the_same_and_changes_nothing(saule: User) -> None:
    before = {model: list(model._base_manager.values()) for model in apps.get_models()}

    listed = command(EMAIL)

    assert {model: list(model._base_manager.values()) for model in apps.get_models()} == before
    assert [message.to for message in captured_mail.captured()] == ["other@example.org", EMAIL]
    assert listed.endswith("Nothing was changed. Add --yes to erase it; it cannot be taken back.\n")
    assert listed.splitlines()[1:-1] == command(EMAIL, "--yes").splitlines()[1:]


def test_the_organization_stays_signed_named_and_proved(
    saule: User, open_letter: Letter, aigul: User, client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    signature = Signature.objects.get()
    opening, pages = signature.opening, ["/en/letters/clean-air/", "/en/letters/clean-air/signatories/"]
    before = [client.get(page).content for page in pages]

    erase_person(EMAIL, at=NOON)

    point = checkpoints.sign_checkpoint(at=timezone.now())
    signature.refresh_from_db()
    receipt = receipts.receipt_of(signature)
    assert receipt is not None
    (tmp_path / "receipt.json").write_bytes(receipts.as_json(receipt))
    assert run(tmp_path / "receipt.json", "--key", point.key)[0] == 0
    assert receipt.opening == opening != {}
    assert signature.state == SignatureState.ADMITTED
    call_command("verify_signatures", stdout=io.StringIO())
    call_command("verify_register", stdout=io.StringIO())
    assert [client.get(page).content for page in pages] == before
    assert b"Verified Organization" in before[0]
    client.force_login(aigul)
    for page in ("signatures/", "", "invitations/", "take-outs/", "journal/"):
        assert client.get(f"/en/desk/letters/clean-air/{page}").status_code in (200, 404)
    assert "erased at the person’s wish" in client.get(f"/en/desk/signatures/{signature.pk}/").content.decode()
    assert "erased at the person’s wish" in client.get("/en/desk/letters/clean-air/signatures/").content.decode()


def test_a_letter_closes_and_is_proved_to_others_afterwards(
    saule: User, open_letter: Letter, aigul: User, settings: Any, tmp_path: Path
) -> None:
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path  # with a key of its own to seal with
    erase_person(EMAIL, at=NOON)

    letters.close_letter(open_letter, by=aigul, at=NOON)

    with of_letter(open_letter, language="en", by=aigul, at=NOON) as file, zipfile.ZipFile(file) as archive:
        facts = [json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("signatures/")]
        page = archive.read("index.html").decode()
    assert [one["person"] for one in facts] == [
        {"name": "", "position": "", "basis": facts[0]["person"]["basis"], "basis_note": "", "email": ""}
    ]
    assert "erased at the person’s wish" in page
    assert not any(word in page for word in WORDS)
    call_command("verify_signatures", stdout=io.StringIO())
    call_command("verify_register", stdout=io.StringIO())


def test_an_edition_that_was_printed_before_is_still_good(
    printed: Printed, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    signature = Signature.objects.get()
    representatives.leave(Representative.objects.get(), at=NOON, without_owner=True)
    point = checkpoints.sign_checkpoint(at=timezone.now())
    (tmp_path / "letter.pdf").write_bytes(printed.pdf)

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(signature.email, at=NOON)

    assert run(tmp_path / "letter.pdf", "--key", point.key)[0] == 0


def test_the_account_is_an_empty_row_with_which_nobody_signs_in(saule: User) -> None:
    User.objects.filter(pk=saule.pk).update(is_reviewer=True, is_staff=True, is_superuser=True)

    erase_person(EMAIL, at=NOON)

    saule.refresh_from_db()
    assert saule.email.startswith("erased-")
    assert saule.email.endswith("@erased.invalid")
    assert not any([saule.is_active, saule.is_staff, saule.is_superuser, saule.is_reviewer])
    assert not saule.has_usable_password()
    assert not EmailAddress.objects.filter(user=saule).exists()


def test_the_journal_says_that_it_was_done_and_not_to_whom(saule: User) -> None:
    erase_person(EMAIL, at=NOON)

    entry = JournalEntry.objects.get(action="person.erased")
    assert words(entry) == "Erased what was known of a person who asked for it."
    assert entry.by is None
    assert entry.details["rows"]["signatories.Signature"] == 1


def test_what_was_only_noted_about_the_evidence_goes_and_the_level_stays(saule: User) -> None:
    before = Organization.objects.get(name_en="Verified Organization").level

    erase_person(EMAIL, at=NOON)

    details = dict(Evidence.objects.exclude(checked_by=None).values_list("kind", "detail"))
    assert details == {"register_seen": "[erased] stands there", "call_back": "[erased]"}
    assert Organization.objects.get(name_en="Verified Organization").level == before > 0


def test_done_twice_and_a_stranger_s_address_say_that_there_is_nothing(
    saule: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(EMAIL, at=NOON)

    for address in (EMAIL, "nobody@example.org"):
        with pytest.raises(CommandError, match="Nothing is kept here that could be erased"):
            command(address, "--yes")

    assert JournalEntry.objects.filter(action="person.erased").count() == 1


def test_somebody_else_s_rows_stay_as_they_are(saule: User, confirmed: Callable[..., Signature], aigul: User) -> None:
    mira = confirmed()
    rows = (
        Signature.objects.filter(pk=mira.pk),
        User.objects.exclude(pk=saule.pk),
        Mandate.objects.filter(signatures=mira),
    )
    before = [list(one.values()) for one in rows]

    erase_person(EMAIL, at=NOON)

    assert [list(one.values()) for one in rows] == before


def test_a_namesake_keeps_what_is_said_of_her(saule: User) -> None:
    other = Mandate.objects.create(name=NAME, position="Member", basis="head", stated_at=NOON)
    note = journal.write("take_out.asked", other, by=None, at=NOON, reason=f"seen by {NAME}")
    assert note is None

    erase_person(EMAIL, at=NOON)

    other.refresh_from_db()
    assert other.name == NAME
    assert JournalEntry.objects.get(subject_kind="signatories.mandate", action="take_out.asked").details == {
        "reason": f"seen by {NAME}"
    }


def test_what_stands_in_a_letterhead_is_named_and_left(saule: User, issuer: Issuer) -> None:
    Issuer.objects.filter(pk=issuer.pk).update(email=EMAIL, executor_en=NAME)

    said = command(EMAIL, "--yes")

    assert "Stays, and is to be looked at by hand:\n  letters.Issuer: " in said
    assert Issuer.objects.get(pk=issuer.pk).email == EMAIL


def test_a_person_who_was_only_invited_is_erased_too(open_letter: Letter, aigul: User) -> None:
    new = invitations.NewInvitation(name="Fund", email=EMAIL, language="kk", contact_name=NAME)
    invitations.prepare_invitations(open_letter, [new], owner=aigul, by=aigul, at=NOON)

    erase_person(EMAIL.upper(), at=NOON)

    assert not Invitation.objects.exists()
    assert found() == []


def test_what_the_person_signed_on_paper_for_the_organization_goes_with_its_scan(
    saule: User, open_letter: Letter, django_capture_on_commit_callbacks: Any, files: Path
) -> None:
    online = Signature.objects.get()
    mandate = Mandate.objects.create(name=NAME.upper(), position="Chair", basis="head", stated_at=NOON)
    Signature.objects.filter(pk=online.pk).update(state=SignatureState.WITHDRAWN)
    online.refresh_from_db()
    vars(online).update(id=None, token="paper", source="paper", email="", person_id=None, admitted_index=None)
    vars(online).update(mandate_id=mandate.pk, person_name=NAME.upper(), scan="scans/one.pdf", scan_sha256="0" * 64)
    vars(online).update(entered_by_id=make_person("a@example.org").pk, seconded_by_id=make_person("b@example.org").pk)
    online.save(force_insert=True)
    (files / "scans").mkdir()
    (files / "scans" / "one.pdf").write_bytes(NAME.encode())

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(EMAIL, at=NOON)

    online.refresh_from_db()
    assert (online.person_name, online.scan, online.scan_sha256) == ("", "", "0" * 64)
    assert not (files / "scans" / "one.pdf").exists()
    assert found() == []


def test_what_was_begun_and_not_confirmed_goes_with_its_organization(start: Callable[..., Signature]) -> None:
    start(EMAIL)

    erase_person(EMAIL, at=NOON)

    assert not Signature.objects.exists()
    assert not Organization.objects.exists()
    assert not Mail.objects.exists()


def test_who_still_acts_is_refused_and_told_what_to_do_first(
    open_letter: Letter, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()

    with pytest.raises(ErasureRefused, match=f"still acts for: {signature.organization.slug}"):
        erase_person(signature.email, at=NOON)

    signature.refresh_from_db()
    assert signature.person_name == "Mira Example"


def test_a_signature_that_waits_is_decided_first(confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    with pytest.raises(ErasureRefused, match="still wait for somebody’s decision, under: clean-air"):
        erase_person(signature.email, at=NOON)

    signatures.withdraw(signature, by=signature.person, at=NOON)  # type: ignore[arg-type]
    erase_person(signature.email, at=NOON)
    signature.refresh_from_db()
    assert (signature.state, signature.email, signature.person_name) == ("withdrawn", "", "")


def test_the_last_coordinator_of_an_issuer_is_refused(aigul: User, issuer: Issuer) -> None:
    with pytest.raises(ErasureRefused, match="Nobody else coordinates the letters of: demo-fund"):
        erase_person(aigul.email, at=NOON)
    assert Coordinator.objects.filter(user=aigul).exists()

    berik = make_person("berik@example.org", is_active=False)
    Coordinator.objects.create(user=berik, issuer=issuer)
    with pytest.raises(ErasureRefused, match="Nobody else coordinates"):
        erase_person(aigul.email, at=NOON)

    User.objects.filter(pk=berik.pk).update(is_active=True)
    erase_person(aigul.email, at=NOON)
    assert not Coordinator.objects.filter(user=aigul).exists()


def test_an_open_dispute_of_the_person_is_decided_first(admitted: Callable[..., Signature]) -> None:
    signature = admitted()
    Dispute.objects.create(signature=signature, email=EMAIL, disputed_at=NOON)

    with pytest.raises(ErasureRefused, match="A dispute that the person raised still waits"):
        erase_person(EMAIL, at=NOON)


def test_every_exception_of_the_search_names_a_table_or_column_that_exists() -> None:
    for place in KEPT:
        label, _, column = place.partition(".")[2].partition(".")
        model = apps.get_model(place.split(".")[0], label)
        assert not column or model._meta.get_field(column)
