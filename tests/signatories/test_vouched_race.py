"""An admission of an organization that is only vouched for, against the moment in which its letter ceases to count such."""

from collections.abc import Callable

import pytest

from campaign.base import locks
from campaign.base.models import JournalEntry, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, SignatureState
from tests.conftest import NOON
from tests.signatories.test_race import hesitant, race
from tests.signatories.test_vouched_for import let_vouch

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
    pytest.mark.usefixtures("committed"),
]

NAMES = ("alma", "bulaq", "dala", "kemer", "oazis", "tau")


def test_nobody_is_admitted_after_the_setting_was_taken_back(
    open_letter: Letter, confirmed: Callable[..., Signature], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = []
    for name in NAMES:
        signature = confirmed(f"info@{name}.example", name=name, website=f"https://{name}.example")
        let_vouch(signature.organization)
        evidences.record_by_hand(signature, EvidenceKind.CALL_BACK, detail="by its site", by=aigul, at=NOON)
        waiting.append(signature)
    monkeypatch.setattr(signatures, "hold", hesitant(locks.hold))

    for signature in waiting:
        letters.count_vouched(open_letter, True, by=aigul, at=NOON)
        race(
            [
                lambda one=signature: signatures.admit(one, by=aigul, at=NOON, reason="another"),  # type: ignore[misc]
                lambda: letters.count_vouched(open_letter, False, by=aigul, at=NOON),
            ]
        )

    acts = JournalEntry.objects.filter(
        action__in=["letter.vouched_counted", "letter.vouched_not_counted", "signature.admitted"]
    )
    counts = False
    for act in acts.order_by("pk").values_list("action", flat=True):
        assert counts or act != "signature.admitted"
        counts = act == "letter.vouched_counted" or (counts and act == "signature.admitted")
    assert Letter.objects.get().takes_vouched is False
    assert set(Signature.objects.values_list("state", flat=True)) <= {SignatureState.ADMITTED, SignatureState.CONFIRMED}
