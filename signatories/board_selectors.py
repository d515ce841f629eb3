"""The board of a letter's invitations: everything is read once and counted here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.base.calendar import page_date
from campaign.base.languages import LANGUAGE_NAMES, fold, sort_key
from letters.models import Letter
from signatories.countries import country_name
from signatories.models import Invitation, InvitationNote, InvitationPlan, Signature, TakeOut
from signatories.services.invitation import SIGNED_STATES
from signatories.states import UNANSWERED_STATES, InvitationState, OrganizationKind
from signatories.time_zones import zone_name

NONE = "-"  # in an address: those without the thing
GROUPS: tuple[tuple[str, tuple[InvitationState, ...]], ...] = (
    ("signed", (InvitationState.SIGNED,)),
    ("undecided", (InvitationState.CONSIDERING, InvitationState.NEEDS_BOARD)),
    ("silent", (InvitationState.INVITED, InvitationState.SEEN)),
    ("not_sent", (InvitationState.PREPARED,)),
    ("no", (InvitationState.DECLINED, InvitationState.BOUNCED)),
)
LIST = (
    *("pk", "name", "email", "contact_name", "language", "country", "kind", "note", "time_zone", "state", "reason"),
    *("folded", "next_reminder_at", "invited_at", "seen_at", "answered_at", "bounced_at", "stopped_at", "created_at"),
    *("owner__email", "signature__state"),
)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which invitations are shown; empty texts mean all."""

    state: str = ""
    owner: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""
    overdue: str = ""
    words: str = ""

    def takes(self, invitation: Invitation, *, soft: datetime | None, at: datetime) -> bool:
        """Whether this invitation is shown."""
        return (
            self.state in ("", invitation.state)
            and self.owner in ("", str(invitation.owner_id or NONE))
            and self.country in ("", invitation.country or NONE)
            and self.language in ("", invitation.language)
            and self.kind in ("", invitation.kind or NONE)
            and (not self.overdue or is_overdue(invitation, soft=soft, at=at))
            and all(word in _searched(invitation) for word in fold(self.words).split())
        )


def _searched(invitation: Invitation) -> str:
    return f"{invitation.folded} {fold(invitation.contact_name)} {fold(invitation.email)} {fold(invitation.note)}"


def is_overdue(invitation: Invitation, *, soft: datetime | None, at: datetime) -> bool:
    """Whether an answer was wanted before now, and there is none."""
    return soft is not None and soft <= at and invitation.state in UNANSWERED_STATES


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One invitation on the board; `signature_name` is the state of the signature, where there is one."""

    pk: int
    url: str
    name: str
    contact: str
    email: str
    country: str
    language: str
    state: str
    state_name: str
    signature_name: str
    owner: str
    moved_at: datetime | None
    next_reminder_at: datetime | None
    notes: int
    is_stopped: bool
    is_overdue: bool

    @property
    def email_parts(self) -> tuple[str, str]:
        """The address in two parts, between which a line may break."""
        return _parts(self.email)

    @property
    def owner_parts(self) -> tuple[str, str]:
        """The address of who talks to them, likewise."""
        return _parts(self.owner)


def _parts(address: str) -> tuple[str, str]:
    name, at, host = address.partition("@")
    return name, f"{at}{host}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, in words, with how many invitations have it."""

    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar, in hundredths of its longest, and how dark it is."""

    start: float
    length: float
    shade: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One country or kind: how its invitations stand, as numbers and as a bar."""

    name: str
    total: int
    numbers: list[int]
    bar: list[Segment]


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which organizations signed, and its point in the drawing."""

    name: str
    count: int
    total: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """How signatures came in; `line` are the points of the drawing."""

    days: list[Day]
    total: int
    line: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page but its forms."""

    rows: list[BoardRow]
    total: int
    states: list[Choice]
    owners: list[Choice]
    countries: list[Choice]
    languages: list[Choice]
    kinds: list[Choice]
    overdue: int
    not_sent: int
    by_country: list[CoverageRow]
    by_kind: list[CoverageRow]
    timeline: Timeline


def invitations_of(letter: Letter, language: str) -> list[Invitation]:
    """All invitations of a letter in alphabetical order, in one query."""
    listed = Invitation.objects.filter(letter=letter).select_related("owner", "signature").only(*LIST)
    return sorted(listed, key=lambda one: (sort_key(one.name, language), one.pk))


def board_of(letter: Letter, chosen: BoardFilter, language: str, *, at: datetime) -> Board:
    """The board in four queries, however many invitations there are."""
    plan = InvitationPlan.objects.of(letter)
    soft = plan.soft_deadline_at
    everybody = invitations_of(letter, language)
    noted = InvitationNote.objects.filter(invitation__letter=letter).values_list("invitation_id").order_by()
    notes: dict[int, int] = dict(noted.annotate(number=Count("pk")))
    shown = [one for one in everybody if chosen.takes(one, soft=soft, at=at)]
    emails = {one.owner_id: one.owner.email for one in everybody if one.owner}
    kinds = {kind.value: str(kind.label) for kind in OrganizationKind}
    return Board(
        rows=[_row(one, letter.slug, language, notes.get(one.pk, 0), soft, at) for one in shown],
        total=len(everybody),
        states=_states(everybody, chosen.state),
        owners=_choices(
            everybody,
            lambda one: str(one.owner_id or NONE),
            {str(k): v for k, v in emails.items()},
            _("nobody yet"),
            chosen.owner,
        ),
        countries=_choices(
            everybody, lambda one: one.country or NONE, _Countries(language), _("not known"), chosen.country
        ),
        languages=_choices(everybody, lambda one: one.language, LANGUAGE_NAMES, "", chosen.language),
        kinds=_choices(everybody, lambda one: one.kind or NONE, kinds, _("not known"), chosen.kind),
        overdue=sum(is_overdue(one, soft=soft, at=at) for one in everybody),
        not_sent=sum(one.state == InvitationState.PREPARED for one in everybody),
        by_country=_coverage(everybody, lambda one: country_name(one.country, language) or _("not known")),
        by_kind=_coverage(everybody, lambda one: kinds.get(one.kind) or _("not known")),
        timeline=timeline_of(letter, language),
    )


class _Countries(dict[str, str]):
    """Names of countries by code."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, code: str) -> str:
        return country_name(code, self.language)


def _row(one: Invitation, slug: str, language: str, notes: int, soft: datetime | None, at: datetime) -> BoardRow:
    moments = (one.bounced_at, one.answered_at, one.seen_at, one.invited_at)
    return BoardRow(
        pk=one.pk,
        url=reverse("desk-invitation", args=[slug, one.pk]),
        name=one.name,
        contact=one.contact_name,
        email=one.email,
        country=country_name(one.country, language),
        language=LANGUAGE_NAMES[one.language],
        state=one.state,
        state_name=str(InvitationState(one.state).label),
        signature_name="" if one.signature is None else str(one.signature.get_state_display()),
        owner="" if one.owner is None else one.owner.email,
        moved_at=max((moment for moment in moments if moment), default=None),
        next_reminder_at=one.next_reminder_at,
        notes=notes,
        is_stopped=one.stopped_at is not None,
        is_overdue=is_overdue(one, soft=soft, at=at),
    )


def _states(everybody: list[Invitation], chosen: str) -> list[Choice]:
    counts = Counter(one.state for one in everybody)
    return [Choice(state.value, str(state.label), counts[state], state == chosen) for state in InvitationState]


def _choices(
    everybody: list[Invitation],
    value_of: Callable[[Invitation], str],
    names: Mapping[str, str],
    none: str,
    chosen: str,
) -> list[Choice]:
    """The values that occur, the most frequent first."""
    counts = Counter(value_of(one) for one in everybody)
    return [
        Choice(value, none if value == NONE else names[value], count, value == chosen)
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def _coverage(everybody: Iterable[Invitation], name_of: Callable[[Invitation], str]) -> list[CoverageRow]:
    """How each country or kind stands, the largest first."""
    group_of = {state: group for group, states in GROUPS for state in states}
    table: dict[str, Counter[str]] = {}
    for one in everybody:
        table.setdefault(name_of(one), Counter())[group_of[InvitationState(one.state)]] += 1
    longest = max((counts.total() for counts in table.values()), default=1)
    ordered = sorted(table.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [_coverage_row(name, counts, longest) for name, counts in ordered]


SHADES = ("1", "0.55", "0.3", "0.12", "0")


def _coverage_row(name: str, counts: Counter[str], longest: int) -> CoverageRow:
    numbers = [counts[group] for group, _states in GROUPS]
    bar, start = [], 0.0
    for number, shade in zip(numbers, SHADES, strict=True):
        length = round(100 * number / longest, 2)
        if number:
            bar.append(Segment(round(start, 2), length, shade))
        start += length
    return CoverageRow(name, counts.total(), numbers, bar)


WIDTH, HEIGHT = 600, 120


def timeline_of(letter: Letter, language: str) -> Timeline:
    """How many organizations had signed after each day on which any did, in one query."""
    signed = Signature.objects.filter(revision__letter=letter, state__in=SIGNED_STATES)
    moments = signed.order_by("confirmed_at").values_list("confirmed_at", flat=True)
    counts = Counter(timezone.localtime(moment).date() for moment in moments if moment)
    days = _days(counts, language)
    points = [
        f"{day.x:g},{HEIGHT - 1:g} {day.x:g},{day.y:g}"
        if number == 0
        else f"{day.x:g},{days[number - 1].y:g} {day.x:g},{day.y:g}"
        for number, day in enumerate(days)
    ]
    return Timeline(days, sum(counts.values()), " ".join(points))


def _days(counts: Counter[date], language: str) -> list[Day]:
    if not counts:
        return []
    first, last, whole = min(counts), max(counts), sum(counts.values())
    span = max((last - first).days, 1)
    days, total = [], 0
    for day in sorted(counts):
        total += counts[day]
        x = round((WIDTH - 2) * (day - first).days / span + 1, 1)
        y = round(HEIGHT - 1 - (HEIGHT - 2) * total / whole, 1)
        days.append(Day(page_date(day, language), counts[day], total, x, y))
    return days


def export_rows(
    letter: Letter, chosen: BoardFilter, language: str, *, take_out: TakeOut, at: datetime
) -> list[list[Any]]:
    """The invitations that the filter shows, as a table that says at its beginning and end for whom it is, and who took it out."""
    soft = InvitationPlan.objects.of(letter).soft_deadline_at
    kinds = {kind.value: str(kind.label) for kind in OrganizationKind}
    heading = [
        *(_("Organization"), _("E-mail"), _("Contact"), _("Language"), _("Country"), _("Kind"), _("Note")),
        *(_("Time zone"), _("State"), _("Signature"), _("Reason"), _("Who talks to them")),
        *(_("Invited"), _("Seen"), _("Answered"), _("Bounced"), _("Reminders stopped")),
    ]
    rows = [
        [
            *(one.name, one.email, one.contact_name, LANGUAGE_NAMES[one.language], country_name(one.country, language)),
            *(kinds.get(one.kind, ""), one.note, zone_name(one.time_zone, language)),
            *(
                str(InvitationState(one.state).label),
                "" if one.signature is None else str(one.signature.get_state_display()),
            ),
            *(one.reason, "" if one.owner is None else one.owner.email),
            *(
                _written(moment)
                for moment in (one.invited_at, one.seen_at, one.answered_at, one.bounced_at, one.stopped_at)
            ),
        ]
        for one in invitations_of(letter, language)
        if chosen.takes(one, soft=soft, at=at)
    ]
    facts = {
        "person": take_out.asked_by.email,
        "colleague": "" if take_out.decided_by is None else take_out.decided_by.email,
        "day": page_date(timezone.localtime(at).date(), language),
    }
    if take_out.decided_by is None:
        mark = _("Confidential: for the coordinators of this letter alone. Taken out by %(person)s on %(day)s.") % facts
    else:
        mark = (
            _(
                "Confidential: for the coordinators of this letter alone. Taken out by %(person)s on %(day)s; %(colleague)s agreed."
            )
            % facts
        )
    return [[mark], heading, *rows, [mark]]


def _written(moment: datetime | None) -> str:
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
