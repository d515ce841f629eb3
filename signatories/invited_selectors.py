"""What the invited see at their personal address: nothing of the mailbox, of the contact, or of other organizations."""

from dataclasses import dataclass
from datetime import datetime

from letters.models import Letter
from letters.selectors import AddresseeGroup, addressee_groups
from signatories.models import Invitation, InvitationPlan
from signatories.states import InvitationState
from signatories.time_zones import moment_there


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """The page of one invitation; deadlines are words in the time of the invited."""

    token: str
    organization: str
    title: str
    summary: str
    issuer: str
    addressees: list[AddresseeGroup]
    answer_by: str
    closes: str
    state: str
    state_name: str
    is_open: bool
    is_late: bool
    is_withdrawn: bool
    is_published: bool
    letter_slug: str
    is_stopped: bool


def invited_page_of(invitation: Invitation, language: str, *, at: datetime) -> InvitedPage:
    """The page in this language."""
    letter: Letter = invitation.letter
    plan = InvitationPlan.objects.of(letter)
    is_open = letter.accepts_signatures(at)
    is_late = is_open and not letter.takes_signatures(at)
    closes = letter.accepts_signatures_until(at)
    soft = plan.soft_deadline_at if plan.soft_deadline_at and plan.soft_deadline_at > at else None
    recipients = letter.recipients.select_related("office").order_by("order", "pk")
    return InvitedPage(
        token=invitation.token,
        organization=invitation.name,
        title=letter.text("title", language),
        summary=letter.text("summary", language),
        issuer=getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
        addressees=addressee_groups(list(recipients), language),
        answer_by=moment_there(soft, invitation.time_zone, language) if soft else "",
        closes=moment_there(closes, invitation.time_zone, language) if closes else "",
        state=invitation.state,
        state_name=str(InvitationState(invitation.state).label),
        is_open=is_open,
        is_late=is_late,
        is_withdrawn=letter.withdrawn_at is not None,
        is_published=letter.is_published(at),
        letter_slug=letter.slug,
        is_stopped=invitation.stopped_at is not None,
    )
