"""Fill an empty installation with a demonstration: three letters and all that happens around them, all of it invented."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from campaign.base.jobs import JobState, claimed
from campaign.base.models import Mail
from campaign.demonstration import closed_letter, inviting, open_letter, people
from campaign.demonstration.signing import FOLDER, told
from letters.folder import read_directory
from letters.models import Edition, Letter
from letters.services import edition as editions
from letters.services.importing import import_letter
from letters.services.office import seed_offices
from signatories.models import Invitation

MAILS_TO_READ = (
    "invitation",
    "erratum_asked",
    "approval_asked",
    "colleague_invited",
)  # what a visitor may want to follow
MOST_OF_A_KIND = 3


class Command(BaseCommand):
    """Everything goes through the product's own services: import, opening, codes, evidence, admission, closing, printing."""

    help = "Add the demonstration's letters, organizations and people to an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed once; a second call changes nothing."""
        if not settings.DEMONSTRATION:
            raise CommandError("This installation is no demonstration: DEMONSTRATION is not set.")
        if Letter.objects.filter(demonstration=True).exists():
            self.stdout.write("The demonstration is there already.")
            return
        with transaction.atomic():
            self._tell(timezone.now().replace(second=0, microsecond=0))
            self._keep_few_mails()
        printed = self._print()
        self.stdout.write(
            f"3 letters, {closed_letter.SIGNATORIES} signatories, {Invitation.objects.count()} invitations, "
            f"{printed} editions printed."
        )

    def _tell(self, now: datetime) -> None:
        """The story, in the order in which it happened."""
        seed_offices()
        coordinator = people.make_first()
        organizations = told("organizations")
        closed = closed_letter.tell(organizations, coordinator, now=now)
        desk = people.make_others(coordinator, closed.issuer)
        owner = people.let_owner_sign_in(coordinator)
        closed_letter.go_on(closed, organizations, desk, now=now)
        letter = open_letter.begin(coordinator, now=now)
        inviting.invite(letter, desk, now=now)
        open_letter.sign(letter, organizations, desk, now=now)
        open_letter.correct(letter, desk, now=now)
        open_letter.strengthen(organizations, owner, desk, now=now)
        open_letter.staff(organizations, owner, now=now)
        open_letter.wait(letter, organizations, desk, now=now)
        import_letter(read_directory(FOLDER / "draft"), by=coordinator, at=now, demonstration=True)

    def _keep_few_mails(self) -> None:
        """Nobody waits for the mail of the invented; a few of them lead a visitor further."""
        newest = [Mail.objects.filter(template=name).order_by("-pk")[:MOST_OF_A_KIND] for name in MAILS_TO_READ]
        Mail.objects.exclude(pk__in=[mail.pk for mails in newest for mail in mails]).delete()

    def _print(self) -> int:
        """Print the letter; its addendum is left to the worker."""
        waiting = Edition.objects.filter(state=JobState.WAITING, addendum=0).order_by("pk")
        for edition_id in list(waiting.values_list("pk", flat=True)):
            with claimed(Edition, edition_id) as edition:
                if edition is not None:
                    editions.print_one(edition)
        return Edition.objects.filter(state=JobState.DONE).count()
