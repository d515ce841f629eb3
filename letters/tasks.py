"""The clock and the workers of the first floor."""

import logging

from celery import shared_task
from django.utils import timezone

from campaign.base.jobs import claimed, free_abandoned, to_hand_out
from letters.models import Edition
from letters.services import archive, unsaved
from letters.services import edition as editions

logger = logging.getLogger(__name__)


@shared_task(name="letters.sweep_editions")
def sweep_editions(**_: object) -> None:
    """Hand waiting editions to the workers, and free what a dead worker held."""
    now = timezone.now()
    free_abandoned(Edition, at=now)
    for edition_id in to_hand_out(Edition, at=now, most=100):
        print_edition.delay(edition_id=edition_id)


@shared_task(name="letters.forget_unsaved")
def forget_unsaved(**_: object) -> None:
    """Forget words that were typed a month ago and never saved."""
    unsaved.forget_old(at=timezone.now())


@shared_task(name="letters.renew_archive_stamps")
def renew_archive_stamps(**_: object) -> None:
    """Hand the editions whose archive time stamp runs out soon to the workers, each by itself: one that fails stops none."""
    for edition in archive.due_for_renewal(at=timezone.now(), most=200):
        renew_archive_stamp.delay(edition_id=edition.pk)


@shared_task(name="letters.renew_archive_stamp", soft_time_limit=60, time_limit=90)
def renew_archive_stamp(*, edition_id: int, **_: object) -> None:
    """Renew one archive time stamp; what fails is tried again the next day, months before the end."""
    edition = Edition.objects.select_related("revision__letter").get(pk=edition_id)
    try:
        archive.renew(edition, at=timezone.now())
    except OSError as trouble:
        logger.error("The archive time stamp of edition %d was not renewed: %s", edition_id, trouble)


@shared_task(name="letters.print_edition", soft_time_limit=60, time_limit=90)
def print_edition(*, edition_id: int, **_: object) -> None:
    """Print one edition if it still waits; safe to repeat, safe to interrupt."""
    with claimed(Edition, edition_id) as edition:
        if edition is not None:
            editions.print_one(edition)
