"""Who acts for an organization: people come and go, the organization stays.

Every change holds the organization's row, so that a signature given at the same moment sees it or comes before it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from campaign.base import journal, post
from campaign.base.errors import NotAllowed
from campaign.base.locks import hold
from campaign.base.models import User
from signatories.domains import mailbox
from signatories.errors.colleague import (
    AlreadyColleague,
    InvitationOver,
    InvitedTooOften,
    LastOwner,
    NoLongerActs,
    OneSelf,
    OnlyOwners,
    TooManyInvitations,
)
from signatories.errors.signature import MandateRevoked, NobodyToApprove, OwnSignature
from signatories.models import ColleagueInvitation, Mandate, Organization, Representative, Signature
from signatories.services.evidence import speaks_for
from signatories.services.message import tell_owners
from signatories.services.organization import check_standing
from signatories.states import ACTIVE_STATES, Role

INVITATION_LIFE = timedelta(days=14)
MOST_INVITATIONS_A_DAY = 20
MOST_TO_ONE_ADDRESS_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of one organization who matter when somebody signs for it: who signs, owners and approvers."""

    own: Representative | None
    leading: list[Representative]

    def second_people(self) -> list[Representative]:
        """Those who may approve what this person proposes."""
        own = None if self.own is None else mailbox(self.own.user.email)
        return [one for one in self.leading if one.may_approve() and mailbox(one.user.email) != own]


def staff_of(organization: Organization, email: str) -> Staff:
    """Everybody who matters when this mailbox signs for the organization, in one query."""
    leading = Q(role__in=(Role.OWNER, Role.APPROVER), accepted_at__isnull=False, left_at=None)
    found = Representative.objects.filter(organization=organization).filter(Q(user__email=email) | leading)
    people = list(found.select_related("user").order_by("pk"))
    own = next((one for one in people if one.user.email == email), None)
    return Staff(own, [one for one in people if one.is_active()])


def join(signature: Signature) -> Representative:
    """The person whose mailbox this is, for the organization; made at the first confirmed code, without a password.

    :raises NotAllowed: the account was closed.
    """
    person = User.objects.filter(email=signature.email).first()
    if person is None:
        person = User.objects.create_user(signature.email, language=signature.language)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return Representative.objects.create(user=person, organization=signature.organization)
    if not person.is_active:
        raise NotAllowed
    return Representative.objects.get_or_create(user=person, organization=signature.organization)[0]


def signer(signature: Signature, staff: Staff) -> Representative:
    """The representative who gives this signature.

    :raises NotAllowed: the account was closed.
    :raises NoLongerActs: the organization ended this person's right to act.
    """
    own = staff.own or join(signature)
    if not own.user.is_active:
        raise NotAllowed
    if own.left_at is not None:
        raise NoLongerActs
    return own


def check_mandate(signature: Signature) -> None:
    """Refuse what rests on a revoked mandate, as it stands now. The caller holds the organization.

    :raises MandateRevoked: the organization or a reviewer revoked it.
    """
    if Mandate.objects.filter(signatures=signature, revoked_at__isnull=False).exists():
        raise MandateRevoked


def accept(signature: Signature, organization: Organization, *, at: datetime) -> None:
    """Whose signature is admitted acts for the organization from now on, the first one as its owner; owners and the contact
    address are told. The caller holds the organization.
    """
    mandate = signature.mandate
    own = None if mandate is None else mandate.representative
    staff = staff_of(organization, signature.email)
    if own is not None and own.left_at is None:
        owned = any(one.role == Role.OWNER for one in staff.leading)
        own.accepted_at, own.role = own.accepted_at or at, own.role if owned else Role.OWNER
        own.save(update_fields=["accepted_at", "role"])
    tell_owners(signature, organization, staff.leading, "signature_notice", **signer_facts(signature, "admitted"))


def signer_facts(signature: Signature, event: str) -> dict[str, str]:
    """What owners are told of who signed; `event` is "confirmed", "admitted" or "proposed"."""
    return {
        "event": event,
        "person_name": signature.person_name,
        "position": signature.position,
        "email": signature.email,
    }


@transaction.atomic
def invite(
    organization: Organization, *, email: str, role: Role, language: str, by: User, at: datetime
) -> ColleagueInvitation:
    """Ask a colleague by mail to take a role; an older open invitation of the same address dies.

    :raises Refusal: OnlyOwners, AlreadyColleague, TooManyInvitations, InvitedTooOften.
    """
    organization = _held_by_owner(organization.pk, by)
    email = email.strip().lower()
    if organization.representatives.active().filter(user__email=email).exists():
        raise AlreadyColleague
    sent = organization.colleague_invitations.filter(invited_at__gt=at - timedelta(days=1)).count()
    if sent >= MOST_INVITATIONS_A_DAY:
        raise TooManyInvitations
    to_one = organization.colleague_invitations.filter(email=email, invited_at__gt=at - timedelta(days=1)).count()
    if to_one >= MOST_TO_ONE_ADDRESS_A_DAY:
        raise InvitedTooOften
    open_ones = organization.colleague_invitations.filter(email=email, accepted_at=None, revoked_at=None)
    open_ones.update(revoked_at=at)
    invitation = ColleagueInvitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        language=language,
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LIFE,
    )
    journal.write("colleague.invited", organization, by=by, at=at, role=role)
    post.send(
        "colleague_invited",
        to=email,
        language=language,
        organization=organization.name_in(language),
        inviter=by.email,
        role=role,
        days=INVITATION_LIFE.days,
        token=invitation.token,
    )
    return invitation


@transaction.atomic
def take_back(invitation: ColleagueInvitation, *, by: User, at: datetime) -> None:
    """Take an open invitation back.

    :raises Refusal: OnlyOwners, InvitationOver.
    """
    organization = _held_by_owner(invitation.organization_id, by)
    invitation = hold(ColleagueInvitation, invitation.pk, to_change=True)
    if not invitation.is_open(at):
        raise InvitationOver
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    journal.write("colleague.invitation_taken_back", organization, by=by, at=at)


@transaction.atomic
def accept_invitation(invitation: ColleagueInvitation, *, by: User, at: datetime) -> Representative:
    """Take the offered role, as the person at the invited address; who had left is back.

    :raises Refusal: NotAllowed (another address), InvitationOver.
    """
    organization = _held(invitation.organization_id)
    invitation = hold(ColleagueInvitation, invitation.pk, to_change=True)
    if not owns_address(by, invitation.email):
        raise NotAllowed
    if not invitation.is_open(at):
        raise InvitationOver
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    role = {"role": invitation.role, "accepted_at": at, "left_at": None}
    colleague, _new = Representative.objects.update_or_create(user=by, organization=organization, defaults=role)
    journal.write("colleague.joined", organization, by=by, at=at, role=invitation.role)
    _tell_of_colleague("colleague_joined", organization, colleague, to=invitation.invited_by)
    return colleague


def owns_address(person: User, email: str) -> bool:
    """Whether the person has shown to read this mailbox."""
    shown: bool = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
    return shown


@transaction.atomic
def change_role(colleague: Representative, role: Role, *, by: User, at: datetime) -> None:
    """Give a colleague another role.

    :raises Refusal: OnlyOwners, LastOwner, NobodyToApprove.
    """
    organization = _held_by_owner(colleague.organization_id, by)
    colleague = _colleague(organization, colleague.pk)
    if colleague.role == Role.OWNER and role != Role.OWNER:
        _check_another_owner(organization, colleague)
    was_owner = colleague.role == Role.OWNER
    colleague.role = role
    colleague.save(update_fields=["role"])
    if was_owner and role != Role.OWNER:
        _end_invitations(colleague, at=at)
    _check_second_person(organization)
    journal.write("colleague.role_changed", colleague, by=by, at=at, role=role)


@transaction.atomic
def hand_over(colleague: Representative, *, by: User, at: datetime) -> None:
    """Make a colleague the owner in one's own place.

    :raises Refusal: OnlyOwners, OneSelf.
    """
    organization = _held_by_owner(colleague.organization_id, by)
    colleague = _colleague(organization, colleague.pk)
    if colleague.user_id == by.pk:
        raise OneSelf
    colleague.role = Role.OWNER
    colleague.save(update_fields=["role"])
    organization.representatives.filter(user=by).update(role=Role.REPRESENTATIVE)
    journal.write("organization.handed_over", organization, by=by, at=at)
    _tell_of_colleague("organization_handed_over", organization, colleague, to=colleague.user, by=by.email)


@transaction.atomic
def leave(own: Representative, *, at: datetime, without_owner: bool = False) -> None:
    """Stop acting for the organization; what was signed stays the organization's.

    :param without_owner: said expressly by the last owner; the coordinators are told.
    :raises Refusal: LastOwner, NoLongerActs.
    """
    organization = _held(own.organization_id)
    own = hold(Representative, own.pk, to_change=True)
    if not own.is_active():
        raise NoLongerActs
    is_last = own.role == Role.OWNER and not _other_owners(organization, own)
    if is_last and not without_owner:
        raise LastOwner
    _end(own, at=at)
    journal.write("colleague.left", organization, by=own.user, at=at)
    if is_last:
        _tell_secretariat(organization)


@transaction.atomic
def remove(colleague: Representative, *, by: User, at: datetime) -> None:
    """End a colleague's role; what she signed stays, and what waits for a decision is decided.

    :raises Refusal: OnlyOwners, OneSelf.
    """
    organization = _held_by_owner(colleague.organization_id, by)
    colleague = _colleague(organization, colleague.pk)
    if colleague.user_id == by.pk:
        raise OneSelf
    _end(colleague, at=at)
    journal.write("colleague.removed", organization, by=by, at=at)
    _tell_of_colleague("colleague_removed", organization, colleague, to=colleague.user)


@transaction.atomic
def revoke(representative: Representative, *, by: User, at: datetime) -> None:
    """Revoke a person's mandates: nothing more is signed or admitted on them from now on; what was admitted stays with its date.

    By an owner, or by a reviewer who does not speak for the organization.

    :raises Refusal: OnlyOwners, OneSelf, OwnSignature, NoLongerActs.
    """
    organization = _held(representative.organization_id)
    representative = hold(Representative, representative.pk, to_change=True)
    if representative.user_id == by.pk:
        raise OneSelf
    if not organization.representatives.owners().filter(user=by).exists():
        if not by.is_reviewer:
            raise OnlyOwners
        if speaks_for(organization.pk, by):
            raise OwnSignature
    if representative.left_at is not None:
        raise NoLongerActs
    was_last = representative.role == Role.OWNER and not _other_owners(organization, representative)
    Mandate.objects.filter(representative=representative, revoked_at=None).update(revoked_at=at, revoked_by=by)
    was_active = representative.is_active()
    _end(representative, at=at)
    journal.write("mandate.revoked", representative, by=by, at=at)
    _tell_of_colleague("mandate_revoked", organization, representative, to=representative.user)
    if was_active and was_last:
        _tell_secretariat(organization)


@transaction.atomic
def ask_second_person(organization: Organization, needed: bool, *, by: User, at: datetime) -> None:
    """Switch the second approval on or off.

    :raises Refusal: OnlyOwners, NobodyToApprove.
    """
    organization = _held_by_owner(organization.pk, by)
    organization.needs_approval = needed
    organization.save(update_fields=["needs_approval"])
    _check_second_person(organization)
    journal.write("organization.second_person", organization, by=by, at=at, needed=needed)


def _held(organization_id: int) -> Organization:
    organization = hold(Organization, organization_id, to_change=True)
    check_standing(organization)
    return organization


def _held_by_owner(organization_id: int, by: User) -> Organization:
    organization = _held(organization_id)
    if not organization.representatives.owners().filter(user=by).exists():
        raise OnlyOwners
    return organization


def _colleague(organization: Organization, representative_id: int) -> Representative:
    colleague = organization.representatives.active().select_related("user").filter(pk=representative_id).first()
    if colleague is None:
        raise NoLongerActs
    return colleague


def _other_owners(organization: Organization, own: Representative) -> bool:
    return organization.representatives.owners().exclude(pk=own.pk).exists()


def _check_another_owner(organization: Organization, own: Representative) -> None:
    if not _other_owners(organization, own):
        raise LastOwner


def _check_second_person(organization: Organization) -> None:
    """Two people are needed where a second one is asked for: somebody proposes, another one agrees."""
    if not organization.needs_approval:
        return
    leading = organization.representatives.active().filter(role__in=(Role.OWNER, Role.APPROVER))
    if len({mailbox(email) for email in leading.values_list("user__email", flat=True)}) < 2:
        raise NobodyToApprove


def _end(representative: Representative, *, at: datetime) -> None:
    representative.left_at = at
    representative.save(update_fields=["left_at"])
    _end_invitations(representative, at=at)


def _end_invitations(former: Representative, *, at: datetime) -> None:
    """Take back what a former owner has offered and nobody has accepted, so that nobody comes in by it afterwards."""
    offered = ColleagueInvitation.objects.filter(organization=former.organization_id, invited_by=former.user_id)
    offered.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)


def _tell_of_colleague(
    template: str, organization: Organization, colleague: Representative, *, to: User, **facts: Any
) -> None:
    post.send(
        template,
        to=to.email,
        language=to.language,
        organization=organization.name_in(to.language),
        slug=organization.slug,
        person=colleague.user.email,
        **facts,
    )


def _tell_secretariat(organization: Organization) -> None:
    """Tell the coordinators of every letter under which the organization stands or waits that nobody owns its affairs here."""
    signed = Signature.objects.filter(organization=organization, state__in=ACTIVE_STATES)
    issuers = signed.values("revision__letter__issuer")
    for person in User.objects.filter(coordinates__issuer__in=issuers, is_active=True).distinct().order_by("pk"):
        post.send(
            "organization_without_owner",
            to=person.email,
            language=person.language,
            organization=organization.name_in(person.language),
        )
