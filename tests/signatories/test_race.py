"""Representatives, two coordinators and the closing at the same moment, a hundred times."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from campaign.base import locks
from campaign.base.errors import Refusal
from campaign.base.models import JournalEntry, RegisterEntry, User
from campaign.base.replay import replay
from letters.models import Letter, SignatoryList
from letters.services import letter as letters
from signatories.models import Organization, Signature
from signatories.services import signature as signatures
from tests.conftest import NOON, claim_of, mailed_code, record_enough

ROUNDS = 100
CONTROL_ROUNDS = 20  # without the locks most rounds go wrong
HESITATION = 0.004  # seconds between looking and acting, as on a busy machine


def hesitant(hold: Callable[..., Any]) -> Callable[..., Any]:
    """Hold a row, then hesitate: whoever does not really hold it is overtaken."""

    def held(model: Any, pk: object, **how: Any) -> Any:
        row = hold(model, pk, **how)
        time.sleep(HESITATION)
        return row

    return held


def only_look(model: Any, pk: object, **_: Any) -> Any:
    """What the locking function would be without its lock."""
    return model._default_manager.get(pk=pk)


def race(acts: list[Callable[[], None]]) -> None:
    """Let all acts begin at the same moment, each in a connection of its own; refusals are fine."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait()
            act()
        except Refusal:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_round(number: int, letter: Letter, by: User) -> list[str]:
    """Race once over one letter; what came out wrong, in words."""
    letters.open_letter(letter, by=by, at=NOON)
    revision = letter.revisions.get()
    organization = Organization.objects.create(
        slug=f"round-{number}",
        original_language="en",
        name_en=f"Organization {number}",
        verified_at=NOON - timedelta(days=1),
    )
    claims = []
    for person in ("first", "second", "third"):
        claims.append(
            signatures.start(
                revision,
                organization=organization if person != "third" else None,
                claim=claim_of(f"Another {number}"),
                email=f"{person}-{number}@example.org",
                person_name="A",
                position="B",
                basis="head",
                fingerprint=revision.fingerprint,
                language="en",
                at=NOON,
            )
        )
    codes = [mailed_code(claim) for claim in claims]
    for claim, code in zip(claims[:2], codes, strict=False):
        signatures.confirm(claim, code, at=NOON)
        record_enough(claim, by=by)
    race(
        [
            lambda: signatures.admit(Signature.objects.get(pk=claims[0].pk), by=by, at=NOON, reason="seen"),
            lambda: signatures.admit(Signature.objects.get(pk=claims[1].pk), by=by, at=NOON, reason="seen"),
            lambda: signatures.confirm(Signature.objects.get(pk=claims[2].pk), codes[2], at=NOON),
            lambda: letters.close_letter(Letter.objects.get(pk=letter.pk), by=by, at=NOON),
        ]
    )
    return wrongs(letter)


def wrongs(letter: Letter) -> list[str]:
    entries = list(RegisterEntry.objects.filter(letter=letter.uid).order_by("index").values_list("kind", flat=True))
    admitted = entries.count("signature.admitted")
    found = []
    if admitted > 1:
        found.append("one organization was admitted twice")
    if entries[-1] != "letter.closed":
        found.append("an organization was admitted after the closing")
    if SignatoryList.objects.get(revision__letter=letter).count != admitted:
        found.append("the frozen list differs from the register")
    acts = list(JournalEntry.objects.filter(scope=letter.slug).order_by("pk").values_list("action", flat=True))
    if "signature.confirmed" in acts[acts.index("letter.closed") :]:
        found.append("somebody signed after the closing")
    return found


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_whatever_people_press_at_the_same_moment_the_list_agrees_with_the_register(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "hold", hesitant(locks.hold))

    found = [wrong for number in range(ROUNDS) for wrong in one_round(number, make_draft(f"round-{number}"), aigul)]

    assert found == []
    assert replay().problems == ()


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_the_race_goes_red_when_the_one_locking_function_holds_nothing(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "hold", hesitant(only_look))

    found = [
        wrong for number in range(CONTROL_ROUNDS) for wrong in one_round(number, make_draft(f"round-{number}"), aigul)
    ]

    assert (
        "an organization was admitted after the closing" in found
        or "the frozen list differs from the register" in found
    )
    assert "somebody signed after the closing" in found
