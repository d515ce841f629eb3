"""The clock and the workers of the foundation."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from campaign.base import checkpoints, post, witnesses
from campaign.base.jobs import to_hand_out
from campaign.base.models.mail import Mail

MAIL_IS_KEPT = timedelta(days=7)


@shared_task(name="base.sweep_mail")
def sweep_mail(**_: object) -> None:
    """Hand waiting messages to the workers."""
    now = timezone.now()
    post.park_abandoned(at=now)
    for mail_id in to_hand_out(Mail, at=now, most=100):
        send_mail.delay(mail_id=mail_id)


@shared_task(name="base.send_mail", soft_time_limit=60, time_limit=90)
def send_mail(*, mail_id: int, **_: object) -> None:
    """Send one message if it still waits; safe to repeat."""
    post.deliver(mail_id)


@shared_task(name="base.sign_checkpoint")
def sign_checkpoint(**_: object) -> None:
    """Sign the register's head where this machine has the key and something new is not to wait."""
    now = timezone.now()
    if checkpoints.has_key() and checkpoints.is_due(at=now):
        checkpoints.sign_checkpoint(at=now)


@shared_task(name="base.mail_witnesses")
def mail_witnesses(**_: object) -> None:
    """Send the newest checkpoint to every witness who wants it and has not had it."""
    witnesses.mail_newest()


@shared_task(name="base.forget")
def forget(**_: object) -> None:
    """Forget what has served its time: ended sessions, and messages that were sent a week ago or could not be."""
    now = timezone.now()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    post.forget_old(before=now - MAIL_IS_KEPT)
