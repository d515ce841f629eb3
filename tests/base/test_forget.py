"""What has served its time is forgotten."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from campaign.base.jobs import JobState
from campaign.base.models import Mail
from campaign.base.tasks import forget

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_deleted_and_others_kept() -> None:
    now = timezone.now()
    Session.objects.create(session_key="ended", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="alive", session_data="", expire_date=now + timedelta(minutes=1))

    forget()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]


def test_a_week_after_it_was_sent_or_given_up_nothing_is_known_of_a_message() -> None:
    now = timezone.now()
    for days in (6, 8):
        Mail.objects.create(
            to="a@b.example", language="kk", template="account", state=JobState.DONE, sent_at=now - timedelta(days=days)
        )
        Mail.objects.create(
            to="gone@b.example",
            language="kk",
            template="signing_code",
            context={"code": "1234-5678"},
            state=JobState.PARKED,
            created_at=now - timedelta(days=days),
        )
    Mail.objects.create(to="waits@b.example", language="kk", template="account")

    forget()

    assert list(Mail.objects.order_by("pk").values_list("state", flat=True)) == ["done", "parked", "waiting"]
