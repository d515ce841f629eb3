"""The seal can be seen: a block of words under a signature field, which programs and screen readers find."""

import io
from typing import Any

import pikepdf
import pytest

from letters.printing import keys, sign
from letters.printing.judge import Outcome, judge_here
from letters.printing.render import render
from letters.printing.seal_field import FIELD, sealed_by
from letters.printing.verify import verify
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, run_on

WORDS = {
    "kk": ("Электрондық мөр басылған", "Мөр иесі: DEMONSTRATION", "қолданылу мерзімінің соңы: 20"),
    "ru": ("Скреплено электронной печатью", "Владелец: DEMONSTRATION", "действует до"),
    "en": ("Sealed electronically", "Sealed by: DEMONSTRATION", "valid until"),
}


@pytest.fixture
def _sealing(demonstration: Any, sealing_identity: keys.Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sign", "verify", "judge"):
        monkeypatch.setattr(f"letters.printing.{module}.identity", lambda: sealing_identity)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("_sealing")
def test_the_block_says_who_sealed_and_the_field_holds_the_seal(
    make_payload: Any, sealing_identity: keys.Identity, language: str, tmp_path: Any
) -> None:
    unsigned = render(make_payload(language), seal=sealed_by(sealing_identity))
    pdf = sign.sign(unsigned)

    assert [verapdf.failures(pdf, flavour) for flavour in ("3a", "ua1")] == [[], []]
    assert verify(pdf).problems == ()
    assert judge_here(pdf).outcome == Outcome.INTACT
    said = " ".join(run_on(pdf, "pdftotext", "{}", "-", folder=tmp_path).split())
    assert all(words in said for words in WORDS[language])
    assert f"{sealing_identity.certificate.serial_number:X}" in said.replace(" ", "")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (field,) = document.Root.AcroForm.Fields
        (page,) = [
            page for page in document.pages if any(one.objgen == field.objgen for one in page.get("/Annots", []))
        ]
        left, bottom, right, top = (float(side) for side in field.Rect)
        assert (str(field.T), str(field.FT), "/V" in field) == (FIELD, "/Sig", True)
        assert str(field.TU)
        assert right - left == pytest.approx(89 / 25.4 * 72, abs=1)
        assert 50 < top - bottom < 150
        assert right <= float(page.MediaBox[2])


@pytest.mark.usefixtures("_sealing")
def test_the_field_lies_over_its_words(make_payload: Any, sealing_identity: keys.Identity, tmp_path: Any) -> None:
    pdf = sign.sign(render(make_payload("en"), seal=sealed_by(sealing_identity)))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        (field,) = document.Root.AcroForm.Fields
        number, page = next(
            (number, page)
            for number, page in enumerate(document.pages, start=1)
            if any(one.objgen == field.objgen for one in page.get("/Annots", []))
        )
        left, bottom, right, top = (float(side) for side in field.Rect)
        height = float(page.MediaBox[3])
    box = ["-x", left, "-y", height - top, "-W", right - left, "-H", top - bottom]
    place = [str(round(one)) if isinstance(one, float) else one for one in box]
    inside = run_on(
        pdf, "pdftotext", "-f", str(number), "-l", str(number), "-r", "72", *place, "{}", "-", folder=tmp_path
    )
    assert inside.strip().startswith("Sealed electronically")
    assert "whether the seal holds." in " ".join(inside.split())


def test_who_prints_without_a_seal_gets_no_field_and_no_block(make_payload: Any, tmp_path: Any) -> None:
    pdf = render(make_payload("en"))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/AcroForm" not in document.Root
    assert "Sealed electronically" not in run_on(pdf, "pdftotext", "{}", "-", folder=tmp_path)


def test_a_file_that_waits_for_its_seal_conforms_and_is_the_same_each_time(
    make_payload: Any, sealing_identity: keys.Identity
) -> None:
    first, second = (render(make_payload("kk"), seal=sealed_by(sealing_identity)) for _ in range(2))

    assert first == second
    assert [verapdf.failures(first, flavour) for flavour in ("3a", "ua1")] == [[], []]
