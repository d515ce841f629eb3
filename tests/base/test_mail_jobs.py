"""A message waits as a row and is sent once, by a real mail server's rules; what may have gone out is never sent again."""

import base64
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from django.utils import timezone

from campaign.base import post
from campaign.base.jobs import LEASE, JobState
from campaign.base.models import Mail
from campaign.base.tasks import send_mail, sweep_mail
from campaign.celery import app
from tests.servers import Mailbox, free_port

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TO = "mira@unverified.example"
FACTS = {"code": "0123-4567", "minutes": 30, "token": "t0ken", "letter": "Air", "organization": "Initiative"}


@pytest.fixture
def server_at(settings: Any) -> Callable[[int], None]:
    """Sends the mail of this test to a real server on this port."""

    def use(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    return use


@pytest.fixture
def received(mailbox: Mailbox, server_at: Callable[[int], None]) -> list[EmailMessage]:
    """What the mail server has taken."""
    server_at(mailbox.port)
    return mailbox.messages


class Refusing:
    """A mail server that answers every message with the same sentence."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Refuse after the whole message was read."""
        return self.answer


class Unknown(Refusing):
    """A mail server that refuses every address."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse the recipient."""
        return self.answer


@contextmanager
def serving(handler: Refusing) -> Iterator[int]:
    """Run a mail server that refuses, on a port of its own."""
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def waiting(language: str = "en") -> Mail:
    """A message with a code that waits to be sent."""
    post.send("signing_code", to=TO, language=language, **FACTS)
    return Mail.objects.order_by("-pk")[0]


def facts(mail: Mail) -> tuple[str, int, str]:
    mail.refresh_from_db()
    return mail.state, mail.attempts, mail.reason


@pytest.mark.parametrize(
    ("language", "subject"), [("kk", "0123-4567"), ("ru", "0123-4567"), ("en", "Your code: 0123-4567")]
)
def test_a_message_is_sent_in_the_readers_language_as_text_and_html(
    received: list[EmailMessage], language: str, subject: str
) -> None:
    mail = waiting(language)

    send_mail(mail_id=mail.pk)

    (message,) = received
    assert subject in message["Subject"]
    assert message["X-Envelope-To"] == message["To"] == TO
    assert message["Message-ID"].startswith(f"<mail-{mail.pk}-")
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert f"http://testserver/{language}/signing/t0ken/" in text.get_content()
    assert f'lang="{language}"' in page.get_content()


def test_the_content_is_wiped_as_soon_as_the_server_has_taken_the_message(received: list[EmailMessage]) -> None:
    mail = waiting()

    send_mail(mail_id=mail.pk)

    assert facts(mail) == (JobState.DONE, 1, "")
    assert (mail.context, len(received)) == ({}, 1)
    assert mail.sent_at is not None


def test_a_message_that_is_handed_out_twice_is_sent_once(received: list[EmailMessage]) -> None:
    mail = waiting()

    send_mail(mail_id=mail.pk)
    send_mail(mail_id=mail.pk)

    assert (facts(mail), len(received)) == ((JobState.DONE, 1, ""), 1)


@pytest.mark.parametrize(
    ("handler", "reason"),
    [(Refusing("451 Try again later"), "SMTP 451"), (Unknown("450 Mailbox is busy"), "SMTP 450")],
)
def test_what_may_heal_waits_and_is_sent_when_it_has_healed(
    received: list[EmailMessage],
    mailbox: Mailbox,
    server_at: Callable[[int], None],
    handler: Refusing,
    reason: str,
) -> None:
    mail = waiting()
    with serving(handler) as port:
        server_at(port)
        send_mail(mail_id=mail.pk)
    refused = facts(mail)
    server_at(mailbox.port)

    send_mail(mail_id=mail.pk)

    assert refused == (JobState.WAITING, 1, reason)
    assert (facts(mail), len(received)) == ((JobState.DONE, 2, ""), 1)


def test_a_server_that_does_not_answer_is_asked_for_most_of_a_day_with_growing_pauses(
    server_at: Callable[[int], None],
) -> None:
    server_at(free_port())
    mail = waiting()
    pauses = []
    for _attempt in range(11):
        before = timezone.now()
        send_mail(mail_id=mail.pk)
        mail.refresh_from_db()
        assert (mail.state, mail.reason, mail.not_before is None) == (JobState.WAITING, "Connection refused", False)
        pauses.append(round((mail.not_before - before).total_seconds()))  # type: ignore[operator]
    send_mail(mail_id=mail.pk)

    assert pauses == [10, 60, 360, 2160] + 7 * [7200]
    assert facts(mail) == (JobState.PARKED, 12, "Connection refused")


@pytest.mark.parametrize(
    ("handler", "reason"),
    [(Refusing("554 No"), "SMTP 554"), (Unknown("550 No such mailbox"), "SMTP 550")],
)
def test_what_cannot_heal_is_parked_at_once_with_a_reason_that_names_nobody(
    server_at: Callable[[int], None], handler: Refusing, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    mail = waiting()
    with serving(handler) as port:
        server_at(port)

        send_mail(mail_id=mail.pk)

    assert facts(mail) == (JobState.PARKED, 1, reason)
    assert [one.getMessage() for one in caplog.records] == [f"Message {mail.pk} was not taken: {reason}"]


def test_a_message_whose_worker_died_is_parked_and_told_and_never_sent_again(
    received: list[EmailMessage], caplog: pytest.LogCaptureFixture
) -> None:
    mail = waiting()
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    now = timezone.now()
    Mail.objects.filter(pk=mail.pk).update(
        state=JobState.IN_FLIGHT,
        attempts=1,
        claim=f"{socket.gethostname()}:{process.pid}:abc",
        leased_until=now + LEASE,
    )

    with caplog.at_level(logging.ERROR):
        before = post.park_abandoned(at=now)
        after = post.park_abandoned(at=now + LEASE + timedelta(seconds=1))
    send_mail(mail_id=mail.pk)

    assert (before, after) == (0, 1)
    assert facts(mail) == (JobState.PARKED, 1, "The worker died while sending.")
    assert [record.getMessage() for record in caplog.records] == ["1 messages were in flight when their worker died"]
    assert received == []


@pytest.mark.broker
def test_a_broker_message_names_nobody() -> None:
    mail = waiting()
    with empty_broker() as messages:
        sweep_mail()
        (sent,) = messages()

    arguments, keywords, _embedded = json.loads(base64.b64decode(sent["body"]))
    assert (arguments, keywords) == ([], {"mail_id": mail.pk})
    assert TO not in json.dumps(sent)
    assert FACTS["code"] not in json.dumps(sent)
    assert mail.state == JobState.WAITING


@contextmanager
def empty_broker() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Give a function that reads what lies in the broker of these tests, emptied before and after."""
    if app.conf.broker_url.startswith("redis://"):
        server = redis.Redis.from_url(app.conf.broker_url)
        server.flushdb()
        yield lambda: [json.loads(message) for message in server.lrange("mail", 0, -1)]
        server.flushdb()
        server.close()
    else:
        folder = Path(django_settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        for name in ("messages", "processed", "control"):
            (folder.parent / name).mkdir(parents=True, exist_ok=True)
        yield lambda: [json.loads(file.read_bytes()) for file in folder.iterdir()]
        for file in folder.iterdir():
            file.unlink()
