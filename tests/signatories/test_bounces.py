"""A message that came back marks its invitation, and nothing else that comes in does anything."""

import io
import sys
from email.mime.multipart import MIMEMultipart
from mailbox import Maildir
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from campaign.base import bounce, post
from campaign.base.jobs import JobState
from campaign.base.models import Mail, User
from letters.models import Letter
from signatories.models import Invitation
from signatories.services import invitation as invitations
from tests.conftest import NOON

REPORT = """From: MAILER-DAEMON@mx.example
To: letters@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={type}; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; office@fund0.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b
Content-Type: {returned}

Message-ID: <{id}>
Subject: Invitation
To: office@fund0.example

--b--
"""


def report(message_id: str, **facts: str) -> bytes:
    usual = {"type": "delivery-status", "action": "failed", "status": "5.1.1", "returned": "text/rfc822-headers"}
    return REPORT.format(id=message_id, **usual | facts).encode()


@pytest.fixture
def sent(open_letter: Letter, aigul: User) -> Mail:
    """The message of an invitation, taken by the mail server."""
    new = [invitations.NewInvitation(name="Fund", email="office@fund0.example", language="kk", country="KZ")]
    invitations.prepare_invitations(open_letter, new, owner=aigul, by=aigul, at=NOON)
    invitations.send_invitation(Invitation.objects.get(), by=aigul, at=NOON)
    Mail.objects.filter(template="invitation").update(state=JobState.DONE, sent_at=NOON, context={}, headers={})
    return Mail.objects.get(template="invitation")


def message_id_of(mail: Mail) -> str:
    return post._message_id(mail)


def read(content: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    call_command("read_bounces", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_message_that_came_back_marks_its_invitation(
    sent: Mail, monkeypatch: pytest.MonkeyPatch, returned: str
) -> None:
    said = read(report(message_id_of(sent), returned=returned), monkeypatch)
    again = read(report(message_id_of(sent), returned=returned), monkeypatch)

    assert (said, again) == ("1 messages came back\n", "0 messages came back\n")
    assert invitations.mark_refused_mail(at=NOON) == 1
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.bounced_at, invitation.next_reminder_at) == ("bounced", NOON, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"action": "delayed", "status": "4.4.7"},
        {"status": "5.2.2"},
        {"status": "5.7.1"},
        {"action": "relayed"},
        {"type": "disposition-notification", "action": "", "status": ""},
    ],
)
def test_a_delay_a_full_mailbox_or_a_policy_changes_nothing(
    sent: Mail, monkeypatch: pytest.MonkeyPatch, facts: dict[str, str]
) -> None:
    assert read(report(message_id_of(sent), **facts), monkeypatch) == "0 messages came back\n"
    assert invitations.mark_refused_mail(at=NOON) == 0


@pytest.mark.django_db
def test_a_report_that_somebody_made_up_changes_nothing(sent: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, host = message_id_of(sent).partition("@")
    forged = f"{name[:-16]}{'0' * 16}@{host}"
    elsewhere = f"{name}@another.example"

    for message_id in (forged, elsewhere, "mail-999999-20261120120000-0123456789abcdef@x", "x@y"):
        assert read(report(message_id), monkeypatch) == "0 messages came back\n"
    assert Mail.objects.get(pk=sent.pk).state == JobState.DONE


@pytest.mark.django_db
def test_a_maildir_is_read_once_and_whatever_lies_in_it_is_passed_over(sent: Mail, tmp_path: Path) -> None:
    box, out = Maildir(tmp_path / "box"), io.StringIO()
    answer = MIMEMultipart()
    answer["Auto-Submitted"] = "auto-replied"
    answer["In-Reply-To"] = f"<{message_id_of(sent)}>"
    for content in (report(message_id_of(sent)), answer.as_bytes(), b"\xff\x00", b""):
        box.add(content)

    call_command("read_bounces", maildir=tmp_path / "box", stdout=out)

    assert (out.getvalue(), len(Maildir(tmp_path / "box"))) == ("1 messages came back\n", 0)


@given(st.binary(max_size=300))
def test_whatever_comes_in_is_read_without_harm(content: Any) -> None:
    assert bounce.message_ids(content) == []
    assert bounce.message_ids(report("x") + content) == []
    assert bounce.message_ids(b"x" * (bounce.LARGEST_REPORT + 1)) == []
