"""Block O: who pretends to be an organization, vouches in rings, judges his own case, or brings somebody else's certificate."""

import html
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import translation

from campaign.accounts import address_tag
from campaign.base.errors import NotAllowed
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from letters.models import Coordinator, Letter
from letters.services import letter as letters
from signatories import policy
from signatories.errors.check import EdsNotPossible
from signatories.errors.colleague import InvitationOver, NoLongerActs
from signatories.errors.decision import (
    DecidedAlready,
    EvidenceMissing,
    LookalikeUnexplained,
    NotIndependent,
    SameKey,
    SameNetworkUnexplained,
    VerificationRevoked,
)
from signatories.errors.signature import MandateRevoked, OwnSignature, ProposalRevoked, ProposerLeft
from signatories.errors.vouch import VouchedBack, VouchedEnough, VouchForOneself, VouchTooEarly
from signatories.models import (
    Check,
    Decision,
    EdsSignature,
    Evidence,
    MailedCode,
    Mandate,
    Organization,
    ProfileChange,
    Representative,
    Signature,
)
from signatories.services import approval as approvals
from signatories.services import decision as decisions
from signatories.services import eds as electronic
from signatories.services import evidence as evidences
from signatories.services import paper as papers
from signatories.services import profile as profiles
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.services import vouch as vouches
from signatories.states import EvidenceKind, Level, Outcome, Role, SignatureState
from signatories.tasks import run_check
from tests.conftest import NOON, claim_of, mailed_code, make_person, record_enough
from tests.signatories.eds import authority as ours

pytestmark = pytest.mark.django_db

LONG_AGO = NOON - timedelta(days=200)


def organization_of(name: str, *, since: Any = LONG_AGO, level: Level = Level.CONFIRMED) -> tuple[Organization, User]:
    """A verified organization and its owner."""
    organization = Organization.objects.create(
        slug=name, original_language="en", name_en=name, name=name, verified_at=since, level=level, confirmed_at=since
    )
    person = make_person(f"owner@{name}.example")
    Representative.objects.create(user=person, organization=organization, role=Role.OWNER, accepted_at=since)
    return organization, person


# Look-alikes


@pytest.mark.parametrize(
    ("name", "website"),
    [
        ("Verified 0rganization", "https://veriifed.example"),
        ("Vеrified Organization", "https://something.example"),  # a Cyrillic е
        ("Another", "https://verifled.example"),
    ],
)
def test_a_homograph_of_a_verified_organization_is_held_until_somebody_says_why_it_is_another(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User, name: str, website: str
) -> None:
    admitted()
    twin = confirmed("x@twin.example", name=name, website=website)
    for kind in (
        EvidenceKind.REGISTER_SEEN,
        EvidenceKind.CHANNEL_SEEN,
        EvidenceKind.CALL_BACK,
        EvidenceKind.MANDATE_DOCUMENT,
    ):
        evidences.record_by_hand(twin, kind, detail="seen", by=aigul, at=NOON)

    with pytest.raises(LookalikeUnexplained):
        signatures.admit(twin, by=aigul, at=NOON)

    twin.refresh_from_db()
    assert twin.state == SignatureState.CONFIRMED


# Who decides


@pytest.fixture
def two(make_reviewer: Callable[..., User]) -> tuple[User, User]:
    """Two reviewers who have nothing to do with anybody."""
    return make_reviewer("first@reviewers.example"), make_reviewer("second@reviewers.example")


@pytest.fixture
def ready(confirmed: Callable[..., Signature], two: tuple[User, User]) -> Signature:
    """A signature with all the evidence that a first verification needs."""
    signature = confirmed("mira@unverified.example", website="https://unverified.example")
    record_enough(signature, by=two[0])
    return signature


def _passkey(person: User, credential: str) -> None:
    data = {"name": "key", "credential": {"id": credential, "rawId": credential}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def test_two_reviewers_with_one_authenticator_app_are_one_person(ready: Signature, two: tuple[User, User]) -> None:
    first, second = two
    totp.TOTP.activate(first, "JBSWY3DPEHPK3PXP")
    totp.TOTP.activate(second, "JBSWY3DPEHPK3PXP")
    assert not signatures.admit(ready, by=first, at=NOON)

    with pytest.raises(SameKey):
        signatures.admit(ready, by=second, at=NOON, reason="We are two.")

    assert Decision.objects.count() == 1


def test_two_reviewers_with_one_passkey_are_one_person(ready: Signature, two: tuple[User, User]) -> None:
    first, second = two
    _passkey(first, "c2hhcmVk")
    _passkey(second, "b3Ro")
    _passkey(second, "c2hhcmVk")
    assert not signatures.admit(ready, by=first, at=NOON)

    with pytest.raises(SameKey):
        signatures.admit(ready, by=second, at=NOON, reason="We are two.")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_two_reviewers_in_one_network_explain_that_they_are_two(
    ready: Signature, two: tuple[User, User], settings: Any, language: str
) -> None:
    settings.DEMONSTRATION = True
    first, second = two
    browser, others = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.7")
    browser.force_login(first)
    others.force_login(second)
    for one in (browser, others):  # allauth notes the session with the first sign-in by a form; here it is told
        UserSession.objects.create(
            user_id=one.session["_auth_user_id"], session_key=one.session.session_key, ip=address_tag("192.0.2.7")
        )
    address = f"/{language}/desk/signatures/{ready.pk}/admit/"
    browser.post(address, {"reason": ""})

    refused = others.post(address, {"reason": ""})
    with translation.override(language):
        sentence = str(SameNetworkUnexplained())

    assert sentence in html.unescape(refused.content.decode())
    assert Decision.objects.count() == 1
    others.post(address, {"reason": "Two desks in one office"})
    ready.refresh_from_db()
    assert ready.state == SignatureState.ADMITTED
    assert JournalEntry.objects.filter(action="organization.one_network", by=second).count() == 1


def test_two_reviewers_in_two_networks_explain_nothing(ready: Signature, two: tuple[User, User]) -> None:
    for number, person in enumerate(two):
        UserSession.objects.create(user=person, session_key=f"key{number}", ip=address_tag(f"192.0.2.{number}"))

    assert not signatures.admit(ready, by=two[0], at=NOON)
    assert signatures.admit(ready, by=two[1], at=NOON)


def test_one_reviewer_alone_does_not_verify_an_organization_however_often_he_says_yes(
    ready: Signature, two: tuple[User, User]
) -> None:
    first, second = two

    assert signatures.admit(ready, by=first, at=NOON) is False
    with pytest.raises(DecidedAlready):
        signatures.admit(ready, by=first, at=NOON)
    ready.refresh_from_db()
    assert (ready.state, Organization.objects.get().level) == (SignatureState.CONFIRMED, Level.NONE)

    assert signatures.admit(ready, by=second, at=NOON) is True


def test_a_coordinator_of_the_letter_counts_as_none_of_the_two_reviewers(
    ready: Signature, two: tuple[User, User], aigul: User
) -> None:
    User.objects.filter(pk=aigul.pk).update(is_reviewer=True)
    aigul.refresh_from_db()

    with pytest.raises(NotIndependent):
        signatures.admit(ready, by=aigul, at=NOON)
    signatures.admit(ready, by=two[0], at=NOON)
    with pytest.raises(NotIndependent):
        signatures.admit(ready, by=aigul, at=NOON)

    assert Decision.objects.count() == 1


def test_a_reviewer_who_becomes_coordinator_of_the_letter_after_his_yes_counts_no_more(
    ready: Signature, two: tuple[User, User], open_letter: Letter, make_reviewer: Callable[..., User]
) -> None:
    third = make_reviewer("third@reviewers.example")
    signatures.admit(ready, by=two[0], at=NOON)
    Coordinator.objects.create(user=two[0], issuer=open_letter.issuer)

    settled = signatures.admit(ready, by=third, at=NOON)

    assert settled is False


@pytest.mark.parametrize("act", ["evidence", "admit", "refuse"])
def test_a_reviewer_who_speaks_for_the_organization_judges_nothing_of_it(
    ready: Signature, make_reviewer: Callable[..., User], act: str
) -> None:
    insider = make_reviewer("insider@free.example")
    Representative.objects.create(user=insider, organization=ready.organization)
    acts: dict[str, Callable[[], object]] = {
        "evidence": lambda: evidences.record_by_hand(ready, EvidenceKind.CALL_BACK, detail="x", by=insider, at=NOON),
        "admit": lambda: signatures.admit(ready, by=insider, at=NOON),
        "refuse": lambda: signatures.refuse(ready, reason="x", by=insider, at=NOON),
    }

    with pytest.raises(OwnSignature):
        acts[act]()


@pytest.mark.parametrize("email", ["reviewer@unverified.example", "reviewer@office.unverified.example"])
def test_a_reviewer_whose_mailbox_is_at_the_organization_s_domain_counts_as_none_of_the_two(
    ready: Signature, two: tuple[User, User], make_reviewer: Callable[..., User], email: str
) -> None:
    colleague = make_reviewer(email)

    with pytest.raises(NotIndependent):
        signatures.admit(ready, by=colleague, at=NOON)

    assert not Decision.objects.exists()


def test_a_second_reviewer_reads_nothing_of_the_first_one_s_decision_before_her_own(
    confirmed: Callable[..., Signature], two: tuple[User, User], aigul: User, client: Client, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    first, second = two
    signature = confirmed("mira@unverified.example", website="https://unverified.example")
    record_enough(signature, by=aigul)
    signatures.admit(signature, by=first, reason="qzxcanary", at=NOON)
    client.force_login(second)
    pages = (
        f"/en/desk/signatures/{signature.pk}/",
        "/en/desk/letters/clean-air/signatures/",
        "/en/desk/reviews/",
        f"/en/desk/organizations/{signature.organization.slug}/",
    )

    shown = [client.get(page) for page in pages]

    assert [page.status_code for page in shown] == [200] * len(pages)
    assert not any(word in page.content.decode() for page in shown for word in (first.email, "qzxcanary"))


def test_a_deactivated_reviewer_s_yes_counts_no_more(
    ready: Signature, two: tuple[User, User], make_reviewer: Any
) -> None:
    third = make_reviewer("third@reviewers.example")
    signatures.admit(ready, by=two[0], at=NOON)
    User.objects.filter(pk=two[0].pk).update(is_active=False)

    assert signatures.admit(ready, by=third, at=NOON) is False


def test_expired_evidence_admits_nobody(ready: Signature, two: tuple[User, User]) -> None:
    with pytest.raises(EvidenceMissing):
        signatures.admit(ready, by=two[0], at=NOON + timedelta(days=366))

    assert not Decision.objects.exists()


def test_evidence_that_expires_between_the_two_reviewers_admits_nobody(
    ready: Signature, two: tuple[User, User]
) -> None:
    signatures.admit(ready, by=two[0], at=NOON)
    Evidence.objects.filter(kind=EvidenceKind.CALL_BACK).update(valid_until=NOON + timedelta(hours=1))

    with pytest.raises(EvidenceMissing):
        signatures.admit(ready, by=two[1], at=NOON + timedelta(hours=1))


# Vouching


def test_a_ring_of_vouchers_lifts_nobody_above_the_lowest_level(db: None) -> None:
    """Three organizations that exist only by each other's word."""
    ring = [organization_of(name, level=Level.VOUCHED) for name in ("one", "two", "three")]
    Organization.objects.update(confirmed_at=None)

    for (voucher, person), (organization, _owner) in zip(ring, ring[1:] + ring[:1], strict=True):
        voucher.refresh_from_db()
        with pytest.raises(VouchTooEarly):
            vouches.vouch(voucher, organization, by=person, at=NOON)

    assert not Evidence.objects.exists()


def test_words_given_back_and_forth_are_one(db: None) -> None:
    (one, owner_of_one), (two, owner_of_two) = organization_of("one"), organization_of("two")
    vouches.vouch(one, two, by=owner_of_one, at=NOON)

    with pytest.raises(VouchedBack):
        vouches.vouch(two, one, by=owner_of_two, at=NOON)


def test_one_person_with_two_organizations_is_one_voucher(db: None) -> None:
    (one, person), (two, _other) = organization_of("one"), organization_of("two")
    Representative.objects.create(user=person, organization=two, role=Role.OWNER, accepted_at=LONG_AGO)
    new, _owner = organization_of("new", level=Level.NONE)

    vouches.vouch(one, new, by=person, at=NOON)
    vouches.vouch(two, new, by=person, at=NOON)

    assert not Evidence.objects.filter(organization=new, kind=EvidenceKind.VOUCHED).exists()


def test_an_organization_that_was_confirmed_yesterday_or_vouches_for_itself_has_no_word(db: None) -> None:
    young, person = organization_of("young", since=NOON - timedelta(days=89))
    old, insider = organization_of("old")
    Representative.objects.create(user=insider, organization=young)
    other, _owner = organization_of("other", level=Level.NONE)

    with pytest.raises(VouchTooEarly):
        vouches.vouch(young, other, by=person, at=NOON)
    with pytest.raises(VouchForOneself):
        vouches.vouch(old, young, by=insider, at=NOON)
    with pytest.raises(NotAllowed):
        vouches.vouch(old, other, by=person, at=NOON)


def test_a_word_is_sold_at_most_five_times_a_year(db: None) -> None:
    voucher, person = organization_of("voucher")
    for number in range(vouches.MOST_A_YEAR):
        vouches.vouch(voucher, organization_of(f"new-{number}", level=Level.NONE)[0], by=person, at=NOON)

    with pytest.raises(VouchedEnough):
        vouches.vouch(voucher, organization_of("sixth", level=Level.NONE)[0], by=person, at=NOON)


def test_with_a_voucher_that_is_revoked_later_its_word_falls(db: None, make_reviewer: Callable[..., User]) -> None:
    new, _owner = organization_of("new", level=Level.NONE)
    for name in ("one", "two"):
        voucher, person = organization_of(name)
        vouches.vouch(voucher, new, by=person, at=NOON)
    evidence = Evidence.objects.get(organization=new)
    assert evidence.holds(NOON)

    decisions.revoke_verification(voucher, reason="It was forged.", by=make_reviewer(), at=NOON)

    evidence.refresh_from_db()
    assert not evidence.holds(NOON)


# What was revoked while somebody signs


def test_a_verification_that_is_revoked_between_form_and_code_signs_nothing(
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    make_reviewer: Callable[..., User],
) -> None:
    own = admitted()
    second = started_again(own, make_draft("second"), aigul)
    decisions.revoke_verification(own.organization, reason="Forged.", by=make_reviewer(), at=NOON)

    with pytest.raises(VerificationRevoked):
        signatures.confirm(second, mailed_code(second), at=NOON)

    second.refresh_from_db()
    assert (second.state, second.person) == (SignatureState.STARTED, None)


def test_a_verification_that_is_revoked_between_code_and_admission_admits_nothing(
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    make_reviewer: Callable[..., User],
) -> None:
    own = admitted()
    second = started_again(own, make_draft("second"), aigul)
    signatures.confirm(second, mailed_code(second), at=NOON)
    second.refresh_from_db()
    decisions.revoke_verification(own.organization, reason="Forged.", by=make_reviewer(), at=NOON)

    with pytest.raises(VerificationRevoked):
        signatures.admit(second, by=aigul, at=NOON)

    assert RegisterEntry.objects.filter(kind="signature.admitted").count() == 1


def started_again(own: Signature, letter: Letter, by: User) -> Signature:
    """The same person's signature under another letter, its code in the mail."""
    letters.open_letter(letter, by=by, at=NOON)
    revision = letter.revisions.get()
    return signatures.start(
        revision,
        organization=own.organization,
        claim=None,
        email=own.email,
        person_name=own.person_name,
        position=own.position,
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )


def test_a_mandate_that_is_revoked_between_form_and_code_signs_nothing(
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    make_reviewer: Callable[..., User],
) -> None:
    own = admitted()
    second = started_again(own, make_draft("second"), aigul)
    representatives.revoke(Representative.objects.get(user=own.person), by=make_reviewer(), at=NOON)

    with pytest.raises(NoLongerActs):
        signatures.confirm(second, mailed_code(second), at=NOON)


def test_a_mandate_that_is_revoked_between_code_and_admission_admits_nothing(
    ready: Signature, two: tuple[User, User]
) -> None:
    representatives.revoke(Representative.objects.get(user=ready.person), by=two[0], at=NOON)

    with pytest.raises(MandateRevoked):
        signatures.admit(ready, by=two[1], at=NOON)


def test_a_mandate_that_is_revoked_while_a_second_person_reads_signs_nothing(
    confirmed: Callable[..., Signature], make_reviewer: Callable[..., User]
) -> None:
    organization, owner = organization_of("careful")
    Organization.objects.update(needs_approval=True)
    lawyer = make_person("lawyer@careful.example")
    Representative.objects.create(user=lawyer, organization=organization, accepted_at=NOON)
    organization.refresh_from_db()
    signature = confirmed(lawyer.email, organization=organization)
    asked = MailedCode.objects.get(email=owner.email)
    code = Mail.objects.get(template="approval_asked").context["code"]
    representatives.revoke(Representative.objects.get(user=lawyer), by=make_reviewer(), at=NOON)

    with pytest.raises(ProposalRevoked):
        approvals.approve(asked, code, at=NOON)

    signature.refresh_from_db()
    assert signature.state == SignatureState.PROPOSED


def test_whoever_was_removed_withdraws_nothing_of_the_organization(
    admitted: Callable[..., Signature], make_reviewer: Callable[..., User]
) -> None:
    own = admitted()
    assert own.person is not None
    representatives.revoke(Representative.objects.get(user=own.person), by=make_reviewer(), at=NOON)

    with pytest.raises(NotAllowed):
        signatures.withdraw(own, by=own.person, at=NOON)

    own.refresh_from_db()
    assert own.state == SignatureState.ADMITTED


@pytest.mark.parametrize("how", ["removed", "revoked", "demoted"])
def test_an_owner_who_was_shut_out_comes_back_by_no_invitation_that_he_had_sent_before(
    admitted: Callable[..., Signature], stranger: User, how: str
) -> None:
    """The back door: offer the role of an owner to a second mailbox, be thrown out, accept."""
    own = admitted()
    good, bad = own.person, make_person("bad@verified.example")
    assert good is not None
    thrown = Representative.objects.create(user=bad, organization=own.organization, role=Role.OWNER, accepted_at=NOON)
    offer = representatives.invite(
        own.organization, email=stranger.email, role=Role.OWNER, language="en", by=bad, at=NOON
    )
    if how == "removed":
        representatives.remove(thrown, by=good, at=NOON)
    elif how == "revoked":
        representatives.revoke(thrown, by=good, at=NOON)
    else:
        representatives.change_role(thrown, Role.REPRESENTATIVE, by=good, at=NOON)

    with pytest.raises(InvitationOver):
        representatives.accept_invitation(offer, by=stranger, at=NOON)

    assert list(Representative.objects.owners().values_list("user__email", flat=True)) == [good.email]


def test_a_change_of_a_profile_by_an_owner_who_was_shut_out_is_not_put_in_force(
    admitted: Callable[..., Signature], make_reviewer: Callable[..., User]
) -> None:
    own = admitted()
    assert own.person is not None
    bad = make_person("bad@verified.example")
    thrown = Representative.objects.create(user=bad, organization=own.organization, role=Role.OWNER, accepted_at=NOON)
    columns = {**own.organization.columns(), "name_en": "Taken Over"}
    change = profiles.change_profile(own.organization, columns, by=bad, at=NOON)
    assert change is not None
    representatives.remove(thrown, by=own.person, at=NOON)

    with pytest.raises(ProposerLeft):
        profiles.decide(change, accept=True, by=make_reviewer(), at=NOON)

    assert Organization.objects.get(pk=own.organization.pk).name_en == "Verified Organization"


def test_paper_of_an_organization_that_lost_its_verification_is_neither_entered_nor_confirmed(
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    make_reviewer: Callable[..., User],
    files: Any,
) -> None:
    organization = admitted().organization
    reviewer = make_reviewer()
    entered = on_paper(organization, make_draft("paper"), aigul)
    decisions.revoke_verification(organization, reason="Forged.", by=reviewer, at=NOON)

    with pytest.raises(VerificationRevoked):
        papers.second(entered, by=reviewer, at=NOON)
    with pytest.raises(VerificationRevoked):
        on_paper(organization, make_draft("paper-2"), aigul)

    entered.refresh_from_db()
    assert entered.state == SignatureState.STARTED


def on_paper(organization: Organization, letter: Letter, by: User) -> Signature:
    letters.open_letter(letter, by=by, at=NOON)
    return papers.enter(
        letter.revisions.get(),
        organization=organization,
        claim=None,
        source="paper",
        person_name="Paper Person",
        position="Director",
        basis="head",
        basis_note="",
        visibility="public",
        signed_on=NOON.date(),
        scan=papers.CleanDocument(b"%PDF-", "pdf", "0" * 64),
        language="en",
        by=by,
        at=NOON,
    )


# Somebody else's organization


def test_the_number_of_a_bank_shows_nothing_of_the_organization_that_types_it(
    client: Client, confirmed: Callable[..., Signature], aigul: User, settings: Any
) -> None:
    """Its check digit is right; the applicant learns nothing, the reviewer that a number identifies nobody."""
    settings.DEMONSTRATION = True
    claim = confirmed("a@own.example", website="https://own.example", number_scheme="KZ-BIN", number="971240001315")
    evidences.record_by_hand(claim, EvidenceKind.CALL_BACK, detail="telephone, today", by=aigul, at=NOON)
    client.force_login(aigul)

    with pytest.raises(EvidenceMissing, match="the organization exists"):
        signatures.admit(claim, by=aigul, at=NOON)

    assert "it identifies nobody" in client.get(f"/en/desk/signatures/{claim.pk}/").content.decode()
    assert "971240001315" not in client.get(f"/en/signing/{claim.token}/").content.decode()


def test_a_stranger_s_claim_gets_nothing_of_the_evidence_of_the_organization_s_own_people(
    admitted: Callable[..., Signature], start: Callable[..., Signature], make_draft: Callable[..., Letter], aigul: User
) -> None:
    """What was found out about one person admits nobody else: a copied number, a copied name, no mandate."""
    own = admitted(number_scheme="KZ-BIN", number="221140000111")
    letter = make_draft("second")
    letters.open_letter(letter, by=aigul, at=NOON)
    revision = letter.revisions.get()
    claim = signatures.start(
        revision,
        organization=own.organization,
        claim=None,
        email="stranger@evil.example",
        person_name="S. Tranger",
        position="Director",
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )
    signatures.confirm(claim, mailed_code(claim), at=NOON)
    claim.refresh_from_db()

    with pytest.raises(EvidenceMissing):
        signatures.admit(claim, by=aigul, at=NOON)

    assert policy.unanswered(policy.valid_kinds(evidences.evidence_for(claim), NOON))


def test_a_change_of_a_profile_that_was_exchanged_after_it_was_read_is_not_put_in_force(
    admitted: Callable[..., Signature], client: Client, make_reviewer: Callable[..., User], settings: Any
) -> None:
    """U16 for words: the reviewer presses “agree” for what stood on the page, not for what took its place."""
    settings.DEMONSTRATION = True
    own = admitted()
    assert own.person is not None
    columns = own.organization.columns()
    profiles.change_profile(
        own.organization, {**columns, "name_en": "Verified Organization Ltd"}, by=own.person, at=NOON
    )
    client.force_login(make_reviewer())
    read = ProfileChange.objects.get().pk
    profiles.change_profile(own.organization, {**columns, "name_en": "Another Famous Fund"}, by=own.person, at=NOON)

    pressed = client.post(f"/en/desk/organizations/changes/{read}/", {"accept": "yes"})

    assert pressed.status_code == 404
    assert Organization.objects.get(pk=own.organization.pk).name_en == "Verified Organization"
    assert ProfileChange.objects.get().decided_at is None


# Electronic signatures (EDS)


@pytest.fixture
def trusted(settings: Any, tmp_path: Path) -> None:
    """The operator trusts the authorities of the tests."""
    for holder in (ours.root(), ours.middle()):
        (tmp_path / f"{holder.sha256}.cer").write_bytes(holder.certificate)
    settings.EDS_CA_DIR, settings.EDS_CRL_DIR, settings.EDS_OCSP_URL = str(tmp_path), "", ""


@pytest.fixture
def electronic_one(trusted: None, confirmed: Callable[..., Signature]) -> Signature:
    """A confirmed signature of an organization whose head has a certificate."""
    return confirmed(number_scheme="KZ-BIN", number=ours.NUMBER)


def signed(signature: Signature) -> bytes:
    encoded: bytes = ours.Signature(ours.head(), electronic.manifest_of(signature)).encoded
    return encoded


def verdict_on(signature: Signature, cms: bytes) -> str:
    """What the worker says of it."""
    assert signature.person is not None
    check = electronic.receive(signature, cms, by=signature.person, at=ours.NOON)
    run_check(check_id=check.pk)
    check.refresh_from_db()
    return check.outcome


def test_an_electronic_signature_over_another_letter_s_manifest_is_refused(
    electronic_one: Signature, make_draft: Callable[..., Letter], aigul: User
) -> None:
    other = started_again(electronic_one, make_draft("second"), aigul)
    signatures.confirm(other, mailed_code(other), at=NOON)
    other.refresh_from_db()

    assert verdict_on(other, signed(electronic_one)) == Outcome.FAILED
    assert not Evidence.objects.filter(kind=EvidenceKind.EDS).exists()


def test_an_electronic_signature_replayed_for_another_signature_of_the_organization_is_refused(
    electronic_one: Signature, confirmed: Callable[..., Signature]
) -> None:
    """The same letter, the same organization, the same certificate; another person's consent of another second."""
    cms = signed(electronic_one)
    assert verdict_on(electronic_one, cms) == Outcome.PASSED
    second = confirmed(
        "second@unverified.example", number_scheme="KZ-BIN", number=ours.NUMBER, at=NOON + timedelta(seconds=1)
    )

    assert second.organization == electronic_one.organization
    assert verdict_on(second, cms) == Outcome.FAILED


def test_an_electronic_signature_of_another_organization_s_number_is_refused(
    trusted: None, confirmed: Callable[..., Signature]
) -> None:
    victim = confirmed(number_scheme="KZ-BIN", number="221140000111")

    assert verdict_on(victim, signed(victim)) == Outcome.FAILED


def test_an_own_number_typed_into_a_claim_on_another_organization_s_domain_is_not_signed_for(
    trusted: None, confirmed: Callable[..., Signature]
) -> None:
    """The claim is matched to the victim's row by its domain and names the attacker's own number, for which he has a certificate."""
    victim = confirmed(website="https://victim.example", number_scheme="KZ-BIN", number="221140000111")
    attacker = confirmed(
        "evil@evil.example", name="Victim", website="https://victim.example", number_scheme="KZ-BIN", number=ours.NUMBER
    )
    assert attacker.organization == victim.organization
    assert attacker.person is not None

    with pytest.raises(EdsNotPossible):
        electronic.receive(attacker, b"x", by=attacker.person, at=ours.NOON)


def test_a_victim_s_number_typed_into_a_claim_on_the_attacker_s_own_row_is_not_signed_for(
    trusted: None, confirmed: Callable[..., Signature]
) -> None:
    """The row has the attacker's number, the second claim the victim's: its admission would give the victim's to his certificate."""
    confirmed(name="Small", website="https://evil.example", number_scheme="KZ-BIN", number=ours.NUMBER)
    second = confirmed(
        "b@evil.example", name="Victim", website="https://evil.example", number_scheme="KZ-BIN", number="221140000111"
    )
    assert second.person is not None

    with pytest.raises(EdsNotPossible):
        electronic.receive(second, b"x", by=second.person, at=ours.NOON)


def test_a_certificate_counts_no_more_for_an_organization_that_got_another_number(electronic_one: Signature) -> None:
    assert verdict_on(electronic_one, signed(electronic_one)) == Outcome.PASSED
    assert policy.level_of(evidences.evidence_for(electronic_one), ours.NOON) == Level.STRONG

    Organization.objects.update(number="221140000111")

    assert policy.level_of(evidences.evidence_for(electronic_one), ours.NOON) == Level.NONE


def test_an_electronic_signature_sent_by_a_colleague_who_did_not_give_the_signature_is_not_taken(
    electronic_one: Signature,
) -> None:
    owner = make_person("owner@unverified.example")
    Representative.objects.create(
        user=owner, organization=electronic_one.organization, role=Role.OWNER, accepted_at=NOON
    )

    with pytest.raises(NotAllowed):
        electronic.receive(electronic_one, b"x", by=owner, at=ours.NOON)

    assert not EdsSignature.objects.exists()
    assert not Check.objects.exists()


def test_an_electronic_signature_on_a_mandate_that_was_revoked_meanwhile_shows_nothing(
    electronic_one: Signature, make_reviewer: Callable[..., User]
) -> None:
    assert electronic_one.person is not None
    check = electronic.receive(electronic_one, signed(electronic_one), by=electronic_one.person, at=ours.NOON)
    Mandate.objects.update(revoked_at=NOON)

    run_check(check_id=check.pk)

    assert policy.level_of(evidences.evidence_for(electronic_one), ours.NOON) == Level.NONE


def test_a_claim_that_names_a_listed_organization_is_a_new_row_and_never_takes_the_known_one_over(
    admitted: Callable[..., Signature], start: Callable[..., Signature]
) -> None:
    own = admitted()

    claim = start("evil@evil.example", name="Verified Organization")

    assert claim.organization != own.organization
    assert Organization.objects.get(pk=own.organization.pk).columns() == own.organization.columns()
    assert claim_of("x").number == ""
