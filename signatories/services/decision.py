"""Who decides about an organization, how many of them, and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaign.base import freshness, journal, post
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Coordinator, Letter
from letters.states import LetterState
from signatories import policy
from signatories.domains import lookalikes, mailbox
from signatories.errors.decision import (
    DecidedAlready,
    LevelNotReached,
    LookalikeUnexplained,
    NotIndependent,
    RevocationReasonMissing,
    SameKey,
    SameMailbox,
    SameNetworkUnexplained,
)
from signatories.errors.signature import OwnSignature
from signatories.models import Decision, Evidence, Organization, Representative, Signature
from signatories.models.organization import OrganizationQuerySet
from signatories.policy import Situation
from signatories.search import alike_among, branches_among
from signatories.services import evidence as evidences
from signatories.services import same_person
from signatories.services import verification as verifications
from signatories.services.vouch import recount_vouched_by, withdraw_vouches_of
from signatories.states import NOT_GIVEN, Level, Outcome, SignatureState

DECISION_LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Settled:
    """The level that is settled, where two decide the lower of theirs; NONE: a second one decides next. And the decisions for it."""

    level: Level
    decisions: tuple[Decision, ...] = ()


def independent_reviewers(organization: Organization, letter: Letter | None) -> dict[int, str]:
    """Keys of the active reviewers who neither coordinate the letter nor speak for the organization nor have an address at its
    domain, each with the mailbox behind the address: two accounts of one mailbox are one person.
    """
    reviewers = User.objects.filter(is_reviewer=True, is_active=True)
    involved = Q(pk__in=Representative.objects.filter(organization=organization).values("user"))
    if organization.domain:
        involved |= Q(email__iendswith=f"@{organization.domain}") | Q(email__iendswith=f".{organization.domain}")
    if letter is not None:
        involved |= Q(pk__in=Coordinator.objects.filter(issuer=letter.issuer_id).values("user"))
    return {key: mailbox(email) for key, email in reviewers.exclude(involved).values_list("pk", "email")}


def asks_for_two(
    organization: Organization, level: Level, *, reviewers: dict[int, str], situation: Situation | None
) -> bool:
    """Whether two different reviewers decide: about the first verification and each level-up, as soon as there are two.

    A row of the table may ask for one alone, as an electronic signature does.
    """
    if level <= organization.level or len(set(reviewers.values())) < 2:
        return False
    return situation is None or situation.reviewers > 1


def settle(
    organization: Organization,
    level: Level,
    *,
    signature: Signature | None,
    letter: Letter | None,
    situation: Situation | None,
    seen: Iterable[Evidence],
    twins: bool,
    reason: str,
    by: User,
    at: datetime,
) -> Settled:
    """Write one reviewer's yes. The organization's row is held.

    :param twins: another organization can be taken for this one.
    :return: what is settled by it.
    :raises Refusal: NotIndependent, DecidedAlready, SameMailbox, SameKey, SameNetworkUnexplained, LookalikeUnexplained.
    """
    reviewers = independent_reviewers(organization, letter)
    two = asks_for_two(organization, level, reviewers=reviewers, situation=situation)
    if two and by.pk not in reviewers:
        raise NotIndependent
    earlier = standing(organization, signature=signature, at=at).filter(reviewer__in=reviewers)
    if two and earlier.filter(reviewer=by, level__gte=level).exists():
        raise DecidedAlready
    network = two and _check_two_people(earlier.exclude(reviewer=by), by, reason=reason)
    others = list(earlier.exclude(reviewer=by).order_by("-level", "pk")) if two else []
    settled = min(level, Level(others[0].level) if others else Level.NONE) if two else level
    if twins and settled and not reason.strip():
        raise LookalikeUnexplained
    own = Decision.objects.create(
        organization=organization,
        signature=signature,
        reviewer=by,
        level=level,
        reason=reason.strip(),
        evidence=[one.pk for one in seen],
        decided_at=at,
    )
    if network:
        journal.write("organization.one_network", organization, by=by, at=at)
    return Settled(settled, (own, *others[:1]))


def _check_two_people(earlier: Any, by: User, *, reason: str) -> bool:
    """Refuse a second yes of whoever gave the first under another name.

    :return: whether both signed in from one network on one day, which people of one office do: the reason explains it.
    :raises Refusal: SameMailbox, SameKey, SameNetworkUnexplained.
    """
    network = False
    for reviewer, email in earlier.order_by("pk").values_list("reviewer", "reviewer__email"):
        if same_person.share_mailbox(email, by.email):
            raise SameMailbox
        if same_person.share_key(reviewer, by.pk):
            raise SameKey
        network |= same_person.share_network(reviewer, by.pk)
    if network and not reason.strip():
        raise SameNetworkUnexplained
    return network


def standing(organization: Organization, *, signature: Signature | None, at: datetime) -> Any:
    """The decisions for a higher level that still count: not those from before a revocation, nor very old ones."""
    since = max(filter(None, (at - DECISION_LIFE, organization.revoked_at)))
    return Decision.objects.filter(
        organization=organization, signature=signature, level__gt=organization.level, decided_at__gte=since
    )


def twins_of(organization: Organization, columns: dict[str, Any], *, by: User, at: datetime) -> list[Organization]:
    """Organizations that this person may know of and for which the one with these columns can be taken; at most fifteen.

    By name, number or domain, by a domain that only looks like another, and as a branch and its head office.
    """
    others = organizations_seen_by(by, at).exclude(pk=organization.pk).exclude(merged_into=organization)
    alike = alike_among(others, columns)
    known: Any = others.exclude(domain="").order_by("domain").values_list("domain", flat=True)
    looks = [one.known for one in lookalikes(columns["domain"], known)] if columns["domain"] else []
    taken = others.filter(domain__in=looks).exclude(pk__in=[one.pk for one in alike]).order_by("pk")
    told = {one.pk: one for one in [*alike, *taken[:5], *branches_among(others, columns)]}
    return list(told.values())


def organizations_seen_by(person: User, at: datetime) -> OrganizationQuerySet:
    """Organizations in the public list, and those that signed or want to sign the letters that this person reviews."""
    letters = Letter.objects.reviewed_by(person)
    own = Signature.objects.filter(revision__letter__in=letters).exclude(state__in=NOT_GIVEN)
    listed = Organization.objects.listed(at)
    return Organization.objects.filter(Q(pk__in=own.values("organization")) | Q(pk__in=listed.values("pk")))


def raise_to(organization: Organization, level: Level, *, at: datetime) -> None:
    """Give an organization, whose row is held, the level that was decided; the first one verifies it."""
    organization.level, organization.revoked_at = max(Level(organization.level), level), None
    organization.verified_at = organization.verified_at or at
    if organization.level >= Level.CONFIRMED:
        organization.confirmed_at = organization.confirmed_at or at
    organization.save(update_fields=["level", "verified_at", "confirmed_at", "revoked_at"])
    freshness.raise_version()


@transaction.atomic
def decide_level(organization: Organization, level: Level, *, reason: str, by: User, at: datetime) -> bool:
    """Say yes to a higher level of a verified organization, apart from any signature; whether it has the level now.

    :raises Refusal: OwnSignature, LevelNotReached, and those of `settle`.
    """
    organization = hold(Organization, organization.pk, to_change=True)
    if evidences.speaks_for(organization.pk, by):
        raise OwnSignature
    facts = evidences.standing_evidence([organization])[organization.pk]
    situation = policy.situation_of(facts, at)
    if organization.verified_at is None or level <= organization.level or situation is None or situation.level < level:
        raise LevelNotReached(missing=" ".join(policy.missing_for(level, facts, at)))
    twins = twins_of(organization, organization.columns(), by=by, at=at)
    settled = settle(
        organization,
        level,
        signature=None,
        letter=None,
        situation=situation,
        seen=facts,
        twins=bool(twins),
        reason=reason,
        by=by,
        at=at,
    )
    if settled.level:
        raise_to(organization, settled.level, at=at)
    act = "organization.level" if settled.level else "organization.level_first"
    journal.write(act, organization, by=by, at=at, level=level.value)
    if settled.level:
        verifications.tell_decided(organization, decisions=settled.decisions, seen=facts, at=at)
    return bool(settled.level)


@transaction.atomic
def revoke_verification(organization: Organization, *, reason: str, by: User, at: datetime) -> None:
    """Take an organization's verification back: it signs nothing more, what it signed stays. What it vouched for counts no more.

    Evidence does not hold beyond this moment, so that it must be checked anew.

    :raises Refusal: OwnSignature, RevocationReasonMissing.
    """
    organization = hold(Organization, organization.pk, to_change=True)
    if evidences.speaks_for(organization.pk, by):
        raise OwnSignature
    if not reason.strip():
        raise RevocationReasonMissing
    organization.level, organization.revoked_at, organization.confirmed_at = Level.NONE, at, None
    organization.save(update_fields=["level", "revoked_at", "confirmed_at"])
    holding = Evidence.objects.filter(organization=organization, result=Outcome.PASSED)
    holding.filter(Q(valid_until=None) | Q(valid_until__gt=at)).update(valid_until=at)
    withdraw_vouches_of(organization, at=at)
    journal.write("organization.revoked", organization, by=by, at=at, reason=reason.strip())
    freshness.raise_version()
    verifications.tell_revoked(organization, at=at)


def borne_level(organization: Organization, *, at: datetime) -> Level:
    """The level that its evidence still bears at this moment, also before the daily lowering has come by."""
    return _levels_left([organization], at)[organization.pk]


def lower_levels(*, at: datetime) -> int:
    """Lower the level of each organization whose evidence has expired or was taken back, and warn the coordinators of the open letters
    under which it stands; what was signed and delivered stays. Returns how many were lowered.
    """
    verified = list(Organization.objects.filter(level__gt=Level.NONE).order_by("pk"))
    left = _levels_left(verified, at)
    return sum(_lower(one, left[one.pk], at=at) for one in verified)


def _levels_left(organizations: list[Organization], at: datetime) -> dict[int, Level]:
    facts, stood = evidences.standing_evidence(organizations), evidences.evidence_that_stood(organizations)
    return {one.pk: _level_left(one, facts[one.pk], stood[one.pk], at) for one in organizations}


def _level_left(organization: Organization, facts: list[Evidence], stood: list[Evidence], at: datetime) -> Level:
    """The level that is left. Only what has expired, failed or was taken back since takes a level away, never a change of the table."""
    now = policy.level_of(facts, at)
    once = [_as_it_held(one) for one in stood if one.result == Outcome.PASSED]
    lost = now < organization.level and now < policy.level_of(once, at)
    return now if lost else Level(organization.level)


def _as_it_held(evidence: Evidence) -> Evidence:
    """The evidence as it was when it held; not to be saved."""
    return Evidence(
        kind=evidence.kind, result=Outcome.PASSED, checked_at=evidence.checked_at, checked_by_id=evidence.checked_by_id
    )


@transaction.atomic
def _lower(organization: Organization, level: Level, *, at: datetime) -> bool:
    since = organization.confirmed_at if level >= Level.CONFIRMED else None
    lowered = Organization.objects.filter(pk=organization.pk, level__gt=level).update(level=level, confirmed_at=since)
    if not lowered:
        return False
    recount_vouched_by(organization, at=at)
    journal.write("organization.lapsed", organization, by=None, at=at, level=level.value)
    freshness.raise_version()
    letters = Letter.objects.filter(
        state=LetterState.OPEN,
        pk__in=Signature.objects.filter(organization=organization, state=SignatureState.ADMITTED).values(
            "revision__letter"
        ),
    )
    coordinators = User.objects.filter(coordinates__issuer__letters__in=letters, is_active=True).distinct()
    for person in coordinators.order_by("pk"):
        _warn(person, organization, letters)
    organization.level = level
    verifications.tell_lapsed(organization, at=at)
    return True


def _warn(person: User, organization: Organization, letters: Any) -> None:
    own = letters.of(person).order_by("pk")
    post.send(
        "verification_lapsed",
        to=person.email,
        language=person.language,
        organization=organization.name_in(person.language),
        slug=organization.slug,
        letters=[{"title": one.text("title", person.language), "slug": one.slug} for one in own],
    )
