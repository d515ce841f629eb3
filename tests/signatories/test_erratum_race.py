"""A correction, a second one, answers to it and codes that come back, all at the same moment on PostgreSQL."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from campaign.base.models import Mail, RegisterEntry, User
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.audit import disagreements
from signatories.models import ErratumAnswer, Representative, Signature
from signatories.services import erratum
from signatories.services import signature as signatures
from signatories.states import ErratumChoice, Role, SignatureState
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, claim_of, in_three, mailed_code
from tests.signatories.test_race import race

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]

ROUNDS = 8


def columns(year: int) -> dict[str, str]:
    bodies = {language: text.replace("2025", str(year)) for language, text in BODIES.items()}
    return {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", bodies)}


def confirm(signature: int, code: str) -> None:
    signatures.confirm(Signature.objects.get(pk=signature), code, at=NOON)


def correct(letter: int, fingerprint: str, year: int, by: User) -> None:
    erratum.correct(Letter.objects.get(pk=letter), columns(year), TITLES, fingerprint=fingerprint, by=by, at=NOON)


def renew(signature: int, fingerprint: str, person: User) -> None:
    erratum.answer(
        Signature.objects.get(pk=signature),
        ErratumChoice.RENEW,
        fingerprint=fingerprint,
        language="en",
        by=person,
        at=NOON,
    )


def test_of_two_corrections_one_is_made_and_no_code_signs_a_text_that_nobody_saw(
    make_draft: Callable[..., Letter], aigul: User
) -> None:
    for number in range(ROUNDS):
        letter = make_draft(f"round-{number}")
        first = letters.open_letter(letter, by=aigul, at=NOON)
        started = [start(first, number, one) for one in range(6)]
        codes = {one.pk: mailed_code(one) for one in started}
        acts: list[Callable[[], Any]] = [partial(confirm, pk, code) for pk, code in codes.items()]
        acts += [partial(correct, letter.pk, first.fingerprint, year, aigul) for year in (2023, 2024)]
        race(acts)

        assert list(letter.revisions.order_by("number").values_list("number", flat=True)) == [1, 2]
        newest: Any = Revision.objects.get(letter=letter, number=2)
        assert Letter.objects.get(pk=letter.pk).text("body", "en") == newest.texts()["en"]["body"]
        given = set(
            Signature.objects.filter(revision=first, state=SignatureState.CONFIRMED).values_list("email", flat=True)
        )
        asked = set(Mail.objects.filter(template="erratum_asked", to__in=given).values_list("to", flat=True))
        assert asked == given  # whoever signed before the correction was asked, and nobody signed after it unasked


def start(revision: Revision, number: int, one: int) -> Signature:
    return signatures.start(
        revision,
        organization=None,
        claim=claim_of(f"Organization {number} {one}"),
        email=f"head@r{number}-{one}.example",
        person_name="Mira Example",
        position="Director",
        basis="head",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )


def test_two_who_sign_the_corrected_text_at_once_sign_it_once(
    admitted: Callable[..., Signature], open_letter: Letter, aigul: User
) -> None:
    signature = admitted()
    signer: Any = signature.person
    owner = User.objects.create_user("owner@verified.example", language="en")
    Representative.objects.create(user=owner, organization=signature.organization, role=Role.OWNER, accepted_at=NOON)
    for year in range(2015, 2015 + ROUNDS):
        before = open_letter.current_revision().fingerprint
        newest = erratum.correct(open_letter, columns(year), TITLES, fingerprint=before, by=aigul, at=NOON)
        race([partial(renew, signature.pk, newest.fingerprint, person) for person in (signer, owner, signer, owner)])

        assert ErratumAnswer.objects.filter(revision=newest).count() == 1
        assert Signature.objects.get().revision == newest
    assert RegisterEntry.objects.filter(kind="signature.renewed").count() == ROUNDS
    assert list(disagreements()) == []
