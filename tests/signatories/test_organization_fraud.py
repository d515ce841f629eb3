"""Attacks on verification, each with what the reviewer is told; the applicant is told the same neutral words as everybody."""

from collections.abc import Callable

import pytest

from campaign.base.models import Mail, User
from signatories import policy
from signatories.errors.decision import EvidenceMissing, EvidenceTooWeak, HumanLookMissing, LookalikeUnexplained
from signatories.errors.signature import MandateRevoked
from signatories.models import Evidence, Mandate, Organization, Signature
from signatories.review_selectors import review_of
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, Level, SignatureState
from tests.conftest import NOON, record_enough

pytestmark = pytest.mark.django_db

Confirmed = Callable[..., Signature]


def record(signature: Signature, by: User, *kinds: EvidenceKind) -> None:
    for kind in kinds:
        evidences.record_by_hand(signature, kind, detail="seen", by=by, at=NOON)


@pytest.mark.parametrize(
    "email",
    ["somebody@gmail.com", "somebody@mailinator.com", "somebody@team.wordpress.com", "somebody@com.kz"],
    ids=["free", "disposable", "shared host", "public suffix"],
)
def test_mail_that_anybody_can_have_is_no_channel(confirmed: Confirmed, aigul: User, email: str) -> None:
    signature = confirmed(email, website=f"https://{email.partition('@')[2]}")
    record(signature, aigul, EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK)

    with pytest.raises(EvidenceTooWeak):
        signatures.admit(signature, by=aigul, at=NOON)


def test_a_mailbox_of_a_former_employee_binds_nobody(confirmed: Confirmed, aigul: User) -> None:
    """Nor does a catch-all or a shared box: mail is a channel and no mandate."""
    signature = confirmed("former@own.example", website="https://own.example")
    record(signature, aigul, EvidenceKind.REGISTER_SEEN)

    with pytest.raises(EvidenceMissing, match="this person may bind it"):
        signatures.admit(signature, by=aigul, at=NOON)


@pytest.mark.parametrize("number", ["221140000111", "941240000193"], ids=["copied", "of a bank"])
def test_a_copied_number_shows_nothing(confirmed: Confirmed, aigul: User, number: str) -> None:
    signature = confirmed("a@own.example", website="https://own.example", number_scheme="KZ-BIN", number=number)
    record(signature, aigul, EvidenceKind.CALL_BACK)

    with pytest.raises(EvidenceMissing, match="the organization exists"):
        signatures.admit(signature, by=aigul, at=NOON)


def test_a_number_with_a_wrong_check_digit_is_no_evidence_at_all(confirmed: Confirmed) -> None:
    confirmed("a@own.example", number_scheme="KZ-BIN", number="221140000112")

    assert not Evidence.objects.filter(kind=EvidenceKind.REGISTER_NUMBER).exists()


def test_a_forged_certificate_is_a_hint_and_never_enough(confirmed: Confirmed, aigul: User) -> None:
    signature = confirmed("a@own.example", website="https://own.example")
    record(signature, aigul, EvidenceKind.REGISTRATION_DOCUMENT, EvidenceKind.CALL_BACK)

    with pytest.raises(EvidenceMissing, match="the organization exists"):
        signatures.admit(signature, by=aigul, at=NOON)


def test_a_forged_power_of_attorney_from_a_free_mailbox_is_not_enough(confirmed: Confirmed, aigul: User) -> None:
    signature = confirmed("a@gmail.com")
    record(signature, aigul, EvidenceKind.REGISTER_SEEN, EvidenceKind.CHANNEL_SEEN, EvidenceKind.MANDATE_DOCUMENT)

    with pytest.raises(EvidenceTooWeak):
        signatures.admit(signature, by=aigul, at=NOON)


@pytest.mark.parametrize(
    "domain",
    ["аdilsoz.example", "adi1soz.example", "adilsos.example", "adilsoz.org"],
    ids=["mixed scripts", "whole shape", "one letter", "other ending"],
)
def test_a_lookalike_domain_is_held_until_somebody_explains(
    confirmed: Confirmed, admitted: Callable[..., Signature], aigul: User, domain: str
) -> None:
    admitted("info@adilsoz.example", name="Adil Soz", website="https://adilsoz.example")
    twin = confirmed(f"info@{domain}", name="Quite Another Name", website=f"https://{domain}")
    record_enough(twin, by=aigul)

    with pytest.raises(LookalikeUnexplained):
        signatures.admit(twin, by=aigul, at=NOON)

    assert Signature.objects.get(pk=twin.pk).state == SignatureState.CONFIRMED


def test_what_was_found_out_about_one_person_counts_for_no_other(
    confirmed: Confirmed, admitted: Callable[..., Signature], aigul: User
) -> None:
    """A stranger uses the good name of a verified organization."""
    organization = admitted().organization
    stranger = confirmed("stranger@gmail.com", organization=organization)

    known = policy.valid_kinds(evidences.evidence_for(stranger), NOON)

    assert known == {EvidenceKind.REGISTER_SEEN}
    with pytest.raises(EvidenceMissing):
        signatures.admit(stranger, by=aigul, at=NOON)


def test_what_was_found_out_about_a_person_counts_for_the_next_letter_too(
    confirmed: Confirmed, admitted: Callable[..., Signature]
) -> None:
    first = admitted()
    signatures.withdraw(first, by=first.person, at=NOON)  # type: ignore[arg-type]
    again = confirmed("daniyar@verified.example", organization=first.organization)

    assert policy.level_of(evidences.evidence_for(again), NOON) == Level.CONFIRMED


def test_a_mandate_that_was_revoked_during_signing_admits_nobody(confirmed: Confirmed, aigul: User) -> None:
    signature = confirmed("a@own.example", website="https://own.example")
    record_enough(signature, by=aigul)
    Mandate.objects.filter(pk=signature.mandate_id).update(revoked_at=NOON)

    with pytest.raises(MandateRevoked):
        signatures.admit(Signature.objects.get(pk=signature.pk), by=aigul, at=NOON)


def test_machines_alone_admit_nobody_even_with_everything_they_can_find(confirmed: Confirmed, aigul: User) -> None:
    signature = confirmed("a@own.example", website="https://own.example")
    for kind in (EvidenceKind.DNS_TXT, EvidenceKind.REGISTER_LOOKUP, EvidenceKind.MANDATE_SEEN):
        Evidence.objects.create(
            organization=signature.organization, mandate=signature.mandate, kind=kind, detail="x", checked_at=NOON
        )

    with pytest.raises(HumanLookMissing):
        signatures.admit(signature, by=aigul, at=NOON)


def test_the_applicant_hears_nothing_of_why_it_is_held(
    confirmed: Confirmed, admitted: Callable[..., Signature], aigul: User
) -> None:
    admitted("info@adilsoz.example", name="Adil Soz", website="https://adilsoz.example")
    Mail.objects.all().delete()
    plain = confirmed("info@plain.example", name="Plain Name", website="https://plain.example")
    twin = confirmed("info@adi1soz.example", name="Quite Another Name", website="https://adi1soz.example")

    told = {
        one.email: set(Mail.objects.filter(to=one.email).values_list("template", flat=True)) for one in (plain, twin)
    }

    assert told[plain.email] == told[twin.email]
    assert Organization.objects.get(pk=twin.organization_id).level == Level.NONE


BRANCH, HEAD = "221141000115", "221140000111"


@pytest.mark.parametrize("first", ["branch", "head"])
@pytest.mark.parametrize("said_by", ["name", "number"])
def test_of_a_branch_and_its_head_office_the_second_is_held_until_somebody_explains(
    confirmed: Confirmed, admitted: Callable[..., Signature], aigul: User, first: str, said_by: str
) -> None:
    word = "филиал" if said_by == "name" else ""
    number = {"number_scheme": "KZ-BIN", "number": BRANCH} if said_by == "number" else {}
    claims = {
        "branch": ("a@branch.example", {"name": f"{word} ОФ «Таза ауа» в городе Астана".strip(), **number}),
        "head": ("a@head.example", {"name": "Общественный фонд «Таза ауа»"}),
    }
    email, claim = claims.pop(first)
    one = admitted(email, website=f"https://{first}.example", **claim)
    ((second, (email, claim)),) = claims.items()
    other = confirmed(email, website=f"https://{second}.example", **claim)
    record_enough(other, by=aigul)

    review = review_of(other, "en", by=aigul, at=NOON)
    with pytest.raises(LookalikeUnexplained):
        signatures.admit(other, by=aigul, at=NOON)

    name = one.organization.name_in("en")
    assert f"Warning: this organization and {name} can be a branch" in " ".join(check.text for check in review.checks)
    assert [found.name for found in review.alike] == [name]


def test_the_reviewer_is_told_that_a_number_is_that_of_a_branch(confirmed: Confirmed, aigul: User) -> None:
    told = []
    for domain, number in (("branch", BRANCH), ("head", HEAD)):
        one = confirmed(f"a@{domain}.example", name=f"Only {domain}", number_scheme="KZ-BIN", number=number)
        texts = [check.text for check in review_of(one, "en", by=aigul, at=NOON).checks]
        told.append(any("the number is that of a branch" in text for text in texts))

    assert told == [True, False]


def test_organizations_that_only_share_words_are_no_branches(
    confirmed: Confirmed, admitted: Callable[..., Signature], aigul: User
) -> None:
    admitted("a@one.example", name="Фонд «Таза ауа»", website="https://one.example")
    other = confirmed("a@two.example", name="Фонд «Таза су» в городе Астана", website="https://two.example")
    record_enough(other, by=aigul)

    assert signatures.admit(other, by=aigul, at=NOON)
