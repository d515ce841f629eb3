"""Codes that arrive at the same moment: guesses, a double click, one person for two organizations."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from campaign.base.errors import Refusal
from campaign.base.models import JournalEntry, User
from signatories.errors.code import CodeExhausted, CodeWrong
from signatories.errors.signature import AlreadySigned
from signatories.models import Representative, Signature
from signatories.services import signature as signatures
from tests.conftest import NOON, mailed_code

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]


def at_once(codes: list[tuple[Signature, str]]) -> list[type[Refusal] | None]:
    """Confirm all at the same moment, each in a connection of its own; who was refused and how."""
    barrier, answers = threading.Barrier(len(codes)), []

    def confirm(pk: int, code: str) -> None:
        try:
            signature = Signature.objects.select_related("revision__letter", "organization").get(pk=pk)
            barrier.wait()
            signatures.confirm(signature, code, at=NOON)
            answers.append(None)
        except Refusal as refusal:
            answers.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[signature.pk, code]) for signature, code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_guessing_in_parallel_gains_nothing(start: Callable[..., Signature]) -> None:
    signature = start()

    answers = at_once([(signature, "00000000")] * 16)

    assert answers.count(CodeWrong) == 9
    assert answers.count(CodeExhausted) == 7
    signature.refresh_from_db()
    assert (signature.state, signature.code_attempts) == ("started", 10)


def test_a_double_click_signs_once(start: Callable[..., Signature]) -> None:
    signature = start()
    code = mailed_code(signature)

    answers = at_once([(signature, code)] * 4)

    assert sorted(answers, key=str) == [AlreadySigned] * 3 + [None]
    assert JournalEntry.objects.filter(action="signature.confirmed").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_a_new_person_signs_for_two_organizations_at_the_same_moment(start: Callable[..., Signature], _: int) -> None:
    claims = []
    for name in ("First Initiative", "Second Initiative"):
        claim = start("mira@unverified.example", name=name)
        claims.append((claim, mailed_code(claim)))

    answers = at_once(claims)

    assert answers == [None, None]
    assert User.objects.filter(email="mira@unverified.example").count() == 1
    assert Representative.objects.count() == 2
