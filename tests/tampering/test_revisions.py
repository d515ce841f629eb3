"""A letter that was corrected while it was signed: its texts cannot be exchanged for one another, in a file or in the tables."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from campaign.base import checkpoints
from campaign.base.models import User
from letters.models import Edition, Letter, Revision
from letters.services import letter as letters
from signatories.audit import disagreements
from signatories.models import Signature
from signatories.services import erratum
from signatories.states import ErratumChoice
from tests.conftest import BODIES, SUMMARIES, TITLES, Printed, in_three, print_edition
from tests.tampering.test_offline_verifier import in_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(
    open_letter: Letter, admitted: Callable[..., Signature], aigul: User, files: Any, settings: Any, tmp_path: Any
) -> Printed:
    """A public edition in English of a corrected letter: one signatory signed the correction, too, the other the first text alone."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    now = timezone.now()
    signatures = [
        admitted(at=now),
        admitted("mira@second.example", name="Second", website="https://second.example", at=now),
    ]
    bodies = {language: text.replace("2025", "2024") for language, text in BODIES.items()}
    columns = {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", bodies)}
    before = open_letter.current_revision().fingerprint
    newest = erratum.correct(open_letter, columns, TITLES, fingerprint=before, by=aigul, at=now)
    person: Any = signatures[0].person
    said = {"fingerprint": newest.fingerprint, "language": "en", "by": person, "at": now}
    erratum.answer(signatures[0], ErratumChoice.RENEW, **said)
    letters.close_letter(open_letter, by=aigul, at=now)
    return print_edition(Edition.objects.get(recipient=None, language="en"), now)


def check(verify: Any, enclosed: dict[str, bytes]) -> list[str]:
    said: list[str] = []
    verify.check_enclosed(enclosed, str(checkpoints.public_key()), said.append)
    return said


def first_text(enclosed: dict[str, bytes]) -> None:
    enclosed["letter.json"] = Revision.objects.get(number=1).canonical.encode()


def without_the_correction(enclosed: dict[str, bytes]) -> None:
    def change(bundle: Any) -> None:
        bundle["entries"] = [one for one in bundle["entries"] if '"letter.erratum"' not in one["leaf"]]

    in_json(enclosed, "register.json", change)


def first_text_alone(enclosed: dict[str, bytes]) -> None:
    first_text(enclosed)
    without_the_correction(enclosed)


def everybody_signed_the_printed_text(enclosed: dict[str, bytes]) -> None:
    in_json(enclosed, "signatories.json", lambda table: [row.update(revision=2) for row in table["signatories"]])


def nobody_kept_the_first_text(enclosed: dict[str, bytes]) -> None:
    in_json(enclosed, "names.json", lambda frozen: [row.pop("revision", None) for row in frozen["names"]["en"]])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (first_text, "The text in the file is not the one that was opened for signature and closed."),
        (without_the_correction, "The text in the file is not the one that was opened for signature and closed."),
        (first_text_alone, "The text in the file is not the one that was opened for signature and closed."),
        (everybody_signed_the_printed_text, "The table of signatories does not hold the names that were frozen."),
        (nobody_kept_the_first_text, "The names in the file are not those that were frozen."),
    ],
)
def test_one_text_is_not_taken_for_the_other(
    corrected: Printed,
    verifier: Any,
    spoil: Callable[[dict[str, bytes]], None],
    sentence: str,
) -> None:
    enclosed = verifier.enclosed_files(corrected.pdf)
    said = check(verifier, enclosed)
    assert any("letter.erratum" in line for line in said)
    assert any("signature.renewed" in line and line.endswith("Verified Organization") for line in said)
    assert [row.get("revision") for row in json.loads(enclosed["names.json"])["names"]["en"]] == [1, None]

    spoil(enclosed)

    with pytest.raises(verifier.Wrong, match=sentence):
        check(verifier, enclosed)


def test_a_signature_that_is_moved_to_the_other_text_in_the_tables_is_found(corrected: Printed) -> None:
    assert list(disagreements()) == []
    kept = Signature.objects.get(organization__name_en="Second")
    Signature.objects.filter(pk=kept.pk).update(revision=Revision.objects.get(number=2))

    assert [line for line in disagreements() if f"Signature {kept.pk} was changed" in line]
