"""The tests' own servers: private, on free ports, gone afterwards."""

import smtplib
import socket

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests import servers
from tests.plugins import backend


def test_tests_keep_their_hands_off_the_installation():
    assert "qoltanba-tests-" in str(settings.VAR_DIR)
    assert "qoltanba-tests-" in str(settings.FILES_DIR)


@pytest.mark.database
@pytest.mark.broker
def test_the_chosen_backend_is_the_one_that_is_used(db):
    vendor = connection.vendor
    broker = settings.CELERY_BROKER_URL.partition("://")[0]

    assert (vendor, broker) == {"sqlite": ("sqlite", "filesystem"), "postgresql": ("postgresql", "redis")}[backend()]


@pytest.mark.broker
def test_the_cache_answers():
    cache.set("greeting", "Сәлем", 10)

    assert cache.get("greeting") == "Сәлем"


def test_a_mailbox_takes_a_letter_and_names_its_recipients(mailbox):
    with smtplib.SMTP("127.0.0.1", mailbox.port) as client:
        client.sendmail("site@example.org", ["aigul@example.org"], "Subject: Greeting\n\nHello")

    assert [(m["Subject"], m["X-Envelope-To"]) for m in mailbox.messages] == [("Greeting", "aigul@example.org")]


def test_a_server_that_cannot_start_says_why(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(servers, "free_port", lambda: other.getsockname()[1])

        with pytest.raises(servers.ServerFailed, match="Address already in use"), servers.redis():
            pass
