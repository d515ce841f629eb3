"""The profile of an organization: what its owners change at once, and what a reviewer must agree to.

Of a verified organization names, number and website are what reviewers have checked: a change waits as a proposal, and with it ends
the evidence that rested on what was changed. What was signed, frozen or delivered stays as it was.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from campaign.base import freshness, journal, post
from campaign.base.errors import NotAllowed
from campaign.base.languages import LANGUAGES
from campaign.base.locks import hold
from campaign.base.models import User
from letters.access import keeps_organizations
from signatories.errors.colleague import OnlyOwners
from signatories.errors.signature import AlreadyDecided, OwnSignature, ProposerLeft
from signatories.models import Evidence, Organization, ProfileChange
from signatories.services.evidence import speaks_for
from signatories.services.organization import check_standing, keep_logo, keep_search_form, names_in, remember_names
from signatories.states import AliasSource, EvidenceKind

NAMES = tuple(f"{field}_{language}" for field in ("name", "abbreviation") for language in LANGUAGES)
CHECKED = (*NAMES, "original_language", "website", "domain", "number_scheme", "number", "folded")
RESTED_ON = {  # the evidence that a change takes away, by what was changed
    "name": (EvidenceKind.REGISTER_LOOKUP, EvidenceKind.REGISTER_SEEN, EvidenceKind.WELL_KNOWN),
    "number": (
        EvidenceKind.REGISTER_NUMBER,
        EvidenceKind.REGISTER_LOOKUP,
        EvidenceKind.REGISTER_SEEN,
        EvidenceKind.EDS,
    ),
    "domain": (EvidenceKind.DOMAIN_MAIL, EvidenceKind.DNS_TXT, EvidenceKind.SITE_FILE, EvidenceKind.CHANNEL_SEEN),
}


@transaction.atomic
def change_profile(
    organization: Organization,
    columns: dict[str, Any],
    *,
    logo: "ContentFile[bytes] | None" = None,
    by: User,
    at: datetime,
) -> ProfileChange | None:
    """Change the profile; what reviewers have checked waits for one of them. Returns the proposal, if there is one.

    :param columns: all columns of the profile; what is as before changes nothing.
    :raises Refusal: OnlyOwners, LogoNotKept.
    """
    organization = hold(Organization, organization.pk, to_change=True)
    check_standing(organization)
    if not organization.representatives.owners().filter(user=by).exists():
        raise OnlyOwners
    changed = {name: value for name, value in columns.items() if (getattr(organization, name) or "") != value}
    checked = {name: value for name, value in changed.items() if name in CHECKED}
    waits = organization.verified_at is not None and bool(checked.keys() - {"folded"})
    at_once = {name: value for name, value in changed.items() if not (waits and name in CHECKED)}
    _write(organization, at_once, logo)
    if at_once or logo is not None:
        journal.write("organization.profile_changed", organization, by=by, at=at, fields=sorted(at_once))
    return _propose(organization, checked, by, at) if waits else None


def _write(organization: Organization, columns: dict[str, Any], logo: "ContentFile[bytes] | None") -> None:
    """Write columns and a new logo; the picture that stood before goes after the commit."""
    if not columns and logo is None:
        return
    for name, value in columns.items():
        setattr(organization, name, value)
    if logo is not None:
        if organization.logo:
            transaction.on_commit(partial(organization.logo.storage.delete, str(organization.logo.name)))
        keep_logo(organization, logo)
    organization.save(update_fields=[*columns, "logo"])
    keep_search_form(organization)
    freshness.raise_version()


def _propose(organization: Organization, columns: dict[str, Any], by: User, at: datetime) -> ProfileChange:
    """Keep the proposal; a newer one takes the place of one that still waits. Reviewers are told."""
    ProfileChange.objects.filter(organization=organization, decided_at=None).delete()
    proposal = ProfileChange.objects.create(
        organization=organization, columns=columns, proposed_by=by, proposed_at=at
    )  # under a new key, so that nobody agrees to what took the place of what was read
    journal.write("organization.change_proposed", organization, by=by, at=at, fields=sorted(columns))
    for person in User.objects.filter(is_reviewer=True, is_active=True).order_by("pk"):
        post.send(
            "profile_change_waits",
            to=person.email,
            language=person.language,
            organization=organization.name_in(person.language),
        )
    return proposal


@transaction.atomic
def decide(proposal: ProfileChange, *, accept: bool, by: User, at: datetime) -> None:
    """Agree to a proposed change, or not; the person who proposed it is told.

    :raises Refusal: NotAllowed, OwnSignature (one's own organization), AlreadyDecided, ProposerLeft.
    """
    if not keeps_organizations(by):
        raise NotAllowed
    organization = hold(Organization, proposal.organization_id, to_change=True)
    check_standing(organization)
    if speaks_for(organization.pk, by):
        raise OwnSignature
    proposal = _hold_waiting(proposal)
    if accept:
        _check_owner(organization, proposal.proposed_by)
        _put_in_force(organization, proposal.columns, at)
    proposal.decided_by, proposal.decided_at, proposal.accepted = by, at, accept
    proposal.save(update_fields=["decided_by", "decided_at", "accepted"])
    journal.write("organization.change_decided", organization, by=by, at=at, accepted=accept)
    person = proposal.proposed_by
    post.send(
        "profile_change_decided",
        to=person.email,
        language=person.language,
        organization=organization.name_in(person.language),
        slug=organization.slug,
        accepted=accept,
    )


def _check_owner(organization: Organization, person: User) -> None:
    """Whoever proposed must still own the organization.

    :raises ProposerLeft: is no owner any more.
    """
    if not organization.representatives.owners().filter(user=person).exists():
        raise ProposerLeft


def _hold_waiting(proposal: ProfileChange) -> ProfileChange:
    """The proposal, held by the caller, if it still waits.

    :raises AlreadyDecided: somebody decided, or a newer proposal took its place.
    """
    try:
        held = hold(ProfileChange, proposal.pk, to_change=True)
    except ProfileChange.DoesNotExist:
        raise AlreadyDecided from None
    if held.decided_at is not None:
        raise AlreadyDecided
    return held


def _put_in_force(organization: Organization, columns: dict[str, Any], at: datetime) -> None:
    former = names_in(vars(organization))
    _write(organization, columns, None)
    if columns.keys() & set(NAMES):
        remember_names(organization, former, source=AliasSource.FORMER, at=at, is_public=True)
    ended = [kind for part, kinds in RESTED_ON.items() if _touches(part, columns) for kind in kinds]
    resting = Evidence.objects.filter(organization=organization, kind__in=ended)
    resting.filter(Q(valid_until=None) | Q(valid_until__gt=at)).update(valid_until=at)


def _touches(part: str, columns: dict[str, Any]) -> bool:
    return any(name.startswith(part) for name in columns)
