"""How far bulk work has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from campaign.base.jobs import JobState
from letters.models import Letter
from signatories.models import BulkItem, BulkRun, Invitation, Signature
from signatories.states import BulkKind, InvitationState, SignatureState

MOST_SHOWN = 500
COUNTS = {
    "total": Count("items"),
    "ended": Count("items", filter=Q(items__state__in=[JobState.DONE, JobState.PARKED])),
    "refused": Count("items", filter=Q(items__state=JobState.DONE) & ~Q(items__refusal="")),
    "parked": Count("items", filter=Q(items__state=JobState.PARKED)),
}


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How many rows there are, how many are at their end, and how many of these were refused or given up."""

    total: int
    ended: int
    refused: int
    parked: int

    @property
    def finished(self) -> bool:
        """Whether nothing waits any more."""
        return self.ended == self.total


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    url: str
    kind_name: str
    started_at: datetime
    started_by: str
    progress: BulkProgress


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row to which nothing was done, and why."""

    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """One run with what was refused."""

    pk: int
    kind: str
    kind_name: str
    started_at: datetime
    started_by: str
    progress: BulkProgress
    refused: list[RefusedRow]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows could be worked on in bulk now."""

    invitations: int
    signatures: int
    takes_answers: bool


def waiting_of(letter: Letter, *, at: datetime) -> Waiting:
    """What could be started."""
    return Waiting(
        invitations=Invitation.objects.filter(letter=letter, state=InvitationState.PREPARED).count(),
        signatures=Signature.objects.filter(revision__letter=letter, state=SignatureState.CONFIRMED).count(),
        takes_answers=letter.accepts_signatures(at),
    )


def runs_of(letter: Letter) -> list[RunLine]:
    """The runs of a letter, newest first, in one query."""
    runs: Any = BulkRun.objects.filter(letter=letter).select_related("started_by").annotate(**COUNTS)
    return [
        RunLine(
            url=reverse("desk-bulk-run", args=[letter.slug, run.pk]),
            kind_name=str(BulkKind(run.kind).label),
            started_at=run.started_at,
            started_by=run.started_by.email,
            progress=BulkProgress(run.total, run.ended, run.refused, run.parked),
        )
        for run in runs.order_by("-started_at", "-pk")[:50]
    ]


def progress_of(run: BulkRun) -> BulkProgress:
    """How far this run has come."""
    counts: Any = BulkRun.objects.filter(pk=run.pk).annotate(**COUNTS).values_list(*COUNTS).get()
    return BulkProgress(*counts)


def bulk_page_of(run: BulkRun, language: str) -> BulkPage:
    """The page of one run: its refusals as they were said to who started it."""
    told = BulkItem.objects.filter(run=run).filter(Q(state=JobState.PARKED) | ~Q(refusal=""))
    items = told.select_related("invitation", "signature__organization").order_by("pk")[:MOST_SHOWN]
    return BulkPage(
        pk=run.pk,
        kind=run.kind,
        kind_name=str(BulkKind(run.kind).label),
        started_at=run.started_at,
        started_by=run.started_by.email,
        progress=progress_of(run),
        refused=[_refused(item, run.letter.slug, language) for item in items],
    )


def _refused(item: BulkItem, slug: str, language: str) -> RefusedRow:
    reason = item.refusal or item.trouble()
    if item.invitation is not None:
        return RefusedRow(item.invitation.name, reverse("desk-invitation", args=[slug, item.invitation.pk]), reason)
    assert item.signature is not None  # a row has one of both, by constraint
    name = item.signature.organization.name_in(language)
    return RefusedRow(name, reverse("desk-signature", args=[item.signature.pk]), reason)
