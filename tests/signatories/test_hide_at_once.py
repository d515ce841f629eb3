"""Two organizations choose at the same moment, after the closing, to be seen less."""

from collections.abc import Callable

import pytest

from campaign.base import locks
from campaign.base.models import User
from letters.models import Edition, Letter, SignatoryList
from letters.printing.payload import Payload
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import visibility
from signatories.states import Visibility
from tests.conftest import NOON
from tests.signatories.test_race import hesitant, race

ROUNDS = 3


def hiding(signature: Signature) -> Callable[[], None]:
    """The act of who gave this signature."""
    assert signature.person is not None
    person = signature.person
    return lambda: visibility.restrict_visibility(signature, Visibility.COUNTED, by=person, at=NOON)


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_of_two_who_hide_at_once_neither_is_named(
    open_letter: Letter, admitted: Callable[..., Signature], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [
        admitted(f"a@{name}.example", name=f"{name} {name}", website=f"https://{name}.example")
        for name in ("mountain", "river", "steppe", "forest", "desert", "island")
    ]
    letters.close_letter(open_letter, by=aigul, at=NOON)
    monkeypatch.setattr(visibility, "hold", hesitant(locks.hold))

    for pair in range(ROUNDS):
        race([hiding(one) for one in given[2 * pair : 2 * pair + 2]])

    assert SignatoryList.objects.get().hidden == {one.organization.uid: False for one in given}
    payloads = [Payload.from_json(one.payload) for one in Edition.objects.filter(recipient=None)]
    assert [(one.signatories, one.unnamed) for one in payloads] == [((), 6)] * 3
