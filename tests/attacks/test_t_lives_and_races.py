"""Block T: what happens at the same moment, twice, or after the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from campaign.base import locks
from campaign.base.errors import MoveRefused, Refusal
from campaign.base.models import JournalEntry, RegisterEntry, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import Organization, Representative, Signature
from signatories.services import decision as decisions
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.states import SignatureState
from tests.conftest import NOON, mailed_code, make_person
from tests.signatories.test_race import hesitant, only_look, race

ROUNDS = 15


@pytest.mark.django_db
def test_a_letter_closed_twice_or_opened_again_keeps_one_closing(open_letter: Letter, aigul: User) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)

    with pytest.raises(MoveRefused):
        letters.close_letter(open_letter, by=aigul, at=NOON)
    with pytest.raises(Refusal):
        letters.open_letter(open_letter, by=aigul, at=NOON)

    kinds = list(RegisterEntry.objects.filter(letter=open_letter.uid).values_list("kind", flat=True))
    assert kinds.count("letter.closed") == 1


@pytest.mark.django_db
def test_an_organization_or_a_person_with_signatures_is_deleted_by_nobody(admitted: Callable[..., Signature]) -> None:
    signature = admitted()
    assert signature.person is not None
    assert signature.mandate is not None

    for row in (
        signature.organization,
        signature.person,
        signature.mandate,
        signature.revision,
        signature.revision.letter,
    ):
        with pytest.raises(ProtectedError):
            row.delete()


@pytest.mark.django_db
def test_a_withdrawal_pressed_twice_leaves_one_trace(admitted: Callable[..., Signature]) -> None:
    signature = admitted()
    assert signature.person is not None
    signatures.withdraw(signature, by=signature.person, at=NOON)

    with pytest.raises(MoveRefused):
        signatures.withdraw(signature, by=signature.person, at=NOON)

    assert RegisterEntry.objects.filter(kind="signature.withdrawn").count() == 1


@pytest.mark.django_db
def test_a_decision_form_that_is_sent_again_after_a_withdrawal_admits_nothing(
    admitted: Callable[..., Signature], aigul: User
) -> None:
    signature = admitted()
    assert signature.person is not None
    signatures.withdraw(signature, by=signature.person, at=NOON)

    with pytest.raises(MoveRefused):
        signatures.admit(signature, by=aigul, at=NOON, reason="seen")

    signature.refresh_from_db()
    assert signature.state == SignatureState.WITHDRAWN


def one_round(number: int, letter: Letter, reviewer: User) -> list[str]:
    """Somebody types the code while a reviewer revokes; what came out wrong, in words."""
    organization = Organization.objects.create(
        slug=f"race-{number}", original_language="en", name_en=f"Race {number}", verified_at=NOON - timedelta(days=1)
    )
    people = []
    for name in ("one", "two"):
        person = make_person(f"{name}-{number}@race.example")
        Representative.objects.create(user=person, organization=organization, accepted_at=NOON)
        people.append(person)
    revision = letter.revisions.get()
    started = [
        signatures.start(
            revision,
            organization=organization,
            claim=None,
            email=person.email,
            person_name="A",
            position="B",
            basis="head",
            fingerprint=revision.fingerprint,
            language="en",
            at=NOON,
        )
        for person in people
    ]
    codes = [mailed_code(one) for one in started]
    by_hand = Representative.objects.get(user=people[1])
    race(
        [
            lambda: signatures.confirm(Signature.objects.get(pk=started[0].pk), codes[0], at=NOON),
            lambda: signatures.confirm(Signature.objects.get(pk=started[1].pk), codes[1], at=NOON),
            lambda: representatives.revoke(Representative.objects.get(pk=by_hand.pk), by=reviewer, at=NOON),
            lambda: decisions.revoke_verification(
                Organization.objects.get(pk=organization.pk), reason="Forged.", by=reviewer, at=NOON
            ),
        ]
    )
    return wrongs(started)


def wrongs(started: list[Signature]) -> list[str]:
    found = []
    acts = list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))
    begun = len(acts) - 1 - acts[::-1].index("organization.revoked")
    if "signature.confirmed" in acts[begun:]:
        found.append("somebody signed after the verification was revoked")
    second = Signature.objects.select_related("mandate").get(pk=started[1].pk)
    was_revoked = acts[max(begun - 4, 0) :].count("mandate.revoked") > 0
    if was_revoked and second.mandate is not None and second.mandate.revoked_at is None:
        found.append("a mandate that was revoked stands")
    return found


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_a_verification_or_mandate_revoked_in_the_moment_of_signing_lets_nothing_through(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:

    for module in (signatures, decisions, representatives):
        monkeypatch.setattr(module, "hold", hesitant(locks.hold))
    reviewer = make_person("reviewer@reviewers.example", is_reviewer=True)
    letter = make_draft("race")
    letters.open_letter(letter, by=aigul, at=NOON)

    found = [wrong for number in range(ROUNDS) for wrong in one_round(number, letter, reviewer)]

    assert found == []


@pytest.mark.database
@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_the_race_of_revoking_goes_red_when_the_one_locking_function_holds_nothing(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (signatures, decisions, representatives):
        monkeypatch.setattr(module, "hold", hesitant(only_look))
    reviewer = make_person("reviewer@reviewers.example", is_reviewer=True)
    letter = make_draft("race")
    letters.open_letter(letter, by=aigul, at=NOON)

    found = [wrong for number in range(ROUNDS) for wrong in one_round(number, letter, reviewer)]

    assert "somebody signed after the verification was revoked" in found
