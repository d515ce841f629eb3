"""One organization's word for another: who may give it, what it comes to, and how it ends."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from campaign.base import freshness, journal
from campaign.base.errors import NotAllowed
from campaign.base.locks import hold
from campaign.base.models import User
from signatories import policy
from signatories.errors.vouch import VouchedAlready, VouchedBack, VouchedEnough, VouchForOneself, VouchTooEarly
from signatories.models import Evidence, Organization, Representative, Vouch
from signatories.states import EvidenceKind, Level, Role

LONG_ENOUGH = timedelta(days=90)
A_YEAR = timedelta(days=365)
MOST_A_YEAR = 5
ENOUGH = 2
LONGEST_KEY = 18  # digits of a key that every database takes


def may_vouch(organization: Organization, at: datetime) -> bool:
    """Whether its word counts: confirmed by evidence of its own, not by others' word, for ninety days.

    Whoever is only vouched for has the level below, so that no chain is longer than one.
    """
    since = organization.confirmed_at
    return organization.level >= Level.CONFIRMED and since is not None and since <= at - LONG_ENOUGH


def speaks(person: User, organization: Organization) -> bool:
    """Whether the person was let in to act for the organization, as its owner or its representative."""
    acting = Representative.objects.filter(organization=organization, user=person, left_at=None)
    return acting.filter(accepted_at__isnull=False, role__in=[Role.OWNER, Role.REPRESENTATIVE]).exists()


def code_of(organization: Organization) -> str:
    """What its people give to those who are to vouch for it. Keyed, so that nobody works it out from anything else that is known of it."""
    return f"{organization.pk}-{salted_hmac('qoltanba vouch', organization.uid, algorithm='sha256').hexdigest()[:20]}"


def organization_of(code: str) -> Organization | None:
    """The organization with this code; None: there is none, or it was merged into another."""
    key = code.partition("-")[0]
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    found: Organization | None = Organization.objects.filter(pk=int(key), merged_into=None).first()
    return found if found is not None and constant_time_compare(code_of(found), code) else None


def may_see_code(own: Representative) -> bool:
    """Whether the code is shown to this person: to those who were let in, and while nobody is, to those whose claim waits; without that
    no organization could be vouched for before its first signature.
    """
    return own.is_active() or not Representative.objects.active().filter(organization=own.organization_id).exists()


@transaction.atomic
def vouch(voucher: Organization, organization: Organization, *, by: User, at: datetime) -> Vouch:
    """Give an organization's word for another; the second one makes evidence.

    :raises Refusal: NotAllowed, VouchForOneself, VouchTooEarly, VouchedEnough, VouchedBack, VouchedAlready.
    """
    if not speaks(by, voucher):
        raise NotAllowed
    for key in sorted({voucher.pk, organization.pk}):
        hold(Organization, key, to_change=True)
    voucher.refresh_from_db(fields=["level", "confirmed_at"])
    _check(voucher, organization, by, at)
    try:
        with transaction.atomic():
            given = Vouch.objects.create(organization=organization, voucher=voucher, person=by, vouched_at=at)
    except IntegrityError:
        raise VouchedAlready from None
    journal.write("vouch.given", organization, by=by, at=at, voucher=voucher.slug)
    recount(organization, at=at)
    return given


def _check(voucher: Organization, organization: Organization, by: User, at: datetime) -> None:
    if voucher.pk == organization.pk or Representative.objects.filter(organization=organization, user=by).exists():
        raise VouchForOneself
    if not may_vouch(voucher, at):
        raise VouchTooEarly
    if Vouch.objects.filter(organization=voucher, voucher=organization, withdrawn_at=None).exists():
        raise VouchedBack
    if Vouch.objects.filter(voucher=voucher, vouched_at__gt=at - A_YEAR).count() >= MOST_A_YEAR:
        raise VouchedEnough(most=MOST_A_YEAR)


@transaction.atomic
def withdraw_vouch(given: Vouch, *, by: User, at: datetime) -> None:
    """Take a word back; what rested on it holds no longer.

    :raises NotAllowed: the person does not act for the voucher.
    """
    if not speaks(by, given.voucher):
        raise NotAllowed
    hold(Organization, given.organization_id, to_change=True)
    if Vouch.objects.filter(pk=given.pk, withdrawn_at=None).update(withdrawn_at=at):
        journal.write("vouch.withdrawn", given.organization, by=by, at=at, voucher=given.voucher.slug)
        recount(given.organization, at=at)


def withdraw_vouches_of(voucher: Organization, *, at: datetime) -> None:
    """Take back every word of an organization whose verification was revoked."""
    given = list(Vouch.objects.filter(voucher=voucher, withdrawn_at=None).select_related("organization").order_by("pk"))
    Vouch.objects.filter(pk__in=[one.pk for one in given]).update(withdrawn_at=at)
    for one in given:
        recount(one.organization, at=at)


def recount_vouched_by(voucher: Organization, *, at: datetime) -> None:
    """Count anew where an organization has given its word, because that counts no longer, or again."""
    for one in Organization.objects.filter(vouches__voucher=voucher, vouches__withdrawn_at=None).order_by("pk"):
        recount(one, at=at)


def recount(organization: Organization, *, at: datetime) -> None:
    """Let the evidence arise with the second word that counts, and end with the last but one.

    Words of one person for two organizations are one. A word of more than a year ago is to be given anew.
    """
    given = Vouch.objects.filter(organization=organization, withdrawn_at=None, vouched_at__gt=at - A_YEAR)
    words = [one for one in given.select_related("voucher") if may_vouch(one.voucher, at)]
    people = {one.person_id for one in words}
    standing = Evidence.objects.filter(organization=organization, kind=EvidenceKind.VOUCHED).filter(
        Q(valid_until=None) | Q(valid_until__gt=at)
    )
    if len(people) < ENOUGH:
        ended = standing.update(valid_until=at)
        if ended:
            freshness.raise_version()
    elif not standing.exists():
        Evidence.objects.create(
            organization=organization,
            kind=EvidenceKind.VOUCHED,
            detail=", ".join(sorted(one.voucher.slug for one in words))[:300],
            checked_at=at,
            valid_until=policy.valid_until(EvidenceKind.VOUCHED, at),
        )
        freshness.raise_version()
