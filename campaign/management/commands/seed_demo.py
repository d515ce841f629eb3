"""Fill an empty installation with a demonstration: three letters, thirty organizations, all of them invented."""

import secrets
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from campaign.base.jobs import JobState, claimed
from campaign.base.languages import LANGUAGES
from campaign.base.models import Mail, User
from letters.folder import read_directory
from letters.models import Edition, Letter
from letters.services import edition as editions
from letters.services import letter as letters
from letters.services.coordinator import make_coordinator
from letters.services.importing import import_letter
from letters.services.office import seed_offices
from signatories.models import Invitation, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.services import signature as signatures
from signatories.services.invitation import NewInvitation
from signatories.services.organization import Claim
from signatories.states import EvidenceKind, InvitationState

FOLDER = Path(settings.BASE_DIR) / "campaign" / "demonstration"
EMAIL = "coordinator@example.org"
SIGNATORIES_OF_THE_CLOSED = 26
ADMITTED_TO_THE_OPEN, WAITING_FOR_THE_OPEN = 4, 2
NOT_SENT_YET = 6
ANSWERS = (*[InvitationState.CONSIDERING] * 4, *[InvitationState.NEEDS_BOARD] * 3, InvitationState.DECLINED)


class Command(BaseCommand):
    """Everything goes through the product's own services: import, opening, codes, evidence, admission, closing, printing."""

    help = "Add the demonstration's letters, organizations and coordinator to an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed once; a second call changes nothing."""
        if not settings.DEMONSTRATION:
            raise CommandError("This installation is no demonstration: DEMONSTRATION is not set.")
        if Letter.objects.filter(demonstration=True).exists():
            self.stdout.write("The demonstration is there already.")
            return
        now = timezone.now().replace(second=0, microsecond=0)
        with transaction.atomic():
            person = self._coordinator()
            self._letters(person, now)
        printed = self._print()
        self.stdout.write(f"3 letters, {SIGNATORIES_OF_THE_CLOSED} signatories, {printed} editions printed.")

    def _coordinator(self) -> User:
        seed_offices()
        password = secrets.token_urlsafe(12)
        person, is_new = make_coordinator(EMAIL, issuer=None, language="kk", password=password, administrator=True)
        if is_new:
            file = Path(settings.VAR_DIR) / "demonstration.txt"
            file.touch(mode=0o600)
            file.write_text(f"{EMAIL}\n{password}\n", encoding="utf-8")
        return person

    def _letters(self, person: User, now: datetime) -> None:
        organizations = tomllib.loads((FOLDER / "organizations.toml").read_text(encoding="utf-8"))["organization"]
        closed = _opened("closed", person, opened_at=now - timedelta(days=30), closes_at=now - timedelta(days=5))
        for number, organization in enumerate(organizations[:SIGNATORIES_OF_THE_CLOSED]):
            _admitted(closed, organization, person, at=now - timedelta(days=29) + timedelta(hours=20 * number))
        letters.close_letter(closed, by=None, at=now - timedelta(days=5))
        letters.publish_letter(closed, by=person, at=now - timedelta(days=4))
        opened = _opened("open", person, opened_at=now - timedelta(days=6), closes_at=now + timedelta(days=60))
        letters.publish_letter(opened, by=person, at=now - timedelta(days=6))
        _invited(opened, organizations, person, at=now - timedelta(days=6))
        for number, organization in enumerate(reversed(organizations[-ADMITTED_TO_THE_OPEN:])):
            _admitted(opened, organization, person, at=now - timedelta(days=5) + timedelta(hours=9 * number))
        for number, organization in enumerate(organizations[:WAITING_FOR_THE_OPEN]):
            _confirmed(opened, organization, at=now - timedelta(hours=5 - number))
        _answered(opened, person, at=now - timedelta(hours=2))
        import_letter(read_directory(FOLDER / "draft"), by=person, at=now, demonstration=True)
        Mail.objects.all().delete()  # nobody waits for the mail of the invented

    def _print(self) -> int:
        waiting = Edition.objects.filter(state=JobState.WAITING).order_by("pk")
        for edition_id in list(waiting.values_list("pk", flat=True)):
            with claimed(Edition, edition_id) as edition:
                if edition is not None:
                    editions.print_one(edition)
        return Edition.objects.filter(state=JobState.DONE).count()


def _opened(name: str, person: User, *, opened_at: datetime, closes_at: datetime) -> Letter:
    letter = import_letter(read_directory(FOLDER / name), by=person, at=opened_at, demonstration=True).letter
    Letter.objects.filter(pk=letter.pk).update(opens_at=opened_at, closes_at=closes_at, published_at=None)
    letter.refresh_from_db()
    letters.open_letter(letter, by=person, at=opened_at)
    return letter


def _invited(letter: Letter, organizations: list[dict[str, Any]], person: User, *, at: datetime) -> None:
    """Put everybody on the board, and send the invitations but for a few."""
    new = [
        NewInvitation(
            name=organization["names"][language],
            email=f"office@{organization['domain']}",
            language=language,
            country=organization.get("country", ""),
            kind=organization["kind"],
            contact_name=organization["representative"]["name"][language],
        )
        for organization in organizations
        for language in (organization["original_language"],)
    ]
    invitations.prepare_invitations(letter, new, owner=person, by=person, at=at)
    made = Invitation.objects.filter(letter=letter).select_related("letter__issuer").order_by("-pk")
    for invitation in made[NOT_SENT_YET:]:
        invitations.send_invitation(invitation, by=person, at=at)


def _answered(letter: Letter, person: User, *, at: datetime) -> None:
    """Let some of the invited answer otherwise than by a signature."""
    unanswered = Invitation.objects.unanswered().filter(letter=letter).order_by("pk")
    for invitation, answer in zip(unanswered.select_related("letter__issuer"), ANSWERS, strict=False):
        invitations.answer_by_hand(invitation, answer, by=person, at=at)
    reminders.save_plan(
        letter,
        soft_deadline_at=letter.closes_at - timedelta(days=7) if letter.closes_at else None,
        days_before=[7, 1],
        days_before_closing=[1],
        active=True,
        by=person,
        at=at,
    )


def _confirmed(letter: Letter, organization: dict[str, Any], *, at: datetime) -> Signature:
    language, representative = organization["original_language"], organization["representative"]
    revision = letter.revisions.get()
    known = Organization.objects.filter(domain=organization["domain"]).first()
    signature = signatures.start(
        revision,
        organization=known,
        claim=None if known else _claim(organization),
        email=f"office@{organization['domain']}",
        person_name=representative["name"][language],
        position=representative["position"][language],
        basis=representative["basis"],
        fingerprint=revision.fingerprint,
        language=language,
        at=at,
    )
    code = Mail.objects.filter(to=signature.email, template="signing_code").order_by("-pk")[0].context["code"]
    signatures.confirm(signature, code, at=at)
    return signature


def _claim(organization: dict[str, Any]) -> Claim:
    texts = ("names", "abbreviations", "note")
    names, abbreviations, notes = (
        {code: organization.get(field, {}).get(code, "") for code in LANGUAGES} for field in texts
    )
    return Claim(
        original_language=organization["original_language"],
        names=names,
        abbreviations=abbreviations,
        notes=notes,
        kind=organization["kind"],
        country=organization.get("country", ""),
        website=organization["website"],
        number_scheme=organization.get("number", {}).get("scheme", ""),
        number=organization.get("number", {}).get("id", ""),
    )


def _admitted(letter: Letter, organization: dict[str, Any], person: User, *, at: datetime) -> None:
    signature = _confirmed(letter, organization, at=at)
    for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK):
        evidences.record_by_hand(signature, kind, detail="demonstration", by=person, at=at)
    signatures.admit(signature, by=person, at=at, reason="demonstration")
