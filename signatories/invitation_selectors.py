"""Answers about invitations, for the desk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaign.base.languages import fold
from letters.models import Letter
from signatories.domains import mail_domain
from signatories.matching import Names, closest
from signatories.models import Invitation, InvitationNote, InvitationPlan, Organization, Signature
from signatories.search import names_of
from signatories.services.invitation import NewInvitation
from signatories.states import ACTIVE_STATES, InvitationState, SignatureState
from signatories.time_zones import moment_there


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of a list that is looked through; `verdict` is new, maybe, twice, invited or signed, `because` says so in words."""

    number: int
    new: NewInvitation
    verdict: str
    because: str = ""


@dataclass(slots=True)
class Known:
    """Who is invited and who signed, by all that a row of a list can be compared with."""

    invited: dict[str, str] = field(default_factory=dict)  # mailbox → name
    invited_domains: dict[str, str] = field(default_factory=dict)
    signed: dict[str, str] = field(default_factory=dict)  # mailbox, domain or folded name → name
    organizations: dict[str, Organization] = field(default_factory=dict)  # folded name or domain → organization
    names: list[tuple[str, Names]] = field(default_factory=list)  # what is said of a likeness, and the forms to compare

    def alike(self, name: str) -> str:
        """What is to be said of a name, if it is like one that is known."""
        among = ((place, forms.keys, forms.initials) for place, (_said, forms) in enumerate(self.names))
        scores = closest(Names.of([name]), among)
        best = max(scores, key=lambda place: (scores[place], -place), default=None)
        return "" if best is None else self.names[best][0]


def sort_out(letter: Letter, rows: Iterable[tuple[int, NewInvitation]], *, at: datetime) -> list[ListedRow]:
    """Which rows of a list are new, which are invited or have signed already, and which may be: in three queries."""
    known = _known(letter, at)
    seen: dict[str, int] = {}
    return [_sorted_row(number, new, known, seen) for number, new in rows]


def _known(letter: Letter, at: datetime) -> Known:
    known = Known()
    for one in Invitation.objects.filter(letter=letter).only("email", "name").order_by("pk"):
        known.invited[one.email] = one.name
        known.names.append((_("Perhaps invited already: %(name)s.") % {"name": one.name}, Names.of([one.name])))
        if domain := mail_domain(one.email):
            known.invited_domains[domain] = one.name
    active = Signature.objects.filter(revision__letter=letter, state__in=ACTIVE_STATES).select_related("organization")
    for signature in active.order_by("pk"):
        _know_signed(known, signature)
    for organization in Organization.objects.listed(at).order_by("-pk"):
        marks = [*_names_of(organization), *filter(None, [organization.domain])]
        known.organizations |= dict.fromkeys(marks, organization)
    return known


def _know_signed(known: Known, signature: Signature) -> None:
    """What an admitted signature says of its organization is believed; what somebody claims is only a hint."""
    organization = signature.organization
    name = organization.name_in(organization.original_language)
    known.names.append((_("Perhaps signed already: %(name)s.") % {"name": name}, names_of(vars(organization))))
    marks = [signature.email]
    if signature.state == SignatureState.ADMITTED:
        marks += [organization.domain, *_names_of(organization)]
    known.signed |= dict.fromkeys(filter(None, marks), name)


def _names_of(organization: Organization) -> list[str]:
    return [name for name in organization.folded.strip("|").split("|") if name]


def _sorted_row(number: int, new: NewInvitation, known: Known, seen: dict[str, int]) -> ListedRow:
    folded, domain = fold(new.name), mail_domain(new.email)
    organization = known.organizations.get(domain) or known.organizations.get(folded)
    verdict, because = _verdict(new, folded, domain, known, seen)
    if verdict in ("new", "maybe"):
        said = _("Perhaps the same as in row %(row)d.") % {"row": number}
        known.names.append((said, Names.of([new.name])))
    seen.setdefault(new.email, number)
    return ListedRow(number, replace(new, organization=organization), verdict, because)


def _verdict(new: NewInvitation, folded: str, domain: str, known: Known, seen: dict[str, int]) -> tuple[str, str]:
    if first := seen.get(new.email):
        return "twice", _("The same e-mail address stands in row %(row)d.") % {"row": first}
    if name := known.invited.get(new.email):
        return "invited", _("This mailbox is invited already: %(name)s.") % {"name": name}
    if name := known.signed.get(new.email) or known.signed.get(domain) or known.signed.get(folded):
        return "signed", _("Has signed already: %(name)s.") % {"name": name}
    if name := known.invited_domains.get(domain):
        return "maybe", _("Perhaps invited already, at another mailbox: %(name)s.") % {"name": name}
    if said := known.alike(new.name):
        return "maybe", said
    return "new", ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note with its author and time."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """One invitation with its history; `acts` are those that can be pressed now."""

    pk: int
    name: str
    address: str
    state: str
    state_name: str
    reason: str
    signature_url: str
    signature_name: str
    answer_by: str
    closes: str
    moments: list[tuple[str, datetime]]
    reminders: int
    next_reminder_at: datetime | None
    notes: list[NoteLine]
    acts: list[tuple[str, str]]
    can_answer: bool


def invitation_page_of(invitation: Invitation, language: str, *, at: datetime) -> InvitationPage:
    """The page of one invitation, deadlines in the time of the invited."""
    letter = invitation.letter
    plan = InvitationPlan.objects.of(letter)
    notes = InvitationNote.objects.filter(invitation=invitation).select_related("author").order_by("-at", "-pk")
    signature = invitation.signature
    with override(invitation.language):
        address = settings.SITE_URL + reverse("invited", args=[invitation.token])
    answer_by, closes = (
        moment_there(moment, invitation.time_zone, language) if moment else ""
        for moment in (plan.soft_deadline_at, letter.closes_at)
    )
    return InvitationPage(
        pk=invitation.pk,
        name=invitation.name,
        address=address,
        state=invitation.state,
        state_name=str(InvitationState(invitation.state).label),
        reason=invitation.reason,
        signature_url="" if signature is None else reverse("desk-signature", args=[signature.pk]),
        signature_name="" if signature is None else str(signature.get_state_display()),
        answer_by=answer_by,
        closes=closes,
        moments=_moments(invitation),
        reminders=len(invitation.reminded),
        next_reminder_at=invitation.next_reminder_at,
        notes=[NoteLine(one.text, one.author.email, one.at) for one in notes],
        acts=list(_acts(invitation, letter.accepts_signatures(at))),
        can_answer=letter.accepts_signatures(at) and invitation.state != InvitationState.SIGNED,
    )


def _moments(invitation: Invitation) -> list[tuple[str, datetime]]:
    """What happened when, in words, the oldest first."""
    told = (
        (_("Written down"), invitation.created_at),
        (_("Sent"), invitation.invited_at),
        (_("Seen"), invitation.seen_at),
        (_("Answered"), invitation.answered_at),
        (_("Bounced"), invitation.bounced_at),
        (_("Reminders stopped"), invitation.stopped_at),
    )
    return sorted(((name, moment) for name, moment in told if moment), key=lambda pair: pair[1])


def _acts(invitation: Invitation, is_asking: bool) -> Iterator[tuple[str, str]]:
    """What can be done now: the word that the form sends, and the button's."""
    stopped = invitation.stopped_at is not None
    if is_asking and not stopped and invitation.state in (InvitationState.PREPARED, InvitationState.BOUNCED):
        yield "send", _("Send the invitation")
        yield "sent", _("I handed the address over myself")
    if invitation.is_unanswered():
        if is_asking and not stopped:
            yield "again", _("Send it again")
        if not stopped:
            yield "stop", _("Stop the reminders")
        yield "bounced", _("The mailbox does not exist")
    if invitation.state == InvitationState.PREPARED and invitation.invited_at is None:
        yield "remove", _("Take it off the board")
