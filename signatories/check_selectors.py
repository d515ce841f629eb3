"""What pages show of proofs and checks of domains."""

from dataclasses import dataclass
from datetime import datetime

from campaign.base.jobs import JobState
from campaign.base.models import User
from signatories.checks import proof as proofs
from signatories.checks.outcome import Finding, Reason
from signatories.domains import Forms, both_forms
from signatories.models import Check, DomainProof, Organization
from signatories.services.check import DOMAIN_KINDS


@dataclass(frozen=True, slots=True)
class Instructions:
    """What a person is to publish: the text alone, in one of the two places. Shown to nobody else."""

    domain: Forms
    text: str
    record_name: str
    file_url: str
    file_url_www: str
    expires_at: datetime


def instructions(proof: DomainProof) -> Instructions:
    """Where to publish the proof and what."""
    return Instructions(
        domain=both_forms(proof.domain),
        text=proofs.proof_text(proof.token),
        record_name=proofs.record_name(proof.domain),
        file_url=proofs.file_url(proof.domain),
        file_url_www=proofs.file_url(f"www.{proof.domain}"),
        expires_at=proof.expires_at,
    )


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check. `outcome` is empty, and the sentences too, while it is under way."""

    kind_name: str
    asked_at: datetime
    is_under_way: bool
    outcome: str
    for_reviewer: str
    for_applicant: str


def checks_of(person: User, organization: Organization) -> list[CheckLine]:
    """The last looks at the organization's domain that this person asked for, newest first."""
    mine = Check.objects.filter(organization=organization, requested_by=person, kind__in=DOMAIN_KINDS)
    return [line_of(check) for check in mine.order_by("-created_at", "-pk")[:10]]


def checks_for_reviewer(organization: Organization) -> list[CheckLine]:
    """The last checks of the organization by whomever they were asked for, newest first; for reviewers' pages alone."""
    return [
        line_of(check) for check in Check.objects.filter(organization=organization).order_by("-created_at", "-pk")[:10]
    ]


def line_of(check: Check) -> CheckLine:
    """A check in words."""
    reason = Reason(check.outcome_code) if check.outcome_code in set(Reason) else None
    finding = Finding(reason) if reason else None
    return CheckLine(
        kind_name=str(check.get_kind_display()),
        asked_at=check.created_at,
        is_under_way=check.state in (JobState.WAITING, JobState.IN_FLIGHT),
        outcome=check.outcome,
        for_reviewer=finding.for_reviewer if finding else check.trouble(),
        for_applicant=finding.for_applicant if finding else "",
    )
