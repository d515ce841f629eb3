"""An annex of consents is printed where the letter wants it: days, ways and entries, and nobody's name but the organizations'."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from campaign.base.models import User
from letters.models import Edition, Letter, SignatoryList
from letters.printing.payload import Payload, Signatory
from letters.printing.render import render
from letters.services import letter as letters
from signatories.models import Signature
from tests.conftest import NOON
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, run_on

WORDS = {"kk": "Қосымша", "ru": "Приложение", "en": "Annex: how the organizations consented"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_annex_is_printed_in_each_language(make_payload: Callable[..., Any], language: str, tmp_path: Path) -> None:
    names = (
        Signatory("One", "", "", 0, "2026-11-20", "online", 15),
        Signatory("Two", "", "", 0, "2026-11-21", "paper", 16),
    )

    pdf = render(make_payload(language, signatories=names))

    text = " ".join(run_on(pdf, "pdftotext", "{}", "-", folder=tmp_path).split())
    assert WORDS[language] in text
    assert "15" in text.partition(WORDS[language])[2]
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [True, False])
def test_closing_freezes_it_where_the_letter_wants_it(
    open_letter: Letter, admitted: Callable[..., Signature], aigul: User, wanted: bool
) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(consent_annex=wanted)
    signature = admitted()
    admitted("hidden@hidden.example", name="Hidden", website="https://hidden.example", visibility="counted")
    letters.close_letter(Letter.objects.get(pk=open_letter.pk), by=aigul, at=NOON)

    (one,) = Payload.from_json(Edition.objects.get(recipient=None, language="en").payload).signatories
    frozen = SignatoryList.objects.get()
    expected = ("2026-11-20", "online", signature.admitted_index) if wanted else ("", "", None)
    assert (one.consented_on, one.source, one.entry) == expected
    assert set(frozen.names["en"][0]) == {"name", "abbreviation", "place"}  # what is fingerprinted stays as it was
    assert signature.person_name not in str(frozen.members)
    assert len(frozen.members.get("consents", {})) == (1 if wanted else 0)
