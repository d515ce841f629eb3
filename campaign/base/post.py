"""Mail in the reader's language: asked for inside a transaction, sent by a worker.

A message is a folder of two templates, `mail/<template>.txt` (first line: subject) and `mail/<template>.html`, rendered in
the worker with the message's language active. The row's content is wiped as soon as the mail server has taken the message.
"""

import logging
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac

from campaign.base.jobs import CAME_BACK, JobState, claimed, finish, give_back, park
from campaign.base.models.mail import Mail

logger = logging.getLogger(__name__)

NO_SUCH_MAILBOX = (
    550,
    551,
    552,
    553,
    556,
)  # RFC 5321, 4.2.3, and RFC 7504; others of 5xx are troubles of our own server


def send(
    template: str,
    *,
    to: str,
    language: str,
    headers: Mapping[str, str] | None = None,
    reference: str = "",
    **context: Any,
) -> None:
    """Ask for one message; it is sent after the transaction is committed.

    :param template: the name below `templates/mail/`.
    :param headers: further ones, such as `List-Unsubscribe`; wiped with the content.
    :param reference: what the message is about ("invitation:7"), for `refused_for_good`.
    :param context: plain values for the template (texts, numbers, lists).
    """
    Mail.objects.create(
        template=template,
        to=to,
        language=language,
        headers=dict(headers or {}),
        reference=reference,
        context=context,
    )


Attached = tuple[str, bytes, str]  # file name, content, media type
_makers: dict[str, Callable[[Mapping[str, Any], str], list[Attached]]] = {}


def attach_to(template: str, make: Callable[[Mapping[str, Any], str], list[Attached]]) -> None:
    """Let every message of this template carry files, made from its context and language when it is sent."""
    _makers[template] = make


def deliver(mail_id: int) -> None:
    """Hand one waiting message to the mail server.

    What cannot be undone is claimed first: a message whose worker died in between is reported and never sent again by itself.
    """
    with claimed(Mail, mail_id) as mail:
        if mail is None:
            return
        message = compose(mail)
        try:
            message.send()
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refused:
            reason = f"SMTP {_code_of(refused)}"
            logger.warning("Message %d was not taken: %s", mail.pk, reason)
            let_go = give_back if _may_heal(refused) else park
            let_go(mail, reason=reason)
            return
        finish(mail, sent_at=timezone.now(), context={}, headers={})


def compose(mail: Mail) -> EmailMultiAlternatives:
    """The message as it goes out: plain text and HTML that say the same."""
    context = {**mail.context, "site_url": settings.SITE_URL, "language": mail.language}
    with translation.override(mail.language):
        text = render_to_string(f"mail/{mail.template}.txt", context)
        html = render_to_string(f"mail/{mail.template}.html", context)
    subject, _, body = text.strip().partition("\n")
    headers = {
        **mail.headers,
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{_message_id(mail)}>",
    }
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[mail.to],
        headers=headers,
        connection=get_connection(),
    )
    if make := _makers.get(mail.template):
        for name, content, kind in make(mail.context, mail.language):
            message.attach(name, content, kind)
    message.attach_alternative(css_inline.inline(html, load_remote_stylesheets=False), "text/html")
    return message


def _message_id(mail: Mail) -> str:
    """The same each time; its end cannot be guessed, so that nobody makes up that a message came back."""
    name = f"mail-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}"
    seal = salted_hmac("campaign.post.message-id", name, algorithm="sha256").hexdigest()[:16]
    return f"{name}-{seal}@{_host()}"


def note_bounce(message_id: str) -> bool:
    """Note that a message, by its Message-ID, was sent and came back for good; whether it is one of ours that is about something."""
    number = message_id.split("-")[1]
    mail = Mail.objects.filter(pk=number, state=JobState.DONE).exclude(reference="").first()
    if mail is None or not constant_time_compare(_message_id(mail), message_id):
        return False
    return bool(Mail.objects.filter(pk=mail.pk, state=JobState.DONE).update(state=JobState.PARKED, reason=CAME_BACK))


def park_abandoned(*, at: datetime) -> int:
    """Park messages whose worker died while sending: they may have gone out, so a person decides."""
    lost = Mail.objects.filter(state=JobState.IN_FLIGHT, leased_until__lt=at)
    count = lost.update(state=JobState.PARKED, claim="", leased_until=None, reason="The worker died while sending.")
    if count:
        logger.error("%d messages were in flight when their worker died", count)
    return count


def refused_for_good(kind: str) -> list[tuple[int, str]]:
    """Messages about this kind of thing whose mailbox a server refused for good: their ids, and what each was about."""
    reasons = [CAME_BACK, *(f"SMTP {code}" for code in NO_SUCH_MAILBOX)]
    refused = Mail.objects.filter(state=JobState.PARKED, reference__startswith=f"{kind}:", reason__in=reasons)
    return [
        (pk, reference.partition(":")[2]) for pk, reference in refused.order_by("pk").values_list("pk", "reference")
    ]


def settle(mail_id: int) -> None:
    """Say that somebody has drawn the consequences of a message's refusal."""
    Mail.objects.filter(pk=mail_id).update(reference="")


def forget_old(*, before: datetime) -> int:
    """Delete what is still known of messages that were sent earlier, and those asked for earlier that were given up."""
    sent = Q(state=JobState.DONE, sent_at__lt=before)
    given_up = Q(state=JobState.PARKED, created_at__lt=before)
    count, _ = Mail.objects.filter(sent | given_up).delete()
    return count


def _host() -> str:
    host: str = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return host


def _code_of(refused: smtplib.SMTPException) -> int:
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return min(code for code, _ in refused.recipients.values())
    return int(getattr(refused, "smtp_code", 0))


def _may_heal(refused: smtplib.SMTPException) -> bool:
    return 400 <= _code_of(refused) < 500
