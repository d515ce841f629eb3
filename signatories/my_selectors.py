"""What a representative's home shows; only what belongs to this person and to the organizations for which she acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES, sort_key
from campaign.base.models import User
from signatories.access import signatures_of
from signatories.models import (
    ColleagueInvitation,
    DomainProof,
    Evidence,
    Invitation,
    MailedCode,
    Mandate,
    Organization,
    Representative,
    Signature,
)
from signatories.policy import MACHINE_KINDS, missing_for
from signatories.services.erratum import proposed_renewals, unanswered
from signatories.services.evidence import standing_evidence
from signatories.states import CodePurpose, Level, Outcome, Role, SignatureState


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for the person: what it is, where it is done, and until when."""

    words: str
    action: str
    url: str
    until: datetime | None


def tasks_of(person: User, language: str, *, at: datetime) -> list[Task]:
    """What waits for this person: proposals to approve, invitations of colleagues and to letters, signatures begun and not confirmed."""
    return [
        *_proposals(person, language),
        *_errata(person, language, at),
        *_proposed_renewals(person, language, at),
        *_invitations(person, language, at),
        *_asked_to_sign(person, language, at),
        *_begun(person, language, at),
    ]


def _proposals(person: User, language: str) -> Iterator[Task]:
    acts_for = Representative.objects.active().filter(user=person).values("organization")
    asked = MailedCode.objects.filter(
        purpose=CodePurpose.APPROVAL,
        email=person.email,
        signature__state=SignatureState.PROPOSED,
        signature__organization__in=acts_for,
    )
    for one in asked.select_related("signature__revision__letter", "signature__organization").order_by(
        "asked_at", "pk"
    ):
        signature = one.signature
        facts = {
            "person": signature.person_name,
            "organization": signature.organization.name_in(language),
            "letter": signature.revision.letter.text("title", language),
        }
        words = _("%(person)s proposes that %(organization)s sign the letter “%(letter)s”.") % facts
        yield Task(words, _("Answer"), reverse("approval", args=[one.token]), signature.approval_due_at)


def _errata(person: User, language: str, at: datetime) -> Iterator[Task]:
    """Signatures whose text was corrected, and nobody has answered."""
    asked = unanswered(signatures_of(person)).select_related("revision__letter", "organization").order_by("pk")
    for one in asked:
        letter = one.revision.letter
        if letter.takes_signatures(at):
            facts = {"organization": one.called_in(language), "letter": letter.text("title", language)}
            words = _("The letter “%(letter)s” was corrected after %(organization)s had signed it.") % facts
            yield Task(words, _("Read and answer"), reverse("my-signature-erratum", args=[one.pk]), letter.closes_at)


def _proposed_renewals(person: User, language: str, at: datetime) -> Iterator[Task]:
    """Corrected texts that a colleague proposes to sign."""
    waiting = proposed_renewals(person).select_related(
        "person", "signature__organization", "signature__revision__letter"
    )
    for one in waiting.order_by("answered_at", "pk"):
        letter = one.signature.revision.letter
        if letter.takes_signatures(at):
            facts = {
                "person": one.person.email,
                "organization": one.signature.called_in(language),
                "letter": letter.text("title", language),
            }
            words = _("%(person)s proposes that %(organization)s sign the corrected text of “%(letter)s”.") % facts
            url = reverse("my-signature-erratum", args=[one.signature_id])
            yield Task(words, _("Read and answer"), url, letter.closes_at)


def _invitations(person: User, language: str, at: datetime) -> Iterator[Task]:
    open_ones = ColleagueInvitation.objects.filter(
        email=person.email, accepted_at=None, revoked_at=None, expires_at__gt=at
    )
    for one in open_ones.select_related("organization").order_by("invited_at", "pk"):
        facts = {"organization": one.organization.name_in(language), "role": one.get_role_display()}
        words = _("You are invited to act for %(organization)s as its %(role)s.") % facts
        yield Task(words, _("Look"), reverse("my-colleague-invitation", args=[one.token]), one.expires_at)


def _asked_to_sign(person: User, language: str, at: datetime) -> Iterator[Task]:
    """Letters that invited this mailbox, or an organization for which the person acts, and have no answer yet."""
    acts_for = Representative.objects.active().filter(user=person).values("organization")
    invited = Invitation.objects.unanswered().filter(Q(email=person.email) | Q(organization__in=acts_for))
    for one in invited.select_related("letter").order_by("invited_at", "pk"):
        if one.letter.accepts_signatures(at):
            facts = {"organization": one.name, "letter": one.letter.text("title", language)}
            words = _("%(organization)s is asked to sign the letter “%(letter)s”.") % facts
            until = one.letter.accepts_signatures_until(at)
            yield Task(words, _("Read and answer"), reverse("invited", args=[one.token]), until)


def _begun(person: User, language: str, at: datetime) -> Iterator[Task]:
    begun = Signature.objects.filter(email=person.email, state=SignatureState.STARTED)
    for one in begun.select_related("revision__letter", "organization").order_by("-started_at", "-pk"):
        letter = one.revision.letter
        if letter.accepts_signatures(at):
            facts = {"organization": one.called_in(language), "letter": letter.text("title", language)}
            words = (
                _("The signature of %(organization)s under “%(letter)s” waits for the code from your mailbox.") % facts
            )
            yield Task(
                words,
                _("Type the code"),
                reverse("signing-code", args=[one.token]),
                letter.accepts_signatures_until(at),
            )


@dataclass(frozen=True, slots=True)
class OwnOrganization:
    """One organization for which the person acts; `url` is empty until she was accepted."""

    name: str
    role_name: str
    url: str


def organizations_of(person: User, language: str) -> list[OwnOrganization]:
    """The organizations for which this person acts or wants to, in alphabetical order."""
    acts = Representative.objects.filter(user=person, left_at=None).select_related("organization")
    given = Signature.objects.filter(person=person).select_related("organization").order_by("pk")
    called = {one.organization_id: one.called_in(language) for one in given}
    own = [_own_organization(one, called.get(one.organization_id, ""), language) for one in acts]
    return sorted(own, key=lambda one: sort_key(one.name, language))


def _own_organization(own: Representative, called: str, language: str) -> OwnOrganization:
    name = own.organization.name_in(language)
    if not own.is_active():
        return OwnOrganization(called or name, "", "")
    return OwnOrganization(name, own.get_role_display(), reverse("my-organization", args=[own.organization.slug]))


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """What the organization is called in one language, and where it is said to be; empty where nobody wrote it."""

    language: str
    language_name: str
    name: str
    abbreviation: str
    note: str


def profile_of(organization: Organization) -> list[ProfileLine]:
    """The profile in the three languages, as it was written."""
    return [
        ProfileLine(
            language,
            LANGUAGE_NAMES[language],
            *(getattr(organization, f"{field}_{language}") or "" for field in ("name", "abbreviation", "note")),
        )
        for language in LANGUAGES
    ]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person who acts for the organization, as colleagues see it."""

    pk: int
    email: str
    role: str
    role_name: str
    since: datetime | None
    is_self: bool
    mandates: list[Mandate]


def colleagues_of(organization: Organization, person: User) -> list[Colleague]:
    """Everybody who acts for the organization, owners first, with what each stated of the authority to do so."""
    acting = organization.representatives.active().select_related("user")
    found = list(acting.prefetch_related("mandates"))
    order = {Role.OWNER: 0, Role.REPRESENTATIVE: 1, Role.APPROVER: 2}
    found.sort(key=lambda one: (order[Role(one.role)], one.user.email))
    return [
        Colleague(
            pk=one.pk,
            email=one.user.email,
            role=one.role,
            role_name=one.get_role_display(),
            since=one.accepted_at,
            is_self=one.user_id == person.pk,
            mandates=sorted(one.mandates.all(), key=lambda mandate: mandate.stated_at, reverse=True),
        )
        for one in found
    ]


def open_invitations(organization: Organization, *, at: datetime) -> QuerySet[ColleagueInvitation]:
    """Invitations of colleagues that nobody has answered yet."""
    open_ones = organization.colleague_invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)
    return open_ones.order_by("invited_at", "pk")


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """One checked fact as the organization's own people see it: never where, how or by whom. `waits`: nobody has looked at it yet;
    `passed` is false for a check that did not find what it looked for.
    """

    kind_name: str
    checked_at: datetime
    valid_until: datetime | None
    holds: bool
    waits: bool
    passed: bool


def evidence_of(organization: Organization, *, at: datetime) -> list[OwnEvidence]:
    """What was checked of the organization, newest first."""
    found = Evidence.objects.filter(organization=organization).order_by("-checked_at", "-pk")
    return [
        OwnEvidence(
            kind_name=one.get_kind_display(),
            checked_at=one.checked_at,
            valid_until=one.valid_until,
            holds=one.holds(at),
            waits=one.result == Outcome.UNKNOWN and one.kind not in MACHINE_KINDS,
            passed=one.result == Outcome.PASSED,
        )
        for one in found
    ]


def missing_of(organization: Organization, *, at: datetime) -> list[str]:
    """What would raise the organization to the next level, in sentences; empty at the highest one."""
    if organization.level >= Level.STRONG:
        return []
    facts = standing_evidence([organization])[organization.pk]
    return missing_for(Level(max(organization.level + 1, Level.CONFIRMED)), facts, at)


def open_proof(organization: Organization, person: User, *, at: datetime) -> DomainProof | None:
    """What this person was given to publish at the organization's present domain, while it is good."""
    mine = DomainProof.objects.filter(organization=organization, domain=organization.domain, person=person)
    return mine.filter(used_at=None, expires_at__gt=at).order_by("-pk").first()
