"""The clock of the second floor; every task may be repeated and interrupted."""

from celery import shared_task
from django.utils import timezone

from campaign.base.errors import MoveRefused
from letters.services.letter import close_letter, due_for_closing
from signatories.services import notice as notices
from signatories.services import signature as signatures


@shared_task(name="signatories.close_due_letters")
def close_due_letters(**_: object) -> None:
    """Close the letters whose time has passed; one that a coordinator closes at this moment is closed already."""
    now = timezone.now()
    for letter in due_for_closing(at=now):
        try:
            close_letter(letter, by=None, at=now)
        except MoveRefused:
            continue


@shared_task(name="signatories.remind_coordinators")
def remind_coordinators(**_: object) -> None:
    """Tell coordinators what waits for them and what closes soon."""
    notices.remind_coordinators(at=timezone.now())


@shared_task(name="signatories.forget_unconfirmed")
def forget_unconfirmed(**_: object) -> None:
    """Delete what nobody confirmed in time."""
    signatures.forget_unconfirmed(at=timezone.now())
