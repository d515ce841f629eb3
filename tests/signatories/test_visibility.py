"""Who sees that an organization signed: everybody, the addressee, or nobody; and ever fewer."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base import freshness, register
from campaign.base.errors import NotAllowed
from campaign.base.jobs import JobState
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from letters import signed_by
from letters.models import Edition, Letter, Recipient, Revision, SignatoryList
from letters.printing.payload import Payload
from letters.services import edition as editions
from letters.services import letter as letters
from letters.services.enclosure import enclosures_of
from letters.signed_by import Counts
from letters.states import RecipientRole
from signatories.errors.signature import NothingToHide, OnlyStricter
from signatories.models import Organization, Representative, Signature
from signatories.services import signature as signatures
from signatories.services.visibility import restrict_visibility
from signatories.states import Role, SignatureState, Visibility
from tests.conftest import NOON, make_office, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("files")]


@pytest.fixture
def three(admitted: Callable[..., Signature]) -> dict[str, Signature]:
    """One signature of each visibility."""
    return {
        str(visibility): admitted(
            f"{visibility}@{visibility}.example",
            name=f"Organization {visibility}",
            website=f"https://{visibility}.example",
            visibility=visibility,
        )
        for visibility in Visibility
    }


def names_in(edition: Edition) -> tuple[list[str], list[str], int]:
    payload = Payload.from_json(edition.payload)
    public, addressee = payload.signatories, payload.addressee_signatories
    return [one.name for one in public], [one.name for one in addressee], payload.unnamed


def giver(signature: Signature) -> User:
    assert signature.person is not None
    return signature.person


def test_pages_name_public_signatures_alone_and_count_all(
    client: Client, three: dict[str, Signature], revision: Revision
) -> None:
    reader = signed_by.reader()

    assert [line.name for line in reader.standing(revision.letter_id, "en").names] == ["Organization public"]
    assert reader.counts([revision.letter_id])[revision.letter_id] == Counts(3, 0, 1, 1)
    assert reader.standing(revision.letter_id, "en").counts == Counts(3, 0, 1, 1)
    page = client.get("/en/letters/clean-air/").content.decode()
    assert "Signed by 3 organizations" in page
    assert "2 of them are counted, but not named in public: they chose so." in page
    assert "Organization addressee" not in page


def test_each_edition_shows_what_its_reader_may_know(
    open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    office = make_office(
        "court", {"kk": "Сот", "ru": "Суд", "en": "Court"}, {"kk": "Сотқа", "ru": "Суду", "en": "Court"}
    )
    Recipient.objects.create(letter=open_letter, role=RecipientRole.CC, order=2, office=office)

    letters.close_letter(open_letter, by=aigul, at=NOON)

    english = Edition.objects.filter(language="en")
    nobody_else = (["Organization public"], [], 2)
    assert names_in(english.get(recipient=None)) == nobody_else
    assert names_in(english.get(recipient__role=RecipientRole.CC)) == nobody_else
    to_the_addressee = (["Organization public"], ["Organization addressee"], 1)
    assert names_in(english.get(recipient__role=RecipientRole.TO)) == to_the_addressee


def test_the_frozen_fingerprint_is_the_same_whoever_hides(
    open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)

    frozen = SignatoryList.objects.get()
    only_public = {
        language: [row for row in rows if "public" in row["name"]] for language, rows in frozen.names.items()
    }
    said = register.facts_of(RegisterEntry.objects.get(kind="letter.closed"))
    assert re.fullmatch("[0-9a-f]{64}", frozen.salt)
    salted = {"names": only_public, "salt": frozen.salt}
    assert frozen.fingerprint == said["signatory_list"] == editions.fingerprint("qoltanba/signatories/v2", salted)
    assert (said["count"], said["named"]) == (3, 1)


def test_who_hides_before_publication_cannot_be_guessed_from_the_frozen_fingerprint(
    open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    letters.close_letter(open_letter, by=aigul, at=NOON)
    frozen, edition = SignatoryList.objects.get(), Edition.objects.filter(language="en").first()
    assert edition is not None
    before = {one.name: one.content for one in enclosures_of(edition)}

    restrict_visibility(three["public"], Visibility.COUNTED, by=giver(three["public"]), at=NOON)

    edition = Edition.objects.get(pk=edition.pk)
    after = {one.name: one.content for one in enclosures_of(edition)}
    assert frozen.salt in before["names.json"].decode()
    assert "names.json" not in after
    assert not any(frozen.salt.encode() in content for content in after.values())
    assert editions.fingerprint("qoltanba/signatories/v1", frozen.names) != frozen.fingerprint


def test_the_signer_makes_it_stricter_and_never_wider(three: dict[str, Signature], revision: Revision) -> None:
    signature, before = three["public"], freshness.version()

    restrict_visibility(signature, Visibility.ADDRESSEE, by=giver(signature), at=NOON)

    for wider in (Visibility.PUBLIC, Visibility.ADDRESSEE):
        with pytest.raises(OnlyStricter):
            restrict_visibility(signature, wider, by=giver(signature), at=NOON)
    assert signed_by.reader().standing(revision.letter_id, "en").names == []
    assert freshness.version() > before
    assert JournalEntry.objects.get(action="signature.visibility_restricted").details == {"visibility": "addressee"}
    assert Mail.objects.filter(template="visibility_restricted", to=signature.email).count() == 1


def test_only_the_signer_and_an_owner_may_change_it(three: dict[str, Signature], aigul: User) -> None:
    signature = three["public"]
    owner = make_person("owner@example.org")
    role = Representative.objects.create(user=owner, organization=signature.organization, role=Role.OWNER)

    for stranger in (aigul, giver(three["counted"]), owner):
        with pytest.raises(NotAllowed):
            restrict_visibility(signature, Visibility.COUNTED, by=stranger, at=NOON)
    Representative.objects.filter(pk=role.pk).update(accepted_at=NOON)
    restrict_visibility(signature, Visibility.COUNTED, by=owner, at=NOON)

    assert Signature.objects.get(pk=signature.pk).visibility == Visibility.COUNTED


def test_what_was_withdrawn_cannot_be_hidden_any_more(three: dict[str, Signature]) -> None:
    signature = three["public"]
    signatures.withdraw(signature, by=giver(signature), at=NOON)

    with pytest.raises(NothingToHide):
        restrict_visibility(signature, Visibility.COUNTED, by=giver(signature), at=NOON)


def test_after_the_closing_the_public_pdf_is_made_anew_and_delivered_copies_stay(
    open_letter: Letter,
    three: dict[str, Signature],
    aigul: User,
    files: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    delivered = Edition.objects.get(recipient__isnull=False, language="en")
    offered = Edition.objects.get(recipient=None, language="en")
    for edition in (delivered, offered):
        (files / f"{edition.pk}.pdf").write_bytes(b"%PDF-")
        Edition.objects.filter(pk=edition.pk).update(state=JobState.DONE, file=f"{edition.pk}.pdf", sha256="0" * 64)
    kept = delivered.payload

    with django_capture_on_commit_callbacks(execute=True):
        restrict_visibility(three["public"], Visibility.ADDRESSEE, by=giver(three["public"]), at=NOON)

    delivered.refresh_from_db()
    offered.refresh_from_db()
    assert (delivered.state, delivered.payload) == (JobState.DONE, kept)
    assert (offered.state, offered.sha256, bool(offered.file)) == (JobState.WAITING, "", False)
    assert names_in(offered) == ([], [], 3)
    assert sorted(path.name for path in files.glob("*.pdf")) == [f"{delivered.pk}.pdf"]
    not_printed = Edition.objects.get(recipient__isnull=False, language="kk")
    assert names_in(not_printed) == ([], ["Organization addressee", "Organization public"], 1)


def test_a_list_that_was_frozen_without_ids_lets_a_name_go_too(
    open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    SignatoryList.objects.update(members={})

    restrict_visibility(three["public"], Visibility.COUNTED, by=giver(three["public"]), at=NOON)

    assert names_in(Edition.objects.get(recipient=None, language="ru")) == ([], [], 3)


def test_an_organization_without_a_public_signature_has_no_page_and_is_found_nowhere(
    client: Client, three: dict[str, Signature]
) -> None:
    now = timezone.now()
    pages = {key: client.get(f"/en/organizations/{one.organization.slug}/").status_code for key, one in three.items()}

    assert pages == {"public": 200, "addressee": 404, "counted": 404}
    assert [one.name for one in Organization.objects.listed(now)] == ["Organization public"]


@pytest.mark.parametrize("visibility", Visibility)
def test_a_withdrawal_leaves_a_trace_only_where_it_was_seen(
    three: dict[str, Signature], revision: Revision, visibility: Visibility
) -> None:
    signature = three[str(visibility)]

    signatures.withdraw(signature, by=giver(signature), at=NOON)

    seen = int(visibility == Visibility.PUBLIC)
    assert len(signed_by.reader().standing(revision.letter_id, "en").withdrawn) == seen
    assert RegisterEntry.objects.filter(kind="signature.withdrawn").count() == seen
    assert signed_by.reader().counts([revision.letter_id])[revision.letter_id].admitted == 2


def test_a_signature_is_withdrawn_long_after_the_closing_and_the_page_says_both_numbers(
    client: Client, open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    letters.archive_letter(open_letter, by=aigul, at=NOON)
    before = json.dumps(list(Edition.objects.order_by("pk").values_list("payload", flat=True)))

    signatures.withdraw(three["public"], by=giver(three["public"]), at=NOON)

    for address in ("/en/letters/clean-air/", "/en/letters/clean-air/signatories/"):
        assert "3 organizations at delivery, 2 now." in client.get(address).content.decode()
    assert json.dumps(list(Edition.objects.order_by("pk").values_list("payload", flat=True))) == before


def test_an_owner_withdraws_and_a_colleague_who_left_does_not(three: dict[str, Signature]) -> None:
    signature = three["public"]
    gone = make_person("gone@example.org")
    owner = make_person("owner@example.org")
    facts = {"organization": signature.organization, "role": Role.OWNER, "accepted_at": NOON}
    Representative.objects.create(user=gone, left_at=NOON, **facts)
    Representative.objects.create(user=owner, **facts)

    with pytest.raises(NotAllowed):
        signatures.withdraw(signature, by=gone, at=NOON)
    signatures.withdraw(signature, by=owner, at=NOON)

    assert Signature.objects.get(pk=signature.pk).state == SignatureState.WITHDRAWN


def test_who_gave_a_signature_and_left_the_organization_decides_no_more(three: dict[str, Signature]) -> None:
    signature = three["public"]
    Representative.objects.filter(user=giver(signature)).update(left_at=NOON)

    with pytest.raises(NotAllowed):
        signatures.withdraw(signature, by=giver(signature), at=NOON)
    with pytest.raises(NotAllowed):
        restrict_visibility(signature, Visibility.COUNTED, by=giver(signature), at=NOON)


def test_one_that_was_seen_and_is_on_hold_leaves_its_trace_when_it_is_withdrawn(
    client: Client, three: dict[str, Signature], revision: Revision
) -> None:
    signature = three["public"]
    signature.move(SignatureState.ON_HOLD, held_at=NOON)
    client.force_login(giver(signature))
    assert client.get(f"/en/my/signatures/{signature.pk}/withdraw/").context["was_public"] is True

    signatures.withdraw(signature, by=giver(signature), at=NOON)

    assert len(signed_by.reader().standing(revision.letter_id, "en").withdrawn) == 1
    assert RegisterEntry.objects.filter(kind="signature.withdrawn").count() == 1


def test_one_that_was_on_hold_before_the_publication_never_stood_in_public_and_leaves_no_trace(
    client: Client, three: dict[str, Signature], revision: Revision
) -> None:
    signature = three["public"]
    signature.move(SignatureState.ON_HOLD, held_at=NOON - timedelta(hours=2))
    Letter.objects.update(published_at=NOON - timedelta(hours=1))
    client.force_login(giver(signature))
    asked = client.get(f"/en/my/signatures/{signature.pk}/withdraw/")

    signatures.withdraw(Signature.objects.get(pk=signature.pk), by=giver(signature), at=NOON)

    assert asked.context["was_public"] is False
    assert signed_by.reader().standing(revision.letter_id, "en").withdrawn == []
    assert "Organization public" not in client.get("/en/letters/clean-air/").content.decode()
    assert not RegisterEntry.objects.filter(kind="signature.withdrawn").exists()
    assert not Organization.objects.listed(timezone.now()).exists()


def test_three_withdrawals_within_a_day_alarm_the_coordinators_once(
    three: dict[str, Signature], admitted: Callable[..., Signature], aigul: User
) -> None:
    fourth = admitted("fourth@fourth.example", name="Fourth", website="https://fourth.example")
    told = []

    for signature in [*three.values(), fourth]:
        signatures.withdraw(signature, by=giver(signature), at=NOON)
        told.append(Mail.objects.filter(template="withdrawals", to=aigul.email).count())

    assert told == [0, 0, 1, 1]


def test_a_form_without_a_choice_is_not_taken_for_a_public_one(
    client: Client, open_letter: Letter, revision: Revision
) -> None:
    answer = client.post("/en/letters/clean-air/sign/new/", {"fingerprint": revision.fingerprint, "name_en": "Hidden"})

    assert "visibility" in answer.context["form"].errors
    assert not Signature.objects.exists()


def test_the_choice_is_made_on_the_form_and_made_stricter_under_my_signatures(
    client: Client, open_letter: Letter, revision: Revision
) -> None:
    form = {
        "fingerprint": revision.fingerprint,
        "person_name": "Mira Example",
        "position": "Director",
        "basis": "head",
        "email": "mira@hidden.example",
        "consent": "on",
        "name_en": "Hidden Organization",
        "original_language": "en",
        "kind": "organization",
        "country": "KZ",
        "visibility": "addressee",
    }

    client.post("/en/letters/clean-air/sign/new/", form)

    signature = Signature.objects.get()
    assert (signature.visibility, signature.consent_version) == ("addressee", "2")
    code = Mail.objects.get(template="signing_code").context["code"]
    signatures.confirm(signature, code, at=timezone.now())
    signature.refresh_from_db()
    client.force_login(giver(signature))
    address = f"/en/my/signatures/{signature.pk}/visibility/"
    choices = [value for value, _ in client.get(address).context["form"].fields["visibility"].choices]
    assert choices == ["counted"]
    assert client.post(address, {"visibility": "public"}).status_code == 422
    assert client.post(address, {"visibility": "counted"})["Location"] == "/en/my/"
    signature.refresh_from_db()
    assert signature.visibility == Visibility.COUNTED
