"""Without the site, what stands behind a seal is told apart: time stamps, proofs and unseen signatures pass, and nothing else does."""

import io
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from campaign.base import checkpoints
from letters.printing import keys
from letters.printing.render import render
from letters.printing.seal_field import sealed_by
from letters.printing.sign import renew_archive_stamp, sign
from tests.conftest import Printed
from tests.letters.printing.test_long_term import Settle
from tests.letters.test_archive_copies import countersigned
from tests.tampering.test_editions import added_object, turned_page, with_update
from tests.tampering.test_offline_verifier import run

ADDED = "Something was added to the file after it was sealed"
Name, Text, Number = generic.NameObject, generic.TextStringObject, generic.NumberObject


@pytest.fixture
def check(verifier: Any) -> Callable[[bytes], list[str]]:
    """What is said of a file's seal and of all behind it."""

    def of(pdf: bytes) -> list[str]:
        said: list[str] = []
        verifier.check_seal(pdf, None, said.append)
        return said

    return of


@pytest.fixture
def kept(make_payload: Any, authority: Settle) -> bytes:
    """A sealed file with proofs and archive time stamp."""
    authority(level="LTA")
    return sign(render(make_payload("en", signatories=()), seal=sealed_by(keys.identity())))


def behind(pdf: bytes) -> int:
    """Where the sealed part ends."""
    found = re.search(rb"/ByteRange\s*\[\s*\d+ \d+ (\d+) (\d+)\s*\]", pdf)
    assert found is not None
    return int(found[1]) + int(found[2])


@pytest.mark.parametrize("renewals", [0, 1, 2])
def test_time_stamps_and_their_proofs_pass(kept: bytes, check: Callable[[bytes], list[str]], renewals: int) -> None:
    for _ in range(renewals):
        kept = renew_archive_stamp(kept)

    said = check(kept)

    stamps = [line for line in said if line.startswith("Time stamp over everything before it: 2")]
    assert (len(stamps), said[-1]) == (1 + renewals, "Nothing else was altered or added since.")
    assert all(line.endswith("by CN=Local stamper,O=Local authority") for line in stamps)


def test_signatures_that_show_nothing_pass_in_their_order(
    kept: bytes, check: Callable[[bytes], list[str]], tmp_path: Path
) -> None:
    said = check(renew_archive_stamp(countersigned(countersigned(kept, tmp_path, "First"), tmp_path, "Second")))

    assert [line for line in said if line.startswith("Signed further")] == [
        "Signed further by CN=First",
        "Signed further by CN=Second",
    ]
    assert said[-1] == "Nothing else was altered or added since."


@pytest.mark.django_db
def test_an_edition_for_the_archive_is_good_as_a_whole(stamped: Printed, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(renew_archive_stamp(stamped.pdf))

    code, lines = run(file, "--key", str(checkpoints.public_key()))

    assert (code, lines[-1]) == (0, "GOOD: everything above holds.")
    assert sum(line.startswith("Time stamp over everything before it") for line in lines) == 2


# What else may not be added, to whatever is there


def _page(writer: Any) -> Any:
    reference, _ = writer.find_page_for_modification(0)
    writer.mark_update(reference)
    return reference.get_object()


def another_text(writer: Any) -> None:
    _page(writer)["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))


def text_in_place(writer: Any) -> None:
    content = _page(writer).raw_get("/Contents")
    writer.objects[(content.generation, content.idnum)] = generic.StreamObject(stream_data=b"BT ET")


def other_fonts(writer: Any) -> None:
    resources = _page(writer)["/Resources"]
    resources["/XObject"] = generic.DictionaryObject()
    writer.update_container(resources)


def a_note_on_the_page(writer: Any) -> None:
    note = {"/Type": Name("/Annot"), "/Subtype": Name("/FreeText"), "/Contents": Text("We never signed that")}
    rectangle = generic.ArrayObject([Number(value) for value in (0, 0, 500, 500)])
    page = _page(writer)
    page["/Annots"] = generic.ArrayObject(
        [*page.get("/Annots", ()), writer.add_object(generic.DictionaryObject(note | {"/Rect": rectangle}))]
    )


def another_title(writer: Any) -> None:
    info = writer.root_ref and writer.prev.trailer.raw_get("/Info").get_object()
    info["/Title"] = Text("Another letter")
    writer.update_container(info)


def another_title_in_the_metadata(writer: Any) -> None:
    stream = writer.root["/Metadata"]
    content = stream.data.decode().replace("Free access", "No access")
    assert content != stream.data.decode()
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=content.encode()))
    writer.update_root()


def an_action(writer: Any) -> None:
    action = {"/S": Name("/JavaScript"), "/JS": Text("app.alert(1)")}
    writer.root["/OpenAction"] = generic.DictionaryObject(action)
    writer.update_root()


def other_files(writer: Any) -> None:
    writer.root["/Names"] = generic.DictionaryObject()
    writer.update_root()


def a_form_that_draws_itself(writer: Any) -> None:
    writer.root["/AcroForm"]["/NeedAppearances"] = generic.BooleanObject(True)
    writer.update_root()


def another_field(writer: Any) -> None:
    fields.append_signature_field(writer, fields.SigFieldSpec("Seen", box=(0, 0, 500, 500)))


def nothing_but_an_object(writer: Any) -> None:
    writer.add_object(Text("nobody leads here"))


CHANGES = [
    turned_page,
    added_object,
    another_text,
    text_in_place,
    other_fonts,
    a_note_on_the_page,
    another_title,
    another_title_in_the_metadata,
    an_action,
    other_files,
    a_form_that_draws_itself,
    another_field,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_no_stamp_or_signature_needs_is_found(
    kept: bytes,
    check: Callable[[bytes], list[str]],
    verifier: Any,
    change: Any,
    tmp_path: Path,
) -> None:
    sealed = kept[: behind(kept)]
    for forged in (with_update(sealed, change), with_update(kept, change)):
        with pytest.raises(verifier.Wrong, match=ADDED):
            check(forged)
        with pytest.raises(verifier.Wrong, match=ADDED):  # stamped afterwards it is as wrong
            check(countersigned(forged, tmp_path, "Somebody"))


def test_a_signature_that_is_seen_is_not_waved_through(
    kept: bytes,
    check: Callable[[bytes], list[str]],
    verifier: Any,
    tmp_path: Path,
) -> None:
    countersigned(kept, tmp_path, "Somebody")  # makes the key
    signer: Any = signers.SimpleSigner.load_pkcs12(str(tmp_path / "Somebody.p12"), passphrase=b"secret")
    spec = fields.SigFieldSpec("Seen", box=(0, 0, 500, 500))
    writer = IncrementalPdfFileWriter(io.BytesIO(kept))
    metadata = signers.PdfSignatureMetadata(field_name="Seen")
    pdf: Any = signers.PdfSigner(metadata, signer, new_field_spec=spec).sign_pdf(writer)

    with pytest.raises(verifier.Wrong, match=ADDED):
        check(pdf.getvalue())


# Updates that no program writes


def number_of(pdf: bytes, name: bytes) -> int:
    """The number of the object to which the catalog, or the first page, leads by this name."""
    return int(re.findall(name + rb" (\d+) 0 R", pdf)[-1])


def by_hand(
    pdf: bytes,
    objects: dict[int, bytes],
    *,
    places: dict[int, int] | None = None,
    head: bytes = b"",
    size: int = 1000,
) -> bytes:
    """The file with these objects in an update behind it, whose table leads to them, or elsewhere."""
    update, found = b"", {}
    for number, content in objects.items():
        found[number] = len(pdf) + len(update)
        update += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    found |= places or {}
    found[999] = len(pdf) + len(update)
    rows = zlib.compress(b"".join(struct.pack(">BIH", 1, place, 0) for _, place in sorted(found.items())))
    index = b" ".join(b"%d 1" % number for number in sorted(found))
    previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    root, info = number_of(pdf, b"/Root"), number_of(pdf, b"/Info")
    return (
        b"%s%s999 0 obj\n<</Type /XRef /W [1 4 2] /Index [%s] /Size %d /Root %d 0 R /Info %d 0 R /Prev %s%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (
            pdf,
            update,
            index,
            size,
            root,
            info,
            previous,
            head,
            len(rows),
            rows,
            found[999],
        )
    )


def catalog(pdf: bytes, *more: bytes) -> bytes:
    """The catalog as it stands at last, with something more before it."""
    number = number_of(pdf, b"/Root")
    content = re.findall(rb"\n%d 0 obj\n<<(.*?)>>\nendobj" % number, pdf, re.DOTALL)[-1]
    return b"<<%s %s>>" % (b" ".join(more), content)


def test_an_object_to_which_nothing_leads_passes(kept: bytes, check: Callable[[bytes], list[str]]) -> None:
    """So that the refusals below are for what they change, and not for how it is written."""
    assert check(by_hand(kept, {500: b"(nobody leads here)"}))[-1] == "Nothing else was altered or added since."


def _resources(pdf: bytes) -> int:
    return number_of(pdf, b"/Resources")


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "a table that leads into the attachments": lambda pdf: by_hand(pdf, {}, places={_resources(pdf): 100}),
    "a table that leaves an object out": lambda pdf: by_hand(pdf, {500: b"1"}).replace(b"[500 1", b"[501 1"),
    "resources that are new by a small size": lambda pdf: by_hand(
        by_hand(pdf, {500: b"1"}, size=3), {_resources(pdf): b"<<>>"}
    ),
    "resources for proofs": lambda pdf: by_hand(
        by_hand(
            pdf[: behind(pdf)],
            {number_of(pdf, b"/Root"): catalog(pdf[: behind(pdf)], b"/DSS %d 0 R" % _resources(pdf))},
        ),
        {_resources(pdf): b"<<>>"},
    ),
    "a name in disguise": lambda pdf: by_hand(
        pdf, {number_of(pdf, b"/Root"): catalog(pdf, b"/Open#41ction <</S /JavaScript>>")}
    ),
    "the same name twice": lambda pdf: by_hand(
        pdf, {number_of(pdf, b"/Root"): catalog(pdf, b"/Pages 500 0 R"), 500: b"<</Type /Pages /Kids [] /Count 0>>"}
    ),
    "another root": lambda pdf: by_hand(pdf, {500: b"1"}).replace(b"/Size 1000 /Root ", b"/Size 1000 /Root 1"),
    "an encrypted file": lambda pdf: by_hand(pdf, {500: b"1"}, head=b" /Encrypt 500 0 R"),
    "a table before this one that is another": lambda pdf: by_hand(pdf, {500: b"1"}, head=b"0"),
    "a comment": lambda pdf: by_hand(pdf, {500: b"1 % hidden"}),
    "deep nesting": lambda pdf: by_hand(pdf, {500: b"[" * 100_000}),
    "words behind the end": lambda pdf: pdf + b"We never signed that.",
    "the beginning of an update": lambda pdf: pdf + b"500 0 obj\n1\nendobj\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_updates_written_by_hand_are_found(
    kept: bytes,
    check: Callable[[bytes], list[str]],
    verifier: Any,
    way: str,
) -> None:
    with pytest.raises(verifier.Wrong, match=ADDED):
        check(WAYS[way](kept))


def test_any_byte_before_the_last_stamp_counts(
    kept: bytes,
    check: Callable[[bytes], list[str]],
    verifier: Any,
) -> None:
    pdf = renew_archive_stamp(kept)
    ranges = [[int(one) for one in found] for found in re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)]
    first, second, rest = ranges[-1]
    covered = [*range(behind(pdf), first), *range(second, second + rest)]

    for place in random.Random(7).sample(covered, 150):
        with pytest.raises(verifier.Wrong):
            check(pdf[:place] + bytes([pdf[place] ^ 1 << place % 8]) + pdf[place + 1 :])


def test_a_stamp_over_another_file_is_found(
    kept: bytes,
    check: Callable[[bytes], list[str]],
    verifier: Any,
    make_payload: Any,
) -> None:
    other = sign(render(make_payload("ru", signatories=()), seal=sealed_by(keys.identity())))
    mine, theirs = ([*re.finditer(rb"/Contents <([0-9A-F]+)>", pdf)][-1] for pdf in (kept, other))
    assert len(mine[1]) == len(theirs[1])

    with pytest.raises(verifier.Wrong, match="A time stamp is over something else than this file"):
        check(kept[: mine.start(1)] + theirs[1] + kept[mine.end(1) :])


def test_a_certificate_with_a_key_of_no_kind_is_found(
    kept: bytes, check: Callable[[bytes], list[str]], verifier: Any
) -> None:
    sealed, update = kept[: behind(kept)], kept[behind(kept) :]
    curve = b"2A8648CE3D030107"  # prime256v1, of which one digit is changed
    assert curve in update

    with pytest.raises(verifier.Wrong):
        check(sealed + update.replace(curve, b"2A8648CE3D030177"))


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (b"\x02\x01\x02\x01\x01\x01", {"/Columns": b"2", "/Predictor": b"12"}),  # the second row has another filter
        (b"\x02\x01\x02\x02\x01", {"/Columns": b"2", "/Predictor": b"12"}),  # and here it is cut
        (b"\x02\x01\x02\x02\x01\x01", {"/Columns": b"2", "/Predictor": b"15"}),
        (b"\x02\x01\x02\x02\x01\x01", {"/Columns": b"2", "/Predictor": b"12", "/Colors": b"1"}),
    ],
)
def test_rows_written_as_differences_are_added_up_in_one_way_alone(
    verifier: Any, content: bytes, how: dict[str, bytes]
) -> None:
    right = {"/Columns": b"2", "/Predictor": b"12"}
    assert verifier.added_up(b"\x02\x01\x02\x02\x01\xff", right) == b"\x01\x02\x02\x01"

    with pytest.raises(verifier.Odd):
        verifier.added_up(content, how)
