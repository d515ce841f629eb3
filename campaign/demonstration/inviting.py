"""Who was asked to sign the open letter, and what came of it."""

from datetime import datetime, timedelta

from campaign.demonstration.people import Desk
from campaign.demonstration.signing import Told, told
from letters.models import Letter
from signatories.models import Invitation
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.services.invitation import NewInvitation
from signatories.states import InvitationState

ANSWERS = (InvitationState.CONSIDERING, InvitationState.NEEDS_BOARD, InvitationState.DECLINED)


def invite(letter: Letter, desk: Desk, *, now: datetime) -> None:
    """A plan and a list, before anybody has signed; those who sign later say so on the board by themselves."""
    at = now - timedelta(days=6)
    reminders.save_plan(
        letter,
        soft_deadline_at=now + timedelta(days=14),
        days_before=[7, 1],
        days_before_closing=[1],
        active=True,
        by=desk.coordinator,
        at=at,
    )
    entries = told("invitations")
    made = invitations.prepare_invitations(
        letter, [_new(entry) for entry in entries], owner=desk.coordinator, by=desk.coordinator, at=at
    )
    for entry, invitation in zip(entries, made, strict=True):
        _go_on(invitation, entry, desk, at=at)


def _new(entry: Told) -> NewInvitation:
    fields = ("name", "email", "language", "contact_name", "country", "kind", "note", "time_zone")
    return NewInvitation(**{field: entry[field] for field in fields if field in entry})


def _go_on(invitation: Invitation, entry: Told, desk: Desk, *, at: datetime) -> None:
    """What came of it, as the entry says: `state`, `reason`, `notes`, whether the second coordinator talks to them."""
    state = InvitationState(entry.get("state", InvitationState.INVITED))
    if entry.get("second"):
        invitations.give_to([invitation], desk.second, by=desk.coordinator, at=at)
    for text in entry.get("notes", []):
        invitations.add_note(invitation, text, by=desk.second, at=at + timedelta(days=2))
    if state == InvitationState.PREPARED:
        return
    invitations.send_invitation(invitation, by=desk.coordinator, at=at)
    later = at + timedelta(days=2, hours=3)
    if state == InvitationState.SEEN:
        invitations.see_invitation(invitation, at=later)
    elif state in ANSWERS:
        invitations.answer_invitation(invitation, state, reason=entry.get("reason", ""), at=later)
    elif state == InvitationState.BOUNCED:
        invitations.mark_bounced(invitation, by=None, at=later)
    if entry.get("stopped"):
        reminders.stop_reminders(invitation, by=None, at=later)
