"""Two rows for one organization become one."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaign.base import freshness, journal, post, register
from campaign.base.errors import NotAllowed
from campaign.base.locks import hold
from campaign.base.models import User
from letters.access import keeps_organizations
from letters.models import Letter, SignatoryList
from letters.states import LetterState
from signatories.errors.organization import AlreadyMerged, KeepTheVerified, SameOrganization
from signatories.errors.signature import FrozenListNamesIt, OwnSignature, SignatureOnHold, VisibilityDiffers
from signatories.models import (
    Check,
    ColleagueInvitation,
    DomainProof,
    Evidence,
    Invitation,
    Mandate,
    Organization,
    OrganizationAlias,
    ProfileChange,
    Representative,
    SearchForm,
    Signature,
    Vouch,
)
from signatories.services.evidence import speaks_for
from signatories.services.message import tell_signer
from signatories.services.organization import names_in, remember_names
from signatories.services.vouch import recount, recount_vouched_by
from signatories.states import ACTIVE_STATES, AliasSource, Role, SignatureState

BELONG_TO_IT = (Evidence, Check, DomainProof, ColleagueInvitation, Invitation)  # and go over as they are
TAKEN_OVER = ("contact_email", "country", "logo")  # where the organization that stays has nothing of its own

Pair = tuple[Signature, Signature]


@transaction.atomic
def merge(duplicate: Organization, *, into: Organization, by: User, at: datetime) -> None:
    """Put everything that belongs to the duplicate under the organization that stays; there is no way back.

    Signatures, evidence, representatives, mandates, vouches and invitations go over; names of the duplicate become other names, its page leads
    to the other's. Where both stand under one letter, the later signature is merged into the earlier one. What was frozen or delivered
    stays as it was. Reviewers' decisions stay with the row about which they were made.

    :raises Refusal: NotAllowed, SameOrganization, OwnSignature, AlreadyMerged, KeepTheVerified, SignatureOnHold, VisibilityDiffers,
        FrozenListNamesIt.
    """
    if not keeps_organizations(by):
        raise NotAllowed
    if duplicate.pk == into.pk:
        raise SameOrganization
    for letter in sorted(set(_signatures(duplicate, into).values_list("revision__letter", flat=True))):
        hold(Letter, letter)
    held = {pk: hold(Organization, pk, to_change=True) for pk in sorted((duplicate.pk, into.pk))}
    duplicate, into = held[duplicate.pk], held[into.pk]
    signatures = list(
        _signatures(duplicate, into)
        .select_related("organization", "revision__letter")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    _check(duplicate, into, by)
    pairs = list(_pairs(signatures))
    _check_signatures(duplicate, signatures, pairs)
    was_listed = Organization.objects.listed(at).filter(pk=duplicate.pk).exists()
    for later, earlier in pairs:
        later.move(SignatureState.MERGED, merged_into=earlier)
    _tell_signers(pairs)
    moved = [one.pk for one in signatures if one.organization_id == duplicate.pk]
    _keep_openings(signatures)
    Signature.objects.filter(pk__in=moved).update(organization=into)
    _move_people(duplicate, into)
    _move_vouches(duplicate, into, at)
    _move_changes(duplicate, into, by=by, at=at)
    for model in BELONG_TO_IT:
        model._default_manager.filter(organization=duplicate).update(organization=into)
    _move_facts(duplicate, into)
    _move_names(duplicate, into, was_listed=was_listed, at=at)
    duplicate.merged_into, duplicate.merged_at = into, at
    duplicate.save(update_fields=["merged_into", "merged_at"])
    Organization.objects.filter(merged_into=duplicate).update(merged_into=into)
    recount(into, at=at)
    recount_vouched_by(into, at=at)
    journal.write(
        "organization.merged",
        into,
        by=by,
        at=at,
        duplicate=duplicate.pk,
        slug=duplicate.slug,
        signatures=moved,
        merged=[[later.pk, earlier.pk] for later, earlier in pairs],
    )
    _tell_the_world(pairs, by, at)


def _signatures(duplicate: Organization, into: Organization) -> QuerySet[Signature]:
    return Signature.objects.filter(organization__in=[duplicate.pk, into.pk])


def _check(duplicate: Organization, into: Organization, by: User) -> None:
    if duplicate.merged_into_id or into.merged_into_id:
        raise AlreadyMerged
    if any(speaks_for(organization.pk, by) for organization in (duplicate, into)):
        raise OwnSignature
    if duplicate.verified_at is not None and into.verified_at is None:
        raise KeepTheVerified


def _check_signatures(duplicate: Organization, signatures: list[Signature], pairs: list[Pair]) -> None:
    if any(one.state == SignatureState.ON_HOLD for one in signatures):
        raise SignatureOnHold
    for later, earlier in pairs:
        if later.state == SignatureState.ADMITTED and later.visibility != earlier.visibility:
            raise VisibilityDiffers(letter=_title(later))
    merged = {later.pk for later, _ in pairs}
    for one in signatures:
        if one.organization_id == duplicate.pk and one.pk not in merged and _stands_in_addendum(one, duplicate):
            raise FrozenListNamesIt(letter=_title(one))


def _stands_in_addendum(signature: Signature, duplicate: Organization) -> bool:
    """Whether a list with the duplicate's id was frozen for a late signature, so that the next addendum would name it once more."""
    if not (signature.late and signature.revision.letter.state == LetterState.CLOSED):
        return False
    return any(
        duplicate.uid in frozen.ids()
        for frozen in SignatoryList.objects.filter(revision__letter=signature.revision.letter_id)
    )


def _title(signature: Signature) -> str:
    letter = signature.revision.letter
    return letter.text("title", letter.original_language)


def _pairs(signatures: list[Signature]) -> Iterator[Pair]:
    """Which active signatures of one letter become one, the later with the earlier, which stays.

    An admitted signature takes in what waits at the other organization. Where none is admitted, only claims from one mailbox become one:
    a stranger's claim never swallows another.
    """
    active = [one for one in signatures if one.state in ACTIVE_STATES]
    for letter in dict.fromkeys(one.revision.letter_id for one in active):
        own = sorted((one for one in active if one.revision.letter_id == letter), key=_age)
        stays = next((one for one in own if one.state == SignatureState.ADMITTED), None)
        if stays is not None:
            yield from ((one, stays) for one in own if one.organization_id != stays.organization_id)
            continue
        first: dict[str, Signature] = {}
        for one in own:
            earlier = first.setdefault(one.email or f"#{one.pk}", one)
            if earlier is not one:
                yield one, earlier


def _age(signature: Signature) -> tuple[datetime, int]:
    return signature.decided_at or signature.confirmed_at or signature.started_at, signature.pk


def _keep_openings(signatures: list[Signature]) -> None:
    """Keep what the register's entries stand for where it was not kept when they were written: soon the names are others."""
    for one in signatures:
        if one.admitted_index is not None and not one.opening:
            Signature.objects.filter(pk=one.pk).update(opening=one.opening_now())


def _move_people(duplicate: Organization, into: Organization) -> None:
    """Representatives go over with their mandates. Where the organization that stays has an owner, others come as representatives."""
    own = {one.user_id: one for one in Representative.objects.filter(organization=into)}
    has_owner = any(one.role == Role.OWNER and one.accepted_at and one.left_at is None for one in own.values())
    for one in Representative.objects.filter(organization=duplicate).order_by("pk"):
        same = own.get(one.user_id)
        if same is None:
            one.organization = into
            one.role = Role.REPRESENTATIVE if has_owner and one.role == Role.OWNER else one.role
            one.save(update_fields=["organization", "role"])
            continue
        Mandate.objects.filter(representative=one).update(representative=same)
        if same.accepted_at is None and same.left_at is None:
            same.accepted_at = one.accepted_at
            same.save(update_fields=["accepted_at"])
        one.delete()


def _move_vouches(duplicate: Organization, into: Organization, at: datetime) -> None:
    """Words for and of the duplicate go over, but for those between the two and those that are there already."""
    for vouch in Vouch.objects.filter(organization=duplicate).order_by("pk"):
        twin = Vouch.objects.filter(organization=into, voucher=vouch.voucher, withdrawn_at=None)
        _move_vouch(vouch, "organization", into, stays=vouch.voucher_id == into.pk or twin.exists(), at=at)
    for vouch in Vouch.objects.filter(voucher=duplicate).order_by("pk"):
        twin = Vouch.objects.filter(organization=vouch.organization, voucher=into, withdrawn_at=None)
        _move_vouch(vouch, "voucher", into, stays=vouch.organization_id == into.pk or twin.exists(), at=at)


def _move_vouch(vouch: Vouch, side: str, into: Organization, *, stays: bool, at: datetime) -> None:
    if not stays:
        Vouch.objects.filter(pk=vouch.pk).update(**{side: into})
    elif vouch.withdrawn_at is None:
        Vouch.objects.filter(pk=vouch.pk).update(withdrawn_at=at)


def _move_changes(duplicate: Organization, into: Organization, *, by: User, at: datetime) -> None:
    """Proposals for a profile that is none any more end without being accepted, and who made one is told; all go over."""
    for change in ProfileChange.objects.filter(organization=duplicate, decided_at=None).select_related("proposed_by"):
        person = change.proposed_by
        post.send(
            "profile_change_decided",
            to=person.email,
            language=person.language,
            organization=duplicate.name_in(person.language),
            slug=into.slug,
            accepted=False,
        )
    own = ProfileChange.objects.filter(organization=duplicate)
    own.filter(decided_at=None).update(decided_by=by, decided_at=at, accepted=False)
    own.update(organization=into)


def _tell_signers(pairs: list[Pair]) -> None:
    """Tell who gave a signature that became part of another one; not by whom that was given, nor how it is called there."""
    for later, _ in pairs:
        tell_signer(later, "signature_merged")


def _move_facts(duplicate: Organization, into: Organization) -> None:
    """What the organization that stays does not say of itself, it takes over; who asks for a second person goes on asking."""
    for column in TAKEN_OVER:
        setattr(into, column, getattr(into, column) or getattr(duplicate, column))
    if not into.website:
        into.website, into.domain = duplicate.website, duplicate.domain
    if not into.number:
        into.number_scheme, into.number = duplicate.number_scheme, duplicate.number
    into.needs_approval = into.needs_approval or duplicate.needs_approval
    into.save(update_fields=[*TAKEN_OVER, "website", "domain", "number_scheme", "number", "needs_approval"])


def _move_names(duplicate: Organization, into: Organization, *, was_listed: bool, at: datetime) -> None:
    """Names of the duplicate, and what it was called besides, become other names; public ones if it stood in public."""
    aliases = OrganizationAlias.objects.filter(organization=duplicate)
    public = list(aliases.filter(is_public=True).values_list("name", flat=True))
    others = list(aliases.filter(is_public=False).values_list("name", flat=True))
    aliases.delete()
    SearchForm.objects.filter(organization=duplicate).delete()
    (public if was_listed else others).extend(names_in(vars(duplicate)))
    remember_names(into, public, source=AliasSource.MERGE, at=at, is_public=True)
    remember_names(into, others, source=AliasSource.MERGE, at=at)


def _tell_the_world(pairs: list[Pair], by: User, at: datetime) -> None:
    """Last, because it takes the public state and then the register's head."""
    for later, _ in pairs:
        journal.write("signature.merged", later, by=by, at=at, scope=later.revision.letter.slug)
    freshness.raise_version()
    for later, earlier in pairs:
        if later.admitted_index is not None:
            letter = later.revision.letter
            register.append(
                "signature.merged", letter=letter.uid, at=at, entry=later.admitted_index, into=earlier.admitted_index
            )
