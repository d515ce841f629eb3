"""Changes of profiles that wait for a reviewer."""

from dataclasses import dataclass
from datetime import datetime

from signatories.models import ProfileChange
from signatories.review_selectors import ClaimLine, claim_lines


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One proposed change of a profile: each changed fact as it stands (`on_record`) and as it would (`claimed`)."""

    pk: int
    organization: str
    proposed_by: str
    proposed_at: datetime
    lines: list[ClaimLine]


def changes_waiting(language: str) -> list[ChangeLine]:
    """Proposed changes of profiles, oldest first, in one query."""
    waiting = ProfileChange.objects.filter(decided_at=None, organization__merged_into=None).select_related(
        "organization", "proposed_by"
    )
    return [_change_line(change, language) for change in waiting.order_by("proposed_at", "pk")]


def _change_line(change: ProfileChange, language: str) -> ChangeLine:
    record = change.organization.columns()
    lines = claim_lines(record | change.columns, record, language)
    return ChangeLine(
        pk=change.pk,
        organization=change.organization.name_in(language),
        proposed_by=change.proposed_by.email,
        proposed_at=change.proposed_at,
        lines=[line for line in lines if line.differs],
    )
