"""A person is erased by two at the same moment, or while she signs: one of them is second, and nothing is done by halves."""

import contextlib
from collections.abc import Callable

import pytest
from django.core.exceptions import ObjectDoesNotExist

from campaign.base.models import JournalEntry, User
from letters.models import FirstReader, Letter
from signatories.models import Signature
from signatories.services import signature as signatures
from signatories.services.erasure import ErasureRefused, erase_person
from signatories.states import SignatureState
from tests.conftest import NOON, mailed_code
from tests.signatories.test_race import race

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]

EMAIL = "saule@example.net"
ROUNDS = 10


def test_of_two_who_erase_at_once_one_finds_nothing(draft: Letter, aigul: User) -> None:
    for number in range(1, ROUNDS + 1):
        refused: list[str] = []

        def erase(refused: list[str] = refused) -> None:
            try:
                erase_person(EMAIL, at=NOON)
            except ErasureRefused as refusal:
                refused.append(str(refusal))

        FirstReader.objects.create(letter=draft, email=EMAIL, language="kk", invited_by=aigul, expires_at=NOON)
        if number % 2:
            User.objects.create_user(EMAIL)

        race([erase, erase, erase])

        assert [one[:30] for one in refused] == ["Nothing is kept here that coul"] * 2
        assert JournalEntry.objects.filter(action="person.erased").count() == number
        assert not User.objects.filter(email=EMAIL).exists()


def test_who_signs_while_she_is_erased_has_signed_or_is_gone(start: Callable[..., Signature]) -> None:
    for number in range(ROUNDS):
        email = f"saule-{number}@example.net"
        signature = start(email, name=f"Organization {number}")
        code = mailed_code(signature)

        def confirm(signature: Signature = signature, code: str = code) -> None:
            with contextlib.suppress(ObjectDoesNotExist):
                signatures.confirm(Signature.objects.get(pk=signature.pk), code, at=NOON)

        def erase(email: str = email) -> None:
            with contextlib.suppress(ErasureRefused):
                erase_person(email, at=NOON)

        race([confirm, erase])

        signed = Signature.objects.filter(pk=signature.pk).first()
        if signed is None:
            assert not User.objects.filter(email=email).exists()
        else:
            assert (signed.state, signed.person_name) == (SignatureState.CONFIRMED, "Mira Example")
            assert signed.person is not None
            assert (signed.person.email, signed.person.is_active) == (email, True)
