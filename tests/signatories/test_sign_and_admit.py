"""From the first form to the signatory list, and back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaign.base import register
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from campaign.base.replay import replay
from letters import signed_by
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.errors.code import CodeExhausted, CodeExpired, CodeWrong, TooManyCodes
from signatories.errors.decision import EvidenceMissing, HumanLookMissing
from signatories.errors.signature import AlreadySigned, AnotherIsAdmitted, NotTakingSignatures, TextChanged
from signatories.models import Evidence, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, SignatureState
from tests.conftest import NOON, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def names(revision: Revision, language: str = "en") -> list[str]:
    return [line.name for line in signed_by.reader().standing(revision.letter_id, language).names]


def test_an_admitted_organization_stands_in_the_list_and_in_the_register(
    revision: Revision, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()

    assert names(revision) == ["Verified Organization"]
    entry = RegisterEntry.objects.get(kind="signature.admitted")
    assert register.facts_of(entry)["signatory"] == signature.commitment()
    assert signature.admitted_index == entry.index
    assert replay().problems == ()


def test_a_confirmed_signature_shows_nothing_before_a_coordinator_has_looked(
    revision: Revision, confirmed: Callable[..., Signature]
) -> None:
    signature = confirmed()

    assert signature.state == SignatureState.CONFIRMED
    assert names(revision) == []
    assert not RegisterEntry.objects.filter(kind__startswith="signature").exists()


def test_a_wrong_code_confirms_nothing_and_the_tenth_ends_it(start: Callable[..., Signature]) -> None:
    signature = start()
    right = mailed_code(signature)

    for left in range(9, 0, -1):
        with pytest.raises(CodeWrong, match=str(left)):
            signatures.confirm(signature, "00000000", at=NOON)
    with pytest.raises(CodeExhausted):
        signatures.confirm(signature, "00000000", at=NOON)
    with pytest.raises(CodeExhausted):
        signatures.confirm(signature, right, at=NOON)

    signature.refresh_from_db()
    assert signature.state == SignatureState.STARTED
    assert not Signature.objects.exclude(person=None).exists()


def test_an_expired_code_confirms_nothing(start: Callable[..., Signature]) -> None:
    signature = start()

    with pytest.raises(CodeExpired):
        signatures.confirm(signature, mailed_code(signature), at=NOON + timedelta(minutes=31))


def test_a_new_code_ends_the_old_one(start: Callable[..., Signature]) -> None:
    signature = start()
    old = mailed_code(signature)
    signatures.send_new_code(signature, at=NOON + timedelta(minutes=2))

    with pytest.raises(CodeWrong):
        signatures.confirm(signature, old, at=NOON + timedelta(minutes=3))
    signatures.confirm(signature, mailed_code(signature), at=NOON + timedelta(minutes=3))

    assert Signature.objects.get().state == SignatureState.CONFIRMED


def test_one_address_gets_at_most_five_codes_a_day_for_a_letter(start: Callable[..., Signature]) -> None:
    for _ in range(5):
        start()

    with pytest.raises(TooManyCodes):
        start()

    assert Mail.objects.filter(template="signing_code").count() == 5
    start(at=NOON + timedelta(days=1, minutes=1))


def test_signing_twice_is_refused_and_changes_nothing(
    start: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    first = confirmed()
    second = start(organization=first.organization)

    with pytest.raises(AlreadySigned):
        signatures.confirm(second, mailed_code(second), at=NOON)
    with pytest.raises(AlreadySigned):
        signatures.confirm(first, "00000000", at=NOON)

    assert Signature.objects.filter(state=SignatureState.CONFIRMED).count() == 1


def test_a_strangers_claim_does_not_block_the_organization(
    revision: Revision, confirmed: Callable[..., Signature], admitted: Callable[..., Signature]
) -> None:
    strangers = confirmed(
        "stranger@elsewhere.example", name="Verified Organization", website="https://verified.example"
    )
    own = admitted("daniyar@verified.example")

    assert own.organization == strangers.organization
    assert names(revision) == ["Verified Organization"]
    strangers.refresh_from_db()
    assert strangers.state == SignatureState.CONFIRMED


def test_an_organization_is_admitted_once(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> None:
    first = admitted()
    rival = confirmed("other@verified.example", organization=first.organization)
    evidences.record_by_hand(rival, EvidenceKind.CALL_BACK, detail="phone from the site", by=aigul, at=NOON)

    with pytest.raises(AnotherIsAdmitted):
        signatures.admit(rival, by=aigul, at=NOON)

    assert RegisterEntry.objects.filter(kind="signature.admitted").count() == 1


def test_mail_at_the_own_domain_and_a_valid_number_are_evidence_by_themselves(
    confirmed: Callable[..., Signature],
) -> None:
    signature = confirmed(
        "info@press.verified.example",
        website="https://verified.example",
        number_scheme="KZ-BIN",
        number="2211 4000 0111",
    )

    found = {(one.kind, one.detail) for one in Evidence.objects.filter(organization=signature.organization)}
    assert found == {("domain_mail", "verified.example"), ("register_number", "KZ-BIN-221140000111")}


@pytest.mark.parametrize(
    "email", ["somebody@gmail.com", "somebody@mail.ru", "somebody@mailinator.com", "x@team.wordpress.com"]
)
def test_free_and_shared_mail_is_no_evidence(confirmed: Callable[..., Signature], email: str) -> None:
    confirmed(email, website=f"https://{email.partition('@')[2]}")

    assert not Evidence.objects.exists()


def test_nothing_is_admitted_before_all_three_questions_are_answered(
    confirmed: Callable[..., Signature], aigul: User
) -> None:
    signature = confirmed(
        "info@verified.example", website="https://verified.example", number_scheme="KZ-BIN", number="221140000111"
    )

    with pytest.raises(EvidenceMissing, match="this person may bind it"):
        signatures.admit(signature, by=aigul, at=NOON)


def test_machines_alone_admit_nobody(confirmed: Callable[..., Signature], aigul: User) -> None:
    signature = confirmed(
        "info@verified.example", website="https://verified.example", number_scheme="KZ-BIN", number="221140000111"
    )
    for kind in (EvidenceKind.REGISTER_LOOKUP, EvidenceKind.MANDATE_SEEN):
        Evidence.objects.create(
            organization=signature.organization,
            mandate=signature.mandate,
            kind=kind,
            detail="by a machine",
            checked_at=NOON,
        )

    with pytest.raises(HumanLookMissing):
        signatures.admit(signature, by=aigul, at=NOON)


def test_a_refusal_is_mailed_with_its_reason_and_leaves_no_public_trace(
    confirmed: Callable[..., Signature], aigul: User
) -> None:
    signature = confirmed()

    signatures.refuse(signature, reason="We could not reach the organization.", by=aigul, at=NOON)

    mail = Mail.objects.get(template="signature_refused")
    assert (mail.to, mail.context["reason"]) == ("mira@unverified.example", "We could not reach the organization.")
    assert not RegisterEntry.objects.filter(kind__startswith="signature").exists()


def test_a_withdrawal_leaves_a_dated_trace_where_the_signature_was_public(
    revision: Revision, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()
    signatures.withdraw(signature, by=signature.person, at=NOON + timedelta(days=1))  # type: ignore[arg-type]

    assert names(revision) == []
    assert [line.name for line in signed_by.reader().standing(revision.letter_id, "en").withdrawn] == [
        "Verified Organization"
    ]
    assert register.facts_of(RegisterEntry.objects.get(kind="signature.withdrawn"))["entry"] == signature.admitted_index


def test_a_withdrawal_before_admission_leaves_no_trace(revision: Revision, confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    signatures.withdraw(signature, by=signature.person, at=NOON)  # type: ignore[arg-type]

    assert signed_by.reader().standing(revision.letter_id, "en").withdrawn == []
    assert not RegisterEntry.objects.filter(kind__startswith="signature").exists()


def test_a_withdrawal_before_publication_is_known_to_the_journal_alone(
    open_letter: Letter, revision: Revision, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)

    signatures.withdraw(signature, by=signature.person, at=NOON)  # type: ignore[arg-type]

    assert signed_by.reader().standing(revision.letter_id, "en").withdrawn == []
    assert not RegisterEntry.objects.filter(kind="signature.withdrawn").exists()
    assert JournalEntry.objects.filter(action="signature.withdrawn").count() == 1


def test_an_organization_may_sign_again_after_withdrawing(
    admitted: Callable[..., Signature], revision: Revision
) -> None:
    first = admitted()
    signatures.withdraw(first, by=first.person, at=NOON)  # type: ignore[arg-type]

    admitted("daniyar@verified.example", organization=first.organization)

    assert names(revision) == ["Verified Organization"]


def test_nothing_is_signed_after_the_clock_has_closed_even_if_nobody_pressed(
    open_letter: Letter, start: Callable[..., Signature]
) -> None:
    signature = start()
    Letter.objects.filter(pk=open_letter.pk).update(closes_at=NOON + timedelta(minutes=1))

    with pytest.raises(NotTakingSignatures):
        signatures.confirm(signature, mailed_code(signature), at=NOON + timedelta(minutes=1))

    signature.refresh_from_db()
    assert signature.state == SignatureState.STARTED


def test_nothing_is_admitted_after_the_clock_has_closed_even_if_nobody_pressed(
    confirmed: Callable[..., Signature], open_letter: Letter, aigul: User
) -> None:
    signature = confirmed()
    for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK):
        evidences.record_by_hand(signature, kind, detail="seen", by=aigul, at=NOON)
    Letter.objects.filter(pk=open_letter.pk).update(closes_at=NOON + timedelta(hours=1))

    with pytest.raises(NotTakingSignatures):
        signatures.admit(signature, by=aigul, at=NOON + timedelta(hours=2))

    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED


def test_nothing_is_admitted_after_closing(
    open_letter: Letter, confirmed: Callable[..., Signature], aigul: User
) -> None:
    signature = confirmed()
    letters.close_letter(open_letter, by=aigul, at=NOON)

    with pytest.raises(NotTakingSignatures):
        signatures.admit(signature, by=aigul, at=NOON)


def test_a_form_made_for_another_text_signs_nothing(revision: Revision) -> None:
    with pytest.raises(TextChanged):
        signatures.start(
            revision,
            organization=None,
            claim=None,
            email="a@b.example",
            person_name="A",
            position="B",
            basis="head",
            fingerprint="0" * 64,
            language="kk",
            at=NOON,
        )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_consent_is_kept_in_the_words_and_language_that_were_read(revision: Revision, language: str) -> None:
    from tests.conftest import claim_of

    signature = signatures.start(
        revision,
        organization=None,
        claim=claim_of("Any Organization"),
        email="a@b.example",
        person_name="A",
        position="B",
        basis="head",
        fingerprint=revision.fingerprint,
        language=language,
        at=NOON,
    )

    assert (signature.language, signature.consent_version, signature.consented_at) == (language, "2", NOON)
    assert signature.consent_text


def test_what_nobody_confirmed_is_forgotten_after_three_days(
    start: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    start("a@b.example", name="Only Claimed")
    kept = confirmed()

    assert signatures.forget_unconfirmed(at=NOON + timedelta(hours=73)) == 1

    assert list(Signature.objects.all()) == [kept]
    assert list(Organization.objects.all()) == [kept.organization]


def test_the_first_admission_takes_over_what_its_claim_said(
    confirmed: Callable[..., Signature], admitted: Callable[..., Signature]
) -> None:
    confirmed("stranger@elsewhere.example", name="Verified Organization", country="RU")

    signature = admitted(name="Verified Organization", website="", country="KZ")

    assert Organization.objects.get(pk=signature.organization_id).country == "KZ"
