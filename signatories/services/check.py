"""Checks by machine: what is asked for, what is made of the answer, and what happens when a proof is gone.

A check is a waiting row. It is made outside any transaction (`signatories/checks/` speaks to the world), and what it came to
is written at once: the row, the evidence, and, where a level is in danger, the mails.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from rapidfuzz import fuzz

from campaign.base import journal, post, rate
from campaign.base.errors import NotAllowed
from campaign.base.jobs import JobState, finish, give_back, put_off
from campaign.base.languages import LANGUAGES, fold
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from letters.states import LetterState, RegistrationScheme
from signatories import policy
from signatories.checks import proof as proofs
from signatories.checks.network import Network
from signatories.checks.outcome import Finding, Reason
from signatories.checks.register_lookup import Lookup, look_up, register_of_settings
from signatories.domains import ascii_domain
from signatories.errors.check import CheckWaits, DomainUnfit, ProofExpired, RegisterNotAsked, TooManyChecks
from signatories.errors.organization import DomainNotOwn
from signatories.models import Check, DomainProof, Evidence, Mandate, Organization, Representative, Signature
from signatories.states import CheckKind, EvidenceKind, Outcome, SignatureState

PROOF_LIFE = timedelta(days=14)
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
MOST_FOR_AN_ORGANIZATION, MOST_FOR_A_PERSON = 5, 10  # a day, asked for by people
MOST_FAILURES = 3  # that a proof survives when they lie within a week
PAUSE_FOR_A_DOMAIN = timedelta(seconds=1)
DOMAIN_KINDS = (CheckKind.DNS_TXT, CheckKind.SITE_FILE)
NETWORK_KINDS = (*DOMAIN_KINDS, CheckKind.REGISTER_LOOKUP)
UNDER_WAY = (JobState.WAITING, JobState.IN_FLIGHT)
LIKE_NAMES = 80.0  # of 100
MAY_HEAL = {reason for reason in Reason if reason.outcome == Outcome.UNKNOWN} - {Reason.NUMBER_OTHER_NAME}


# --- What people ask for ----------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_proof(organization: Organization, domain: str, *, by: User, at: datetime) -> DomainProof:
    """What this person is to publish at the organization's domain; the same as before while that is still good.

    :param domain: as it was typed; it must be the domain of the organization's website.
    :raises Refusal: NotAllowed (the person does not speak for the organization), DomainNotOwn, DomainUnfit.
    """
    name = ascii_domain(domain)
    if not name or name != organization.domain:
        raise DomainNotOwn
    if proofs.why_unfit(name):
        raise DomainUnfit(domain=domain)
    representative = _representative(organization, by)
    hold(Representative, representative.pk, to_change=True)
    mine = DomainProof.objects.filter(organization=organization, domain=name, person=by)
    good = mine.filter(used_at=None, expires_at__gt=at).order_by("-pk").first()
    if good is not None:
        return good
    proof = DomainProof.objects.create(
        organization=organization, domain=name, person=by, created_at=at, expires_at=at + PROOF_LIFE
    )
    journal.write("proof.asked", proof, by=by, at=at)
    return proof


@transaction.atomic
def request_check(proof: DomainProof, kind: CheckKind, *, by: User, at: datetime) -> Check:
    """Ask for one look at the domain, for the record or for the file; the person who was given the proof may.

    :raises Refusal: NotAllowed, ProofExpired, CheckWaits, TooManyChecks.
    """
    if kind not in DOMAIN_KINDS:
        raise ValueError(kind)
    if proof.person_id != by.pk:
        raise NotAllowed
    mandate = _mandate(_representative(proof.organization, by))
    hold(Organization, proof.organization_id, to_change=True)
    proof = DomainProof.objects.get(pk=proof.pk)
    if proof.used_at is not None or proof.expires_at <= at:
        raise ProofExpired
    if Check.objects.filter(proof=proof, kind=kind, state__in=UNDER_WAY).exists():
        raise CheckWaits
    return _ask(kind, organization=proof.organization, mandate=mandate, proof=proof, by=by, at=at)


@transaction.atomic
def request_lookup(organization: Organization, *, by: User, at: datetime) -> Check:
    """Ask the open data of the register which name stands behind the organization's number; whoever checks one of its signatures may.

    :raises Refusal: RegisterNotAsked, CheckWaits, TooManyChecks.
    """
    if not organization.has_bin() or not register_of_settings().is_asked:
        raise RegisterNotAsked
    hold(Organization, organization.pk, to_change=True)
    kind = CheckKind.REGISTER_LOOKUP
    if Check.objects.filter(organization=organization, kind=kind, state__in=UNDER_WAY).exists():
        raise CheckWaits
    return _ask(kind, organization=organization, by=by, at=at)


def _representative(organization: Organization, by: User) -> Representative:
    found = Representative.objects.filter(organization=organization, user=by, left_at=None).first()
    if found is None:
        raise NotAllowed
    return found


def _mandate(representative: Representative) -> Mandate:
    stated = representative.mandates.filter(revoked_at=None).order_by("-stated_at", "-pk").first()
    if stated is None:
        raise NotAllowed
    return stated


def _ask(kind: CheckKind, *, organization: Organization, by: User, at: datetime, **more: Any) -> Check:
    """Write the row, within the budget of the organization, which is held, and of the person."""
    lately = Check.objects.filter(kind__in=NETWORK_KINDS, requested_by__isnull=False, created_at__gt=at - DAY)
    if (
        lately.filter(organization=organization).count() >= MOST_FOR_AN_ORGANIZATION
        or lately.filter(requested_by=by).count() >= MOST_FOR_A_PERSON
    ):
        raise TooManyChecks
    check = Check.objects.create(kind=kind, organization=organization, requested_by=by, created_at=at, **more)
    journal.write("check.asked", check, by=by, at=at, kind=kind)
    return check


# --- What the worker does ---------------------------------------------------------------------------------------------


def run_check(check: Check, *, network: Network, at: datetime) -> None:
    """Make a check that this process has claimed, and write what it came to. Speaks to the world outside any transaction."""
    if not _is_its_turn(check, at):
        put_off(check, until=at + PAUSE_FOR_A_DOMAIN)
        return
    finding = FIND[CheckKind(check.kind)](check, network, at)
    if finding.reason in MAY_HEAL and check.attempts < check.most_attempts:
        give_back(check, reason=finding.reason)
    else:
        record_finding(check, finding, at)


def _is_its_turn(check: Check, at: datetime) -> bool:
    """Whether nobody else has begun a check of the same domain within this second."""
    if check.proof is None:
        return True
    key = rate.day_key("check", check.proof.domain, on=at.date())
    return rate.allow(key, 1, int(PAUSE_FOR_A_DOMAIN.total_seconds()))


def _find_record(check: Check, network: Network, at: datetime) -> Finding:
    proof = _good_proof(check, at)
    return proofs.check_dns(proof.domain, proof.token, network=network) if proof else Finding(Reason.PROOF_EXPIRED)


def _find_file(check: Check, network: Network, at: datetime) -> Finding:
    proof = _good_proof(check, at)
    return proofs.check_file(proof.domain, proof.token, network=network) if proof else Finding(Reason.PROOF_EXPIRED)


def _good_proof(check: Check, at: datetime) -> DomainProof | None:
    """The proof, unless it expired before its one use; the clock looks for a used one again."""
    proof = check.proof
    if proof is None:
        raise ValueError(check.kind)
    return proof if proof.used_at is not None or at < proof.expires_at else None


def _find_number(check: Check, network: Network, _at: datetime) -> Finding:
    organization = check.organization
    answer = look_up(organization.number, register=register_of_settings(), network=network)
    if answer.lookup == Lookup.UNKNOWN:
        return Finding(Reason.REGISTER_SILENT)
    if answer.lookup == Lookup.NOT_FOUND:
        return Finding(Reason.NUMBER_NOT_FOUND)
    names = [name for entry in answer.entries for name in (entry.name_kk, entry.name_ru) if name]
    reason = Reason.NUMBER_FOUND if _is_one_of(organization, names) else Reason.NUMBER_OTHER_NAME
    said = [text for entry in answer.entries for text in (entry.name_kk, entry.name_ru, entry.status) if text]
    return Finding(reason, facts={"said": " · ".join(dict.fromkeys(said))})


def _is_one_of(organization: Organization, names: list[str]) -> bool:
    ours = [fold(organization.name_in(language)) for language in LANGUAGES]
    return any(fuzz.token_set_ratio(mine, fold(theirs)) >= LIKE_NAMES for mine in ours for theirs in names)


FIND: dict[CheckKind, Callable[[Check, Network, datetime], Finding]] = {
    CheckKind.DNS_TXT: _find_record,
    CheckKind.SITE_FILE: _find_file,
    CheckKind.REGISTER_LOOKUP: _find_number,
}


@transaction.atomic
def record_finding(check: Check, finding: Finding, at: datetime) -> None:
    """Write what a check came to; nothing, when another process has taken it over.

    What people asked for leaves evidence whatever came out. What the clock looked at again does only when it changes something: a proof
    is gone, or an entry of the register is still there.
    """
    organization = hold(Organization, check.organization_id, to_change=True)
    if not finish(check, outcome=finding.outcome, outcome_code=finding.reason, checked_at=at):
        return
    is_renewed = check.kind == CheckKind.REGISTER_LOOKUP and finding.outcome == Outcome.PASSED
    if check.requested_by_id is not None or is_renewed:
        _keep(check, finding, at)
    elif check.proof_id is not None and finding.outcome == Outcome.FAILED and _is_lost(check, at):
        _lose(check, organization, finding, at)
    if check.proof is not None and finding.outcome == Outcome.PASSED:
        DomainProof.objects.filter(pk=check.proof.pk, used_at=None).update(used_at=at)


def _keep(check: Check, finding: Finding, at: datetime) -> None:
    Evidence.objects.create(
        organization_id=check.organization_id,
        mandate_id=check.mandate_id,
        kind=EvidenceKind(check.kind),
        result=finding.outcome,
        public_fact=check.proof.domain if check.proof and finding.outcome == Outcome.PASSED else "",
        detail=_where(check, finding)[:300],
        checked_at=at,
        valid_until=policy.valid_until(EvidenceKind(check.kind), at),
    )


def _where(check: Check, finding: Finding) -> str:
    """Where it was looked for, and how many resolvers agreed."""
    if check.proof is None:
        return finding.facts.get("said", check.organization.number)
    if check.kind == CheckKind.SITE_FILE:
        address = proofs.file_url(finding.facts.get("host", check.proof.domain))
        return f"{address} → {finding.facts['canonical']}" if "canonical" in finding.facts else address
    record, asked = f"TXT {proofs.record_name(check.proof.domain)}", finding.facts.get("resolvers")
    return f"{record} ({finding.agreed}/{asked} DNS)" if asked else record


# --- Looked at again --------------------------------------------------------------------------------------------------


def schedule_rechecks(*, at: datetime) -> int:
    """Ask again for every proof that evidence rests on: weekly; daily after a look that did not pass, or while a letter that the
    organization has signed closes; and weekly for what was found in the register, in the last month before that expires. Returns how many
    were asked for.
    """
    return sum(_look_again(kind, at) for kind in DOMAIN_KINDS) + _look_up_again(at)


@transaction.atomic
def _look_up_again(at: datetime) -> int:
    if not register_of_settings().is_asked:
        return 0
    kind, own = CheckKind.REGISTER_LOOKUP, {"organization": OuterRef("pk")}
    found = _valid(at).filter(kind=EvidenceKind(kind), **own)
    asked = Check.objects.filter(kind=kind, created_at__gt=at - WEEK, **own)
    expiring = Organization.objects.filter(Exists(found), ~Exists(found.filter(valid_until__gt=at + MONTH)))
    due = expiring.filter(~Exists(asked), merged_into=None, number_scheme=RegistrationScheme.KZ_BIN)
    again = [Check(kind=kind, organization=one, created_at=at) for one in due.exclude(number="").order_by("pk")]
    Check.objects.bulk_create(again)
    return len(again)


@transaction.atomic
def _look_again(kind: CheckKind, at: datetime) -> int:
    due = [proof for proof in _resting(kind, at) if _is_due(proof, at)]
    again = [
        Check(
            kind=kind, organization_id=one.organization_id, mandate_id=one.last_mandate, proof_id=one.pk, created_at=at
        )
        for one in due
    ]
    Check.objects.bulk_create(again)
    return len(again)


def _resting(kind: CheckKind, at: datetime) -> Any:
    """The newest proof of each person that valid evidence of this kind rests on, with what the last look at it came to."""
    passed = Check.objects.filter(kind=kind, outcome=Outcome.PASSED)
    looks = Check.objects.filter(kind=kind, proof=OuterRef("pk")).order_by("-created_at", "-pk")
    newer = passed.filter(
        organization=OuterRef("organization"),
        proof__person=OuterRef("person"),
        proof__used_at__gt=OuterRef("used_at"),
    )
    valid = _valid(at).filter(
        organization=OuterRef("organization"), mandate=OuterRef("last_mandate"), kind=EvidenceKind(kind)
    )
    seen = DomainProof.objects.annotate(
        last_mandate=Subquery(looks.values("mandate")[:1]),
        last_at=Subquery(looks.values("created_at")[:1]),
        last_outcome=Subquery(looks.values("outcome")[:1]),
    )
    under_way = looks.filter(state__in=UNDER_WAY)
    resting = seen.filter(Exists(passed.filter(proof=OuterRef("pk"))), Exists(valid), used_at__isnull=False)
    return resting.filter(~Exists(newer), ~Exists(under_way)).order_by("pk")


def _valid(at: datetime) -> Any:
    """Evidence that was passed and is valid at that moment."""
    return Evidence.objects.filter(Q(valid_until=None) | Q(valid_until__gt=at), result=Outcome.PASSED)


def _is_due(proof: Any, at: datetime) -> bool:
    pause = WEEK if proof.last_outcome == Outcome.PASSED and not _closes(proof.organization_id, at) else DAY
    due: bool = proof.last_at <= at - pause
    return due


def _closes(organization_id: int, at: datetime) -> bool:
    """Whether a letter that the organization has signed closes within a day, or closed within the last."""
    now = Q(state=LetterState.OPEN, closes_at__lte=at + DAY) | Q(state=LetterState.CLOSED, closed_at__gt=at - DAY)
    closing: bool = _letters_of(organization_id).filter(now).exists()
    return closing


def _letters_of(organization_id: int) -> Any:
    signed = Signature.objects.filter(organization=organization_id, state=SignatureState.ADMITTED)
    return Letter.objects.filter(pk__in=signed.values("revision__letter"))


def _is_lost(check: Check, at: datetime) -> bool:
    """Whether, with this failure, the proof has failed three times over a week or more without being seen in between."""
    looks: Any = Check.objects.filter(kind=check.kind, proof=check.proof, checked_at__isnull=False)
    seen = looks.filter(outcome=Outcome.PASSED).aggregate(last=Max("checked_at"))["last"]
    failed = looks.filter(outcome=Outcome.FAILED, checked_at__gt=seen).aggregate(
        first=Min("checked_at"), count=Count("pk")
    )
    return bool(failed["count"] >= MOST_FAILURES and failed["first"] <= at - WEEK)


def _lose(check: Check, organization: Organization, finding: Finding, at: datetime) -> None:
    """End the evidence that rested on the proof, and tell the coordinators. What was admitted or delivered stays as it is."""
    resting = _valid(at).filter(organization=organization, mandate=check.mandate_id, kind=EvidenceKind(check.kind))
    if not resting.update(valid_until=at):
        return
    _keep(check, finding, at)
    journal.write("evidence.lost", organization, by=None, at=at, kind=check.kind)
    letters = _letters_of(organization.pk).filter(state__in=(LetterState.OPEN, LetterState.CLOSED)).order_by("pk")
    for person in User.objects.filter(coordinates__issuer__letters__in=letters, is_active=True).distinct():
        _warn(person, organization, check, list(letters.filter(issuer__coordinators__user=person)))


def _warn(person: User, organization: Organization, check: Check, letters: list[Letter]) -> None:
    told = [{"title": letter.text("title", person.language), "slug": letter.slug} for letter in letters]
    post.send(
        "proof_lost",
        to=person.email,
        language=person.language,
        organization=organization.name_in(person.language),
        domain=check.proof.domain if check.proof else "",
        letters=told,
    )
