"""Readers of PDF that others wrote, pyHanko and poppler, say of a file what the offline verifier says."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from letters.printing.judge import Outcome, judge_here
from letters.printing.keys import identity
from letters.printing.sign import translated
from letters.services.checking import Answer, check_file
from tests.conftest import Printed
from tests.letters.test_archive_copies import countersigned
from tests.tampering.test_editions import another_page, saved_again, turned_page, with_update, without_seal

pytestmark = pytest.mark.django_db


def in_the_text(pdf: bytes) -> bytes:
    """The file with one bit of the first page's words changed."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        contents: Any = document.pages[0].obj.Contents
        words = contents.read_raw_bytes()
    assert pdf.count(words) == 1
    place = pdf.index(words) + len(words) // 2
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def one_page_more(writer: IncrementalPdfFileWriter) -> None:
    """A page with words of its own, behind the last."""
    box = generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 595, 842)])
    words = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (We take back all of it.) Tj ET")
    page = {"/Type": generic.NameObject("/Page"), "/MediaBox": box, "/Contents": writer.add_object(words)}
    writer.insert_page(generic.DictionaryObject({generic.NameObject(name): value for name, value in page.items()}))


def good_by_pyhanko(pdf: bytes) -> bool:
    """Whether pyHanko finds the seal whole, made by our certificate, and nothing behind it but what it permits."""
    roots = ValidationContext(trust_roots=[translated(identity().certificate)], allow_fetching=False)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        return bool(signatures) and bool(validate_pdf_signature(signatures[0], roots).bottom_line)
    except (PdfError, ValueError):
        return False


def said_by_poppler(pdf: bytes, folder: Path) -> list[str]:
    """The lines of `pdfsig` on the file's seal, without those on its certificate."""
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    first, _, _ = done.stdout.partition("Signature #2")
    return [line.strip(" -") for line in first.splitlines()]


WHOLE = "Signature Validation: Signature is Valid."
EVERYTHING, A_PART = "Total document signed", "Not total document signed"
WAYS: dict[str, tuple[Callable[[bytes, Path], bytes], bool, list[str]]] = {
    "as it was sealed": (lambda pdf, _: pdf, True, [WHOLE, EVERYTHING]),
    "signed further": (lambda pdf, folder: countersigned(pdf, folder, "First"), True, [WHOLE, A_PART]),
    "a changed bit in the text": (lambda pdf, _: in_the_text(pdf), False, [EVERYTHING]),
    "an update that turns a page": (lambda pdf, _: with_update(pdf, turned_page), False, [WHOLE, A_PART]),
    "an update with one page more": (lambda pdf, _: with_update(pdf, one_page_more), False, [WHOLE, A_PART]),
    "saved again with one page more": (lambda pdf, _: saved_again(pdf, another_page), False, [A_PART]),
    "without its end": (lambda pdf, _: pdf[: len(pdf) * 9 // 10], False, []),
    "without its seal": (lambda pdf, _: saved_again(pdf, without_seal), False, []),
}


def test_of_each_file_they_say_what_the_verifier_says(printed: Printed, verifier: Any, tmp_path: Path) -> None:
    for way, (spoil, good, lines) in WAYS.items():
        pdf = spoil(printed.pdf, tmp_path)
        try:
            verifier.check_seal(pdf, identity().certificate, lambda _: None)
            ours = True
        except verifier.Wrong:
            ours = False

        poppler = said_by_poppler(pdf, tmp_path)

        assert (way, ours, good_by_pyhanko(pdf)) == (way, good, good)
        assert (way, [line for line in (WHOLE, EVERYTHING, A_PART) if line in poppler]) == (way, lines)


def test_a_page_that_an_update_adds_is_told_and_the_letter_is_still_found(printed: Printed) -> None:
    pdf = with_update(printed.pdf, one_page_more)
    with pikepdf.open(io.BytesIO(printed.pdf)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        assert len(after.pages) == len(before.pages) + 1
    assert pdf.startswith(printed.pdf)

    found = check_file(pdf, language="en", at=printed.at)

    assert judge_here(pdf).outcome == Outcome.ADDED_TO
    assert (found.answer, found.revision, found.edition) == (Answer.ADDED_TO, printed.edition.revision, None)


def test_the_seal_certifies_the_file_and_permits_nothing_but_further_signatures(printed: Printed) -> None:
    with pikepdf.open(io.BytesIO(printed.pdf)) as document:
        (seal,) = (field.V for field in document.Root.AcroForm.Fields if "/V" in field)
        (reference,) = seal.Reference

        assert document.Root.Perms.DocMDP.objgen == seal.objgen
        assert (str(reference.TransformMethod), str(reference.TransformParams.Type)) == ("/DocMDP", "/TransformParams")
        assert int(reference.TransformParams.P) == 2
        assert str(reference.TransformParams.V) == "/1.2"
