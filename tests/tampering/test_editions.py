"""Whatever is done to a sealed file, the check says what became of it, by name."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from letters.printing.judge import Outcome, judge_here
from letters.printing.keys import Identity
from letters.printing.sign import _Signer
from letters.services.checking import Answer, check_file
from tests.conftest import Printed

pytestmark = pytest.mark.django_db


def saved_again(pdf: bytes, change: Callable[[pikepdf.Pdf], None] = lambda _: None) -> bytes:
    """What another program writes that opened the file, changed it and saved it."""
    memory = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(memory)
    return memory.getvalue()


def without_seal(document: pikepdf.Pdf) -> None:
    for field in document.Root.AcroForm.Fields:  # the structure of the page still leads to it
        del field["/V"]
    del document.Root["/AcroForm"]
    del document.Root["/Perms"]
    for page in document.pages:
        if "/Annots" in page:
            del page["/Annots"]


def another_name(document: pikepdf.Pdf) -> None:
    facts = json.loads(document.attachments["signatories.json"].get_file().read_bytes())
    facts["signatories"][0]["name"] = "Somebody Else"
    spec = pikepdf.AttachedFileSpec(document, json.dumps(facts).encode(), filename="signatories.json")
    document.attachments["signatories.json"] = spec


def another_page(document: pikepdf.Pdf) -> None:
    document.add_blank_page()


def with_update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with an incremental update behind it: the sealed bytes stay as they are."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    memory = io.BytesIO()
    writer.write(memory)
    return memory.getvalue()


def turned_page(writer: IncrementalPdfFileWriter) -> None:
    reference, _ = writer.find_page_for_modification(0)
    page = reference.get_object()
    page["/Rotate"] = generic.NumberObject(180)
    writer.mark_update(reference)


def added_object(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Qoltanba"] = writer.add_object(generic.TextStringObject("forged"))
    writer.update_root()


def signed_by_somebody_else(unsigned: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody Else")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    meta = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    signed = signers.PdfSigner(meta, signer=_Signer(Identity(key, certificate, ()))).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(unsigned))
    )
    content: bytes = signed.getvalue()
    return content


def test_the_very_file_is_genuine(printed: Printed) -> None:
    found = check_file(printed.pdf, language="en", at=printed.at)

    assert (found.answer, found.edition) == (Answer.GENUINE, printed.edition)
    assert judge_here(printed.pdf).outcome == Outcome.INTACT


STRUCTURE = (b"%PDF-", b" obj", b"/Type", b"stream", b"endstream", b"/ObjStm", b"/Contents <", b"/ByteRange", b"/Perms")
STRUCTURE += (b"/AcroForm", b"/DocMDP", b"xref", b"startxref", b"%%EOF")


def flipped(pdf: bytes, place: int, bit: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1 << bit]) + pdf[place + 1 :]


def test_a_flipped_bit_at_every_structural_place_is_found(printed: Printed) -> None:
    pdf = printed.pdf
    first = pdf.index(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", first)
    places = {place for word in STRUCTURE for place in (pdf.find(word), pdf.rfind(word)) if place >= 0}
    places |= {
        first,
        first + 1,
        first + 7,
        end - 1,
        end - 200,
        end,
        len(pdf) - 1,
    }  # the seal, its padding, the last byte

    places |= set(range(first, first + 160, 7))  # where the seal says how it is made, which it does not cover

    assert len(places) > 20
    assert [place for place in places if judge_here(flipped(pdf, place, 2)).outcome == Outcome.INTACT] == []


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_anywhere_is_found(printed: Printed, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(printed.pdf) - 1))

    assert judge_here(flipped(printed.pdf, place, data.draw(st.integers(0, 7)))).outcome != Outcome.INTACT


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95, 0.999])
def test_a_truncated_file_is_named_so(printed: Printed, kept: float) -> None:
    assert judge_here(printed.pdf[: int(len(printed.pdf) * kept)]).outcome == Outcome.TRUNCATED


@pytest.mark.parametrize("change", [lambda _: None, another_page, another_name, without_seal])
def test_a_file_that_another_program_saved_is_named_so(printed: Printed, change: Callable[[pikepdf.Pdf], None]) -> None:
    judged = judge_here(saved_again(printed.pdf, change))

    assert (judged.outcome, judged.fingerprint) == (Outcome.SAVED_AGAIN, printed.edition.revision.fingerprint)


@pytest.mark.parametrize("change", [turned_page, added_object])
def test_a_forged_update_behind_the_sealed_bytes_is_named_so(
    printed: Printed, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    assert judge_here(with_update(printed.pdf, change)).outcome == Outcome.ADDED_TO


def test_words_behind_the_end_of_the_file_are_named_so(printed: Printed) -> None:
    assert judge_here(printed.pdf + b"\n<html>forged</html>\n").outcome == Outcome.ADDED_TO


def test_a_changed_digit_in_the_text_is_named_altered(printed: Printed) -> None:
    place = printed.pdf.index(b"/Title")
    changed = printed.pdf[: place + 8] + b"Z" + printed.pdf[place + 9 :]

    assert judge_here(changed).outcome == Outcome.ALTERED


def test_a_letter_that_somebody_else_sealed_is_foreign(printed: Printed) -> None:
    sealed_twice = signed_by_somebody_else(saved_again(printed.pdf, without_seal))

    found = check_file(sealed_twice, language="en", at=printed.at)

    assert (found.answer, found.revision, found.edition) == (Answer.FOREIGN, printed.edition.revision, None)


def test_a_pdf_without_any_seal_and_what_is_no_pdf_are_named_so() -> None:
    empty = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(empty)

    assert judge_here(empty.getvalue()).outcome == Outcome.UNSIGNED
    for content in (b"", b"hello", b"PK\x03\x04" * 50):
        assert judge_here(content).outcome == Outcome.NOT_A_PDF
