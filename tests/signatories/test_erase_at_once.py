"""Two operators erase the same person at the same moment: one does it, the other is told that there is nothing."""

import pytest

from campaign.base.models import JournalEntry, User
from letters.models import FirstReader, Letter
from signatories.services.erasure import ErasureRefused, erase_person
from tests.conftest import NOON
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
