"""The clock of the second floor; every task may be repeated and interrupted."""

from celery import shared_task
from django.utils import timezone

from campaign.base.errors import MoveRefused
from campaign.base.jobs import claimed, free_abandoned, to_hand_out
from letters.services.letter import close_letter, due_for_closing
from signatories.checks.network import network_of_settings
from signatories.models import BulkItem, Check
from signatories.services import approval as approvals
from signatories.services import bulk
from signatories.services import check as checks
from signatories.services import decision as decisions
from signatories.services import dispute as disputes
from signatories.services import document as documents
from signatories.services import eds as electronic
from signatories.services import invitation as invitations
from signatories.services import notice as notices
from signatories.services import paper as papers
from signatories.services import reminder as reminders
from signatories.services import signature as signatures
from signatories.states import CheckKind

ROWS_IN_A_MESSAGE = 10  # a message costs the embedded broker more than a row costs the database


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
    now = timezone.now()
    signatures.forget_unconfirmed(at=now)
    papers.forget_unseconded(at=now)
    disputes.forget_asked(at=now)


@shared_task(name="signatories.end_proposals")
def end_proposals(**_: object) -> None:
    """End proposals that no second person answered in time."""
    approvals.end_overdue(at=timezone.now())


@shared_task(name="signatories.sweep_checks")
def sweep_checks(**_: object) -> None:
    """Hand waiting checks to the workers, and free what a dead worker held."""
    now = timezone.now()
    free_abandoned(Check, at=now)
    for check_id in to_hand_out(Check, at=now, most=20):
        run_check.delay(check_id=check_id)


@shared_task(name="signatories.run_check", soft_time_limit=30, time_limit=45)
def run_check(*, check_id: int, **_: object) -> None:
    """Make one check if it still waits; safe to repeat, safe to interrupt."""
    with claimed(Check, check_id) as check:
        if check is not None:
            _run(check)


def _run(check: Check) -> None:
    if check.kind == CheckKind.EDS:
        electronic.verify_waiting(check, at=timezone.now())
    else:
        checks.run_check(check, network=network_of_settings(), at=timezone.now())


@shared_task(name="signatories.look_again")
def look_again(**_: object) -> None:
    """Ask again for the proofs that evidence rests on."""
    checks.schedule_rechecks(at=timezone.now())


@shared_task(name="signatories.remind_invited")
def remind_invited(**_: object) -> None:
    """Remind the invited of what is due by the plan of their letter."""
    reminders.remind_due(at=timezone.now())


@shared_task(name="signatories.follow_invitations")
def follow_invitations(**_: object) -> None:
    """See which of the invited signed by another way, and whose mailbox does not exist."""
    now = timezone.now()
    invitations.recognise_signatures(at=now)
    invitations.mark_refused_mail(at=now)


@shared_task(name="signatories.sweep_bulk")
def sweep_bulk(**_: object) -> None:
    """Hand the waiting rows of bulk works to the workers, and free what a dead worker held."""
    now = timezone.now()
    free_abandoned(BulkItem, at=now)
    waiting = to_hand_out(BulkItem, at=now, most=10 * ROWS_IN_A_MESSAGE)
    for start in range(0, len(waiting), ROWS_IN_A_MESSAGE):
        do_bulk_items.delay(item_ids=waiting[start : start + ROWS_IN_A_MESSAGE])


@shared_task(name="signatories.do_bulk_items", soft_time_limit=60, time_limit=90)
def do_bulk_items(*, item_ids: list[int], **_: object) -> None:
    """Do what is asked of each row that still waits, one commit a row."""
    for item_id in item_ids:
        bulk.do_one(item_id, at=timezone.now())


@shared_task(name="signatories.lower_levels")
def lower_levels(**_: object) -> None:
    """Lower what expired evidence no longer bears, and warn coordinators."""
    decisions.lower_levels(at=timezone.now())


@shared_task(name="signatories.forget_documents")
def forget_documents(**_: object) -> None:
    """Delete documents whose time has passed, and files that nobody knows."""
    documents.forget_documents(at=timezone.now())
    documents.forget_strays(at=timezone.now())
