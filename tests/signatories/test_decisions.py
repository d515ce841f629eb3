"""Who decides about an organization, how many of them, and how a verification ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from campaign.base.models import Mail, User
from letters.models import Coordinator, Letter
from signatories.errors.decision import (
    DecidedAlready,
    EvidenceMissing,
    LevelNotReached,
    LookalikeUnexplained,
    NotIndependent,
    RevocationReasonMissing,
    SameMailbox,
    VerificationRevoked,
)
from signatories.errors.signature import OwnSignature
from signatories.models import Decision, Evidence, Mandate, Organization, Representative, Signature
from signatories.services import decision as decisions
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, Level, SignatureState
from tests.conftest import NOON, mailed_code, make_person, record_enough

pytestmark = pytest.mark.django_db


@pytest.fixture
def saule(db: None) -> User:
    return make_person("saule@example.org", is_reviewer=True)


@pytest.fixture
def timur(db: None) -> User:
    return make_person("timur@example.org", is_reviewer=True)


@pytest.fixture
def waiting(confirmed: Callable[..., Signature], saule: User) -> Signature:
    """A new organization about which enough was recorded."""
    signature = confirmed("info@own.example", website="https://own.example")
    record_enough(signature, by=saule)
    return signature


def state_of(signature: Signature) -> str:
    return Signature.objects.get(pk=signature.pk).state


def test_one_reviewer_decides_while_there_is_only_one(waiting: Signature, saule: User) -> None:
    assert signatures.admit(waiting, by=saule, at=NOON)

    assert state_of(waiting) == SignatureState.ADMITTED
    assert [(one.reviewer, one.level) for one in Decision.objects.all()] == [(saule, Level.CONFIRMED)]


def test_two_different_reviewers_decide_about_a_first_time(waiting: Signature, saule: User, timur: User) -> None:
    assert not signatures.admit(waiting, by=saule, at=NOON)
    assert state_of(waiting) == SignatureState.CONFIRMED
    with pytest.raises(DecidedAlready):
        signatures.admit(waiting, by=saule, at=NOON)

    assert signatures.admit(waiting, by=timur, at=NOON)

    assert state_of(waiting) == SignatureState.ADMITTED
    assert Organization.objects.get(pk=waiting.organization_id).level == Level.CONFIRMED


def test_later_signatures_of_a_verified_organization_need_one(
    waiting: Signature, saule: User, timur: User, confirmed: Callable[..., Signature]
) -> None:
    for reviewer in (saule, timur):
        signatures.admit(waiting, by=reviewer, at=NOON)
    signatures.withdraw(waiting, by=waiting.person, at=NOON)  # type: ignore[arg-type]
    again = confirmed("info@own.example", organization=waiting.organization)

    assert signatures.admit(again, by=saule, at=NOON)


def test_the_coordinator_of_the_letter_and_a_colleague_count_as_neither(
    waiting: Signature, saule: User, timur: User, aigul: User
) -> None:
    User.objects.filter(pk=aigul.pk).update(is_reviewer=True)

    with pytest.raises(NotIndependent):
        signatures.admit(waiting, by=aigul, at=NOON)

    assert not Decision.objects.exists()
    Coordinator.objects.create(user=timur, issuer=waiting.revision.letter.issuer)
    assert signatures.admit(waiting, by=aigul, at=NOON)  # now only one is independent: one decides as before


def test_a_reviewer_whose_role_ended_counts_no_more(waiting: Signature, saule: User, timur: User) -> None:
    third = make_person("third@example.org", is_reviewer=True)
    signatures.admit(waiting, by=saule, at=NOON)
    User.objects.filter(pk=saule.pk).update(is_reviewer=False)

    assert not signatures.admit(waiting, by=timur, at=NOON)
    assert signatures.admit(waiting, by=third, at=NOON)


def test_the_second_reviewer_sees_nothing_of_the_first_decision_before_the_own_one(
    client: Client, waiting: Signature, saule: User, timur: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    signatures.admit(waiting, by=saule, at=NOON)
    pages = {}

    for reviewer in (saule, timur):
        client.force_login(reviewer)
        pages[reviewer.pk] = client.get(f"/en/desk/signatures/{waiting.pk}/").context["review"]

    assert pages[timur.pk].decisions == []
    assert pages[timur.pk].can_admit
    assert [one.by for one in pages[saule.pk].decisions] == [saule.email]
    assert not pages[saule.pk].can_admit


def test_after_the_first_yes_the_next_one_opens_and_the_page_says_what_happens(
    client: Client, waiting: Signature, saule: User, timur: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(saule)

    answer = client.post(f"/en/desk/signatures/{waiting.pk}/admit/", follow=True)

    assert answer.redirect_chain[-1][0] == "/en/desk/letters/clean-air/signatures/"
    assert "your yes is recorded; a second reviewer decides next" in str(next(iter(answer.context["messages"])))


def test_whoever_settles_writes_why_a_lookalike_is_not_the_same(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> None:
    admitted(name="Adil Soz Foundation", website="https://adilsoz.example")
    twin = confirmed("info@adi1soz.example", name="Quite Another Name", website="https://adi1soz.example")
    record_enough(twin, by=aigul)

    with pytest.raises(LookalikeUnexplained):
        signatures.admit(twin, by=aigul, at=NOON)
    assert signatures.admit(twin, by=aigul, at=NOON, reason="another register number, another city")

    assert Decision.objects.get(signature=twin).reason == "another register number, another city"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("one@example.org", "one+second@example.org"),
        ("one.example@gmail.com", "oneexample@googlemail.com"),
        ("o.ne+a@gmail.com", "one@gmail.com"),
    ],
)
def test_two_accounts_of_one_mailbox_are_one_reviewer(waiting: Signature, timur: User, first: str, second: str) -> None:
    one, other = (make_person(email, is_reviewer=True) for email in (first, second))
    assert not signatures.admit(waiting, by=one, at=NOON)

    with pytest.raises(SameMailbox):
        signatures.admit(waiting, by=other, at=NOON)

    assert Decision.objects.count() == 1
    assert signatures.admit(waiting, by=timur, at=NOON)


def test_a_second_account_does_not_make_two_reviewers(waiting: Signature, saule: User) -> None:
    make_person("saule+again@example.org", is_reviewer=True)

    assert signatures.admit(waiting, by=saule, at=NOON)  # she is the only one


# Levels


def _prove_domain(signature: Signature) -> None:
    Evidence.objects.create(
        organization=signature.organization,
        mandate=signature.mandate,
        kind=EvidenceKind.DNS_TXT,
        public_fact="own.example",
        detail="TXT",
        checked_at=NOON,
    )


def test_a_rise_to_a_higher_level_needs_two_and_its_evidence(waiting: Signature, saule: User, timur: User) -> None:
    for reviewer in (saule, timur):
        signatures.admit(waiting, by=reviewer, at=NOON)
    organization = waiting.organization
    with pytest.raises(LevelNotReached, match="record in the domain’s DNS"):
        decisions.decide_level(organization, Level.STRONG, reason="", by=saule, at=NOON)
    _prove_domain(waiting)

    assert not decisions.decide_level(organization, Level.STRONG, reason="", by=saule, at=NOON)
    assert decisions.decide_level(organization, Level.STRONG, reason="", by=timur, at=NOON)

    organization.refresh_from_db()
    assert organization.level == Level.STRONG


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_history_names_a_level_in_the_language_of_the_reader(
    client: Client, waiting: Signature, saule: User, settings: Any, language: str
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(saule)
    signatures.admit(waiting, by=saule, at=NOON)
    _prove_domain(waiting)
    assert decisions.decide_level(waiting.organization, Level.STRONG, reason="", by=saule, at=NOON)

    page = client.get(f"/{language}/desk/organizations/{waiting.organization.slug}/").content.decode()

    with override(language):
        told = gettext("Gave the organization a level: %(level)s.") % {"level": Level.STRONG.label}
    assert told in page


def test_evidence_that_expired_lowers_the_level_warns_the_coordinator_and_changes_no_signature(
    waiting: Signature, saule: User, aigul: User
) -> None:
    signatures.admit(waiting, by=saule, at=NOON)

    assert decisions.lower_levels(at=NOON + timedelta(days=364)) == 0
    assert decisions.lower_levels(at=NOON + timedelta(days=366)) == 1
    assert decisions.lower_levels(at=NOON + timedelta(days=367)) == 0

    assert Organization.objects.get(pk=waiting.organization_id).level == Level.NONE
    assert state_of(waiting) == SignatureState.ADMITTED
    assert [mail.to for mail in Mail.objects.filter(template="verification_lapsed")] == [aigul.email]


@pytest.mark.parametrize("expired", [False, True])
def test_a_level_that_rested_on_a_mandate_falls_when_that_is_taken_back(
    waiting: Signature, saule: User, aigul: User, expired: bool
) -> None:
    signatures.admit(waiting, by=saule, at=NOON)
    level = Organization.objects.get(pk=waiting.organization_id).level
    kept = decisions.lower_levels(at=NOON)
    Mandate.objects.filter(pk=waiting.mandate_id).update(revoked_at=NOON)

    lowered = decisions.lower_levels(at=NOON + timedelta(days=366 if expired else 1))

    assert (level > Level.NONE, kept, lowered) == (True, 0, 1)
    assert Organization.objects.get(pk=waiting.organization_id).level == Level.NONE
    assert state_of(waiting) == SignatureState.ADMITTED
    assert [mail.to for mail in Mail.objects.filter(template="verification_lapsed")] == [aigul.email]


def test_a_level_that_rested_on_a_person_whom_a_reviewer_looked_at_stays_when_the_person_leaves(
    waiting: Signature, saule: User
) -> None:
    signatures.admit(waiting, by=saule, at=NOON)
    Representative.objects.filter(user=waiting.person).update(left_at=NOON)

    assert decisions.lower_levels(at=NOON + timedelta(days=1)) == 0


def test_admission_asks_what_is_valid_at_that_moment(waiting: Signature, saule: User) -> None:
    Evidence.objects.filter(kind=EvidenceKind.CALL_BACK).update(valid_until=NOON)

    with pytest.raises(EvidenceMissing, match="this person may bind it"):
        signatures.admit(waiting, by=saule, at=NOON)


# Revocation


def test_a_revoked_organization_signs_nothing_more_and_what_it_signed_stays(
    waiting: Signature, saule: User, start: Callable[..., Signature], confirmed: Callable[..., Signature]
) -> None:
    signatures.admit(waiting, by=saule, at=NOON)
    organization = waiting.organization
    half_way = start("other@own.example", organization=organization)
    third = confirmed("third@own.example", organization=organization)
    record_enough(third, by=saule)

    decisions.revoke_verification(organization, reason="It was an impostor.", by=saule, at=NOON)

    for refused in (
        lambda: start("new@own.example", organization=organization),
        lambda: signatures.confirm(half_way, mailed_code(half_way), at=NOON),
        lambda: signatures.admit(third, by=saule, at=NOON),
    ):
        with pytest.raises(VerificationRevoked):
            refused()
    organization.refresh_from_db()
    assert (organization.level, state_of(waiting)) == (Level.NONE, SignatureState.ADMITTED)
    assert not [one for one in evidences.evidence_for(waiting) if one.holds(NOON)]


def test_nobody_revokes_without_a_reason_or_for_the_own_organization(waiting: Signature, saule: User) -> None:
    signatures.admit(waiting, by=saule, at=NOON)

    with pytest.raises(RevocationReasonMissing):
        decisions.revoke_verification(waiting.organization, reason=" ", by=saule, at=NOON)
    with pytest.raises(OwnSignature):
        decisions.revoke_verification(waiting.organization, reason="x", by=waiting.person, at=NOON)  # type: ignore[arg-type]


def test_what_is_checked_anew_after_a_revocation_verifies_anew(waiting: Signature, saule: User) -> None:
    signatures.admit(waiting, by=saule, at=NOON)
    organization, later = waiting.organization, NOON + timedelta(hours=1)
    decisions.revoke_verification(organization, reason="A doubt.", by=saule, at=NOON)
    for kind in (
        EvidenceKind.REGISTER_SEEN,
        EvidenceKind.CHANNEL_SEEN,
        EvidenceKind.CALL_BACK,
        EvidenceKind.MANDATE_DOCUMENT,
    ):
        evidences.record_for_organization(
            organization, kind, mandate=waiting.mandate, detail="seen again", by=saule, at=later
        )

    assert decisions.decide_level(organization, Level.CONFIRMED, reason="", by=saule, at=later)

    organization.refresh_from_db()
    assert (organization.level, organization.revoked_at) == (Level.CONFIRMED, None)


# Pages


def test_the_file_of_an_organization_shows_evidence_and_the_public_page_plain_facts(
    client: Client, waiting: Signature, saule: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    signatures.admit(waiting, by=saule, at=NOON)
    slug = waiting.organization.slug
    client.force_login(saule)

    listed = client.get("/en/desk/organizations/?q=unverified&level=2").context["page"].object_list
    file = client.get(f"/en/desk/organizations/{slug}/").context["file"]
    client.logout()
    page = client.get(f"/en/organizations/{slug}/").content.decode()

    assert [line.name for line in listed] == ["Unverified Initiative"]
    assert {one.kind_name for one in file.evidence} >= {str(EvidenceKind.CALL_BACK.label)}
    assert "E-mail at own.example confirmed on 20 November 2026." in page
    assert "Called back on 20 November 2026 by the secretariat." in page
    assert ">confirmed<" in page
    for private in (saule.email, "official register, today", "Mira"):
        assert private not in page


def test_the_public_page_says_that_a_verification_was_revoked_and_not_why(
    client: Client, waiting: Signature, saule: User
) -> None:
    signatures.admit(waiting, by=saule, at=NOON)
    decisions.revoke_verification(waiting.organization, reason="Secret reason", by=saule, at=NOON)

    page = client.get(f"/en/organizations/{waiting.organization.slug}/").content.decode()

    assert "verification revoked on 20 November 2026" in page
    assert "Secret reason" not in page
    assert "Called back" not in page


def test_a_coordinator_sees_organizations_of_her_letters_and_changes_nothing(
    client: Client, waiting: Signature, aigul: User, settings: Any, open_letter: Letter
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = f"/en/desk/organizations/{waiting.organization.slug}/"

    assert client.get(address).status_code == 200
    assert [client.post(address + act).status_code for act in ("evidence/", "level/", "revoke/")] == [403, 403, 403]
