"""People come and go; the organization stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.errors import NotAllowed
from campaign.base.models import Mail, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.colleague import (
    AlreadyColleague,
    InvitationOver,
    LastOwner,
    NoLongerActs,
    OneSelf,
    OnlyOwners,
    TooManyInvitations,
)
from signatories.errors.signature import MandateRevoked, NobodyToApprove, OwnSignature
from signatories.models import ColleagueInvitation, Organization, Representative, Signature
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.states import Role, SignatureState
from tests.conftest import NOON, mailed_code, make_person, record_enough

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def daniyar(admitted: Callable[..., Signature]) -> Representative:
    """The owner of a verified organization, by its first admitted signature."""
    signature = admitted()
    return Representative.objects.get(user=signature.person)


@pytest.fixture
def organization(daniyar: Representative) -> Organization:
    return daniyar.organization


@pytest.fixture
def join(daniyar: Representative) -> Callable[..., Representative]:
    """Colleagues whom Daniyar invites and who accept."""

    def join_one(email: str, role: Role = Role.REPRESENTATIVE) -> Representative:
        person = User.objects.filter(email=email).first() or make_person(email)
        invitation = representatives.invite(
            daniyar.organization, email=email, role=role, language="en", by=daniyar.user, at=NOON
        )
        return representatives.accept_invitation(invitation, by=person, at=NOON)

    return join_one


def told(template: str) -> list[str]:
    """Who was told so, in order."""
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


def test_the_first_admitted_signature_makes_its_person_the_owner_and_the_second_a_representative(
    daniyar: Representative, organization: Organization, make_draft: Callable[..., Letter], aigul: User
) -> None:
    assert (daniyar.role, daniyar.accepted_at) == (Role.OWNER, NOON)

    second = admit_for(organization, "second@verified.example", make_draft("second"), aigul)

    colleague = Representative.objects.get(user=second.person)
    assert (colleague.role, colleague.accepted_at) == (Role.REPRESENTATIVE, NOON)


def admit_for(organization: Organization, email: str, letter: Letter, by: User) -> Signature:
    """An admitted signature of the organization under another letter."""
    signature = confirm_for(organization, email, letter, by)
    record_enough(signature, by=by)
    signatures.admit(signature, by=by, at=NOON)
    return signature


def confirm_for(organization: Organization, email: str, letter: Letter, by: User) -> Signature:
    if letter.opened_at is None:
        letters.open_letter(letter, by=by, at=NOON)
    signature = start_for(organization, email, letter)
    signatures.confirm(signature, mailed_code(signature), at=NOON)
    return signature


def start_for(organization: Organization, email: str, letter: Letter) -> Signature:
    revision = letter.revisions.get()
    return signatures.start(
        revision,
        organization=organization,
        claim=None,
        email=email,
        person_name="A. Colleague",
        position="Lawyer",
        basis="power",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )


def test_a_code_alone_makes_nobody_a_colleague(confirmed: Callable[..., Signature]) -> None:
    signature = confirmed()

    assert not Representative.objects.get(user=signature.person).is_active()


def test_owners_and_the_contact_address_are_told_of_each_signature_in_their_name_and_the_signer_is_told_once(
    organization: Organization, daniyar: Representative, make_draft: Callable[..., Letter], aigul: User
) -> None:
    Organization.objects.filter(pk=organization.pk).update(contact_email="office@verified.example")
    Mail.objects.all().delete()

    admit_for(organization, "stranger@example.net", make_draft("second"), aigul)

    assert told("signature_notice") == [daniyar.user.email, "office@verified.example"] * 2
    assert told("signature_received") == told("signature_admitted") == ["stranger@example.net"]


def test_an_invited_colleague_accepts_and_the_inviter_is_told(
    organization: Organization, daniyar: Representative, join: Callable[..., Representative]
) -> None:
    colleague = join("asel@example.net", Role.APPROVER)

    assert (colleague.role, colleague.organization, colleague.is_active()) == (Role.APPROVER, organization, True)
    assert told("colleague_invited") == ["asel@example.net"]
    assert told("colleague_joined") == [daniyar.user.email]


def test_an_invitation_is_for_its_address_alone_once_and_for_two_weeks(
    organization: Organization, daniyar: Representative, stranger: User
) -> None:
    asel = make_person("asel@example.net")
    invitation = representatives.invite(
        organization, email="asel@example.net", role=Role.OWNER, language="en", by=daniyar.user, at=NOON
    )

    with pytest.raises(NotAllowed):
        representatives.accept_invitation(invitation, by=stranger, at=NOON)
    with pytest.raises(InvitationOver):
        representatives.accept_invitation(invitation, by=asel, at=NOON + timedelta(days=14))
    representatives.accept_invitation(invitation, by=asel, at=NOON)
    with pytest.raises(InvitationOver):
        representatives.accept_invitation(invitation, by=asel, at=NOON)

    assert not organization.representatives.filter(user=stranger).exists()


def test_a_newer_invitation_and_taking_it_back_close_the_older_one(
    organization: Organization, daniyar: Representative
) -> None:
    asel = make_person("asel@example.net")
    older, newer = (
        representatives.invite(
            organization, email="asel@example.net", role=Role.OWNER, language="en", by=daniyar.user, at=NOON
        )
        for _ in range(2)
    )
    representatives.take_back(newer, by=daniyar.user, at=NOON)

    for invitation in (older, newer):
        with pytest.raises(InvitationOver):
            representatives.accept_invitation(invitation, by=asel, at=NOON)


def test_only_owners_invite_and_not_without_measure(
    organization: Organization, daniyar: Representative, join: Callable[..., Representative]
) -> None:
    asel = join("asel@example.net")

    def invite(email: str, by: User) -> ColleagueInvitation:
        return representatives.invite(organization, email=email, role=Role.OWNER, language="en", by=by, at=NOON)

    with pytest.raises(OnlyOwners):
        invite("x@example.net", asel.user)
    with pytest.raises(AlreadyColleague):
        invite("asel@example.net", daniyar.user)
    for number in range(19):
        invite(f"{number}@example.net", daniyar.user)
    with pytest.raises(TooManyInvitations):
        invite("x@example.net", daniyar.user)


def test_handing_over_makes_a_new_owner_and_keeps_the_old_one_as_representative(
    daniyar: Representative, join: Callable[..., Representative]
) -> None:
    asel = join("asel@example.net")

    representatives.hand_over(asel, by=daniyar.user, at=NOON)

    assert dict(Representative.objects.values_list("user__email", "role")) == {
        daniyar.user.email: Role.REPRESENTATIVE,
        "asel@example.net": Role.OWNER,
    }
    assert told("organization_handed_over") == ["asel@example.net"]


def test_the_last_owner_cannot_vanish_silently(
    daniyar: Representative, join: Callable[..., Representative], aigul: User
) -> None:
    join("asel@example.net")

    with pytest.raises(LastOwner):
        representatives.leave(daniyar, at=NOON)
    with pytest.raises(LastOwner):
        representatives.change_role(daniyar, Role.APPROVER, by=daniyar.user, at=NOON)
    representatives.leave(daniyar, without_owner=True, at=NOON)

    assert told("organization_without_owner") == [aigul.email]
    assert Representative.objects.owners().count() == 0


def test_whoever_leaves_signs_no_more_and_the_signatures_stay(
    organization: Organization,
    daniyar: Representative,
    join: Callable[..., Representative],
    make_draft: Callable[..., Letter],
    aigul: User,
) -> None:
    join("asel@example.net", Role.OWNER)
    representatives.leave(daniyar, at=NOON)

    with pytest.raises(NoLongerActs):
        confirm_for(organization, daniyar.user.email, make_draft("second"), aigul)

    assert Signature.objects.get(state=SignatureState.ADMITTED).organization == organization
    assert told("organization_without_owner") == []


def test_whoever_was_removed_comes_back_only_by_an_invitation(
    organization: Organization,
    daniyar: Representative,
    join: Callable[..., Representative],
    make_draft: Callable[..., Letter],
    aigul: User,
) -> None:
    asel = join("asel@example.net")
    representatives.remove(asel, by=daniyar.user, at=NOON)
    letter = make_draft("second")
    with pytest.raises(NoLongerActs):
        confirm_for(organization, "asel@example.net", letter, aigul)

    join("asel@example.net")
    signature = confirm_for(organization, "asel@example.net", letter, aigul)

    assert signature.state == SignatureState.CONFIRMED


def test_a_revoked_mandate_stops_signing_and_admission_at_once_and_leaves_what_was_admitted(
    organization: Organization, daniyar: Representative, make_draft: Callable[..., Letter], aigul: User
) -> None:
    second, third = make_draft("second"), make_draft("third")
    old = admit_for(organization, "asel@example.net", second, aigul)
    waiting = confirm_for(organization, "asel@example.net", third, aigul)
    record_enough(waiting, by=aigul)
    asel = Representative.objects.get(user__email="asel@example.net")

    representatives.revoke(asel, by=daniyar.user, at=LATER)

    with pytest.raises(MandateRevoked):
        signatures.admit(waiting, by=aigul, at=LATER)
    with pytest.raises(NoLongerActs):
        confirm_for(organization, "asel@example.net", make_draft("fourth"), aigul)
    old.refresh_from_db()
    assert (old.state, waiting.state) == (SignatureState.ADMITTED, SignatureState.CONFIRMED)
    assert told("mandate_revoked") == ["asel@example.net"]


def test_a_reviewer_revokes_a_mandate_and_a_stranger_does_not(
    daniyar: Representative, stranger: User, aigul: User
) -> None:
    with pytest.raises(OnlyOwners):
        representatives.revoke(daniyar, by=stranger, at=NOON)
    with pytest.raises(OneSelf):
        representatives.revoke(daniyar, by=daniyar.user, at=NOON)

    representatives.revoke(daniyar, by=make_person("reviewer@example.org", is_reviewer=True), at=NOON)

    daniyar.refresh_from_db()
    assert not daniyar.is_active()
    assert told("organization_without_owner") == [aigul.email]


def test_a_reviewer_who_acts_for_the_organization_revokes_nobody_there(
    daniyar: Representative, join: Callable[..., Representative]
) -> None:
    asel = join("asel@example.net", Role.REPRESENTATIVE)
    asel.user.is_reviewer = True
    asel.user.save(update_fields=["is_reviewer"])

    with pytest.raises(OwnSignature):
        representatives.revoke(daniyar, by=asel.user, at=NOON)

    daniyar.refresh_from_db()
    assert daniyar.is_active()


def test_a_second_person_is_asked_for_only_where_there_is_one(
    organization: Organization, daniyar: Representative, join: Callable[..., Representative]
) -> None:
    with pytest.raises(NobodyToApprove):
        representatives.ask_second_person(organization, True, by=daniyar.user, at=NOON)
    asel = join("asel@example.net", Role.APPROVER)
    representatives.ask_second_person(organization, True, by=daniyar.user, at=NOON)

    with pytest.raises(NobodyToApprove):
        representatives.change_role(asel, Role.REPRESENTATIVE, by=daniyar.user, at=NOON)

    organization.refresh_from_db()
    assert organization.needs_approval


def test_one_person_speaks_for_several_organizations(
    daniyar: Representative, client: Client, make_draft: Callable[..., Letter], aigul: User
) -> None:
    other = Organization.objects.create(slug="other", original_language="en", name_en="Other", verified_at=NOON)
    admit_for(other, daniyar.user.email, make_draft("second"), aigul)
    client.force_login(daniyar.user)

    shown = client.get("/en/my/").context["organizations"]

    assert [(one.name, one.role_name) for one in shown] == [("Other", "owner"), ("Verified Organization", "owner")]


def test_pages_of_an_organization_are_for_its_own_people(
    organization: Organization,
    daniyar: Representative,
    join: Callable[..., Representative],
    client: Client,
    stranger: User,
) -> None:
    asel = join("asel@example.net")
    page = f"/en/my/organizations/{organization.slug}/"
    owner_acts = [f"{page}colleagues/", f"{page}second-person/", f"{page}colleagues/{asel.pk}/remove/"]

    client.force_login(stranger)
    assert {client.get(page).status_code, *(client.post(act).status_code for act in owner_acts)} == {404}
    client.force_login(asel.user)
    assert client.get(page).context["is_owner"] is False
    assert {client.post(act).status_code for act in owner_acts} == {404}
    asel.refresh_from_db()
    assert asel.is_active()


def test_an_owner_invites_on_the_page_and_the_colleague_accepts_with_one_press(
    organization: Organization, daniyar: Representative, client: Client, stranger: User
) -> None:
    page = f"/en/my/organizations/{organization.slug}/"
    client.force_login(daniyar.user)
    wrong = client.post(f"{page}colleagues/", {"email": "asel", "role": "owner", "language": "kk"})
    done = client.post(f"{page}colleagues/", {"email": "Asel@example.net", "role": "owner", "language": "kk"})
    invitation = ColleagueInvitation.objects.get()
    offer = f"/en/my/colleagues/{invitation.token}/"

    client.force_login(stranger)
    hidden = client.get(offer)
    client.force_login(make_person("asel@example.net"))
    looked = client.get(offer)
    open_before = ColleagueInvitation.objects.get().accepted_at is None
    accepted = client.post(offer)

    assert wrong.context["invite_form"].errors["email"]
    assert (done.status_code, hidden.status_code, looked.status_code, open_before) == (302, 404, 200, True)
    assert accepted["Location"] == page
    assert Representative.objects.owners().count() == 2


def test_an_owner_sees_and_withdraws_every_signature_of_the_organization(
    organization: Organization, daniyar: Representative, client: Client, make_draft: Callable[..., Letter], aigul: User
) -> None:
    second = admit_for(organization, "asel@example.net", make_draft("second"), aigul)
    client.force_login(daniyar.user)

    shown = client.get("/en/my/").context["signatures"]
    client.post(f"/en/my/signatures/{second.pk}/withdraw/")

    second.refresh_from_db()
    assert sorted(one.signed_by for one in shown) == ["", "A. Colleague"]
    assert second.state == SignatureState.WITHDRAWN
    client.force_login(User.objects.get(email="asel@example.net"))
    assert len(client.get("/en/my/").context["signatures"]) == 1


def test_a_strangers_claim_shows_the_stranger_nothing_of_the_organization(
    organization: Organization, confirmed: Callable[..., Signature], client: Client
) -> None:
    claim = confirmed("stranger@example.net", organization=organization)
    assert claim.person is not None
    client.force_login(claim.person)

    (own,) = client.get("/en/my/").context["organizations"]

    assert own.url == ""
    assert client.get(f"/en/my/organizations/{organization.slug}/").status_code == 404


def test_one_and_three_colleagues_cost_the_same_queries(
    organization: Organization,
    daniyar: Representative,
    join: Callable[..., Representative],
    client: Client,
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/my/organizations/{organization.slug}/")
        return len(queries)

    client.force_login(daniyar.user)
    cost()
    join("a@example.net")
    once = cost()
    join("b@example.net")
    join("c@example.net")

    assert cost() == once


def test_a_claim_for_a_new_organization_tells_nobody_else(confirmed: Callable[..., Signature]) -> None:
    confirmed()

    assert told("signature_notice") == []
