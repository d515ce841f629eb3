"""The whole product as the matrix of access knows it, and hands for an attacker."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from campaign.base.models import User
from letters.models import Coordinator, Issuer, Letter, Recipient
from letters.services import letter as letters
from letters.states import RecipientRole
from tests.access.test_matrix import browsers, world  # noqa: F401  (fixtures)
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, in_three, make_person


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Nobody has tried anything yet."""
    cache.clear()


@pytest.fixture
def make_reviewer(db: None) -> Callable[..., User]:
    """Makes reviewers."""
    return lambda email="reviewer@reviewers.example", **facts: make_person(email, is_reviewer=True, **facts)


@pytest.fixture
def elsewhere(president: Any) -> tuple[User, Letter]:
    """A coordinator of another issuer, and her open, published letter."""
    issuer = Issuer.objects.create(
        key="elsewhere",
        number="220540000222",
        number_scheme="KZ-BIN",
        phone="+7 727 000 00 01",
        email="elsewhere@elsewhere.example",
        **in_three("name", dict.fromkeys(("kk", "ru", "en"), "Elsewhere")),
        **in_three("address", dict.fromkeys(("kk", "ru", "en"), "2 Example Street")),
        **in_three("signer", dict.fromkeys(("kk", "ru", "en"), "B. Elsewhere")),
        **in_three("post", dict.fromkeys(("kk", "ru", "en"), "Director")),
        **in_three("executor", dict.fromkeys(("kk", "ru", "en"), "C. Elsewhere")),
    )
    person = make_person("coordinator@elsewhere.example")
    Coordinator.objects.create(user=person, issuer=issuer)
    letter = Letter(
        slug="elsewhere",
        issuer=issuer,
        original_language="kk",
        reference="1/2026",
        **in_three("title", TITLES),
        **in_three("summary", SUMMARIES),
        **in_three("body", BODIES),
    )
    letters.make_letter(letter, by=person, at=NOON)
    Recipient.objects.create(letter=letter, role=RecipientRole.TO, order=1, office=president)
    letters.open_letter(letter, by=person, at=NOON)
    letters.publish_letter(letter, by=person, at=NOON)
    return person, letter


OF_THE_SESSION = ("sessions.session", "usersessions.usersession", "accounts.usersession")


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that say which browser came when."""
    return {
        model._meta.label_lower: sorted(map(repr, model._base_manager.order_by("pk").values_list()))  # type: ignore[misc]
        for model in apps.get_models()
        if model._meta.label_lower not in OF_THE_SESSION and model._meta.managed
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Which tables differ."""
    return [table for table, rows in after.items() if before.get(table) != rows]


def answer_of(browser: Client, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
    """One request whose changes are taken back; the answer is read to its end."""
    with transaction.atomic():
        response = getattr(browser, method.lower())(path, data or {})
        if response.streaming:
            b"".join(response)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    response.close()
    return response
