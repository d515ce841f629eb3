import contextlib
import io
import random

import pikepdf
import pytest
from django.utils import translation
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from letters.printing import keys
from letters.printing.render import render
from letters.printing.sign import _signer, sign
from letters.printing.verify import NotAPdf, NotSigned, verify

ALTERED = "The file was altered after it was signed: its content is not what was signed."
ADDED = "Something was added to the file after it was signed."
UNKNOWN = "The signature was made with a certificate that this site does not know, so anybody may have made it."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def unsigned(make_payload):
    """A printed edition."""
    return render(make_payload("en", signatories=()))


@pytest.fixture
def signed(unsigned, demonstration):
    """A printed and signed edition."""
    return sign(unsigned)


def test_what_was_signed_here_is_valid_to_the_last_byte(signed):
    verdict = verify(signed)

    assert (verdict.valid, verdict.intact, verdict.trusted, verdict.whole_file) == (True, True, True, True)
    assert (verdict.signer, verdict.problems) == (keys.DEMONSTRATION_NAME, ())
    assert verdict.signed_at.tzinfo is not None
    assert verdict.timestamped_at is None


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7])
def test_a_single_altered_byte_is_found_and_named(signed, unsigned, place):
    altered = bytearray(signed)
    altered[int(len(unsigned) * place)] ^= 1

    verdict = verify(bytes(altered))

    assert (verdict.valid, verdict.intact, verdict.problems) == (False, False, (ALTERED,))


def test_an_exchanged_name_is_found_although_the_file_opens(signed):
    assert verify(signed.replace(b"/Creator", b"/Creatur", 1)).problems == (ALTERED,)


def test_anything_added_afterwards_is_found(signed):
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Added"] = writer.add_object(generic.DictionaryObject())
    writer.update_root()
    more = io.BytesIO()
    writer.write(more)

    verdict = verify(more.getvalue())

    assert (verdict.valid, verdict.intact, verdict.whole_file, verdict.problems) == (False, True, False, (ADDED,))


def test_a_signature_of_somebody_else_is_not_ours(unsigned, demonstration):
    stranger = keys._parsed(keys._new_demonstration(), "")
    seal = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    forged = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned)), seal, _signer(stranger)).getvalue()

    verdict = verify(forged)

    assert (verdict.valid, verdict.intact, verdict.trusted, verdict.problems) == (False, True, False, (UNKNOWN,))


def test_where_no_key_is_configured_no_signature_is_trusted(signed, settings):
    settings.DEMONSTRATION = False

    assert verify(signed).problems == (UNKNOWN,)


def test_a_file_saved_again_by_another_program_is_not_taken_for_the_signed_one(signed):
    again = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.save(again)

    assert ALTERED in verify(again.getvalue()).problems


def test_a_file_without_a_signature_is_refused(unsigned):
    with pytest.raises(NotSigned, match="no electronic signature"):
        verify(unsigned)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 2000, b"PK\x03\x04", b"%PDF-1.7", b"%PDF-1.7\nstartxref\n99999\n%%EOF"]
)
def test_what_is_no_pdf_is_refused(content):
    with pytest.raises(NotAPdf, match="not a PDF"):
        verify(content)


def test_no_damage_to_a_file_ends_in_anything_but_a_verdict_or_a_refusal(signed):
    chance = random.Random(7)
    tail = signed.rindex(b"%%EOF", 0, len(signed) - 10)

    for _ in range(150):
        damaged = bytearray(signed)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(tail, len(signed))] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        with contextlib.suppress(NotAPdf, NotSigned):
            assert not verify(bytes(damaged)).valid or bytes(damaged) == signed
