"""The verifier that needs nothing of this program finds the same, from the file alone."""

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.utils import timezone

from campaign.base import checkpoints, proofs, register
from campaign.base.checkpoints import key_of
from campaign.base.models import RegisterEntry, User
from campaign.base.replay import replay
from letters.models import Edition, Letter
from letters.printing.keys import identity
from letters.services import enclosure
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import receipt as receipts
from signatories.services.visibility import restrict_visibility
from signatories.states import Visibility
from tests.conftest import Printed, print_edition
from tests.tampering.conftest import SCRIPT
from tests.tampering.test_editions import another_page, saved_again, signed_by_somebody_else, turned_page, with_update
from tests.tampering.test_editions import without_seal as no_seal

pytestmark = pytest.mark.django_db

Spoil = Callable[[dict[str, bytes]], None]


def run(path: Path, *options: str) -> tuple[int, list[str]]:
    """The exit code, and the lines that it says; in a process of its own that knows nothing of this one."""
    command = [sys.executable, "-I", str(SCRIPT), str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def check(verifier: Any) -> Callable[..., list[str]]:
    """Checks bytes of a PDF in this process, which is quicker."""

    def of(pdf: bytes, **options: Any) -> list[str]:
        said: list[str] = []
        verifier.check_seal(pdf, options.get("certificate"), said.append)
        files = verifier.enclosed_files(pdf)
        verifier.check_enclosed(files, options.get("key"), said.append)
        verifier.check_printed(pdf, files, said.append)
        return said

    return of


def test_an_edition_is_checked_with_nothing_but_its_file_key_and_certificate(printed: Printed, tmp_path: Path) -> None:
    file, certificate = tmp_path / "letter.pdf", tmp_path / "issuer.pem"
    file.write_bytes(printed.pdf)
    certificate.write_bytes(identity().certificate.public_bytes(Encoding.PEM))

    code, lines = run(file, "--key", str(checkpoints.public_key()), "--cert", str(certificate))

    assert (code, lines[-1]) == (0, "GOOD: everything above holds.")
    assert "Nothing was altered or added since." in lines
    assert (
        f"The enclosed text in three languages is the one that was signed: {printed.edition.revision.fingerprint}"
        in lines
    )
    assert "Organizations that had signed when the list was frozen: 1; named in public: 1." in lines
    assert "The enclosed names are those that were frozen." in lines
    assert any(line.startswith("The pages show the enclosed text and the names of the table;") for line in lines)
    assert any(line.startswith("Entry 2 is in the register: signature.admitted") for line in lines)
    assert any(line.endswith(": Verified Organization") for line in lines)


def test_another_key_or_certificate_than_the_trusted_one_is_refused(
    printed: Printed, check: Callable[..., list[str]], verifier: Any, tmp_path: Path
) -> None:
    other = str(key_of(Ed25519PrivateKey.generate()))
    file = tmp_path / "letter.pdf"
    file.write_bytes(printed.pdf)

    assert run(file, "--key", other)[0] == 1
    assert run(file, "--key", "nonsense")[0] == 2
    with pytest.raises(verifier.Wrong, match="another certificate"):
        check(printed.pdf, certificate=object())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda pdf: pdf[: len(pdf) // 2], "The end of the file is missing."),
        (lambda pdf: pdf[:-40], "The end of the file is missing."),
        (lambda pdf: saved_again(pdf), "saved again by another program"),
        (lambda pdf: saved_again(pdf, another_page), "saved again by another program"),
        (lambda pdf: saved_again(pdf, no_seal), "carries no seal"),
        (lambda pdf: with_update(pdf, turned_page), "Something was added to the file after it was sealed."),
        (lambda pdf: pdf + b"\n<html>", "Something was added to the file after it was sealed."),
        (lambda pdf: pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:], "The file was altered after it was sealed."),
    ],
)
def test_a_file_that_was_tampered_with_is_named(
    printed: Printed, check: Callable[..., list[str]], verifier: Any, spoil: Any, sentence: str
) -> None:
    with pytest.raises(verifier.Wrong, match=sentence):
        check(spoil(printed.pdf))


def test_the_sealed_part_alone_is_checked_where_something_stands_behind_it(printed: Printed, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(with_update(printed.pdf, turned_page))

    code, lines = run(file, "--sealed-part", "--key", str(checkpoints.public_key()))

    assert code == 0
    assert any("bytes behind the sealed part were not looked at" in line for line in lines)
    file.write_bytes(printed.pdf[:2000] + bytes([printed.pdf[2000] ^ 1]) + printed.pdf[2001:])
    assert run(file, "--sealed-part")[0] == 1


def test_a_letter_that_somebody_else_sealed_is_told_by_its_certificate(
    printed: Printed, check: Callable[..., list[str]], verifier: Any
) -> None:
    forged = signed_by_somebody_else(saved_again(printed.pdf, no_seal))

    assert any("Somebody Else" in line for line in check(forged))
    with pytest.raises(verifier.Wrong, match="another certificate"):
        check(forged, certificate=identity().certificate)


def in_json(files: dict[str, bytes], name: str, change: Callable[[Any], None]) -> None:
    content = json.loads(files[name])
    change(content)
    files[name] = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def rename(files: dict[str, bytes]) -> None:
    in_json(files, "names.json", lambda frozen: frozen["names"]["en"][0].update(name="Somebody Else"))


def rename_in_the_table(files: dict[str, bytes]) -> None:
    in_json(files, "signatories.json", lambda table: table["signatories"][0].update(name="Somebody Else"))


def rename_in_the_receipt(files: dict[str, bytes]) -> None:
    def change(bundle: Any) -> None:
        opened = next(entry for entry in bundle["entries"] if entry["opening"])
        opened["opening"]["names"]["en"] = "Somebody Else"

    in_json(files, "register.json", change)


def another_text(files: dict[str, bytes]) -> None:
    files["letter.json"] = files["letter.json"].replace(b"air", b"war")


def another_count(files: dict[str, bytes]) -> None:
    in_json(files, "register.json", lambda bundle: bundle["signatures"].append(99))


def another_entry(files: dict[str, bytes]) -> None:
    def change(bundle: Any) -> None:
        closed = bundle["entries"][-1]
        closed["leaf"] = closed["leaf"].replace('"count":1', '"count":9')

    in_json(files, "register.json", change)


def an_old_checkpoint(files: dict[str, bytes]) -> None:
    """The head as it was when the letter was opened, signed by the right key."""
    from campaign.base.signed_note import Checkpoint, sign

    root = register.inclusion_proof(0, 1).root
    note = sign(str(Checkpoint(checkpoints.origin(), 1, root)), checkpoints.origin(), checkpoints.private_key())
    in_json(files, "register.json", lambda bundle: bundle.update(checkpoint=note))


def no_proof_of_the_closing(files: dict[str, bytes]) -> None:
    in_json(files, "register.json", lambda bundle: bundle["entries"].pop())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (rename, "The names in the file are not those that were frozen."),
        (rename_in_the_table, "The table of signatories does not hold the names that were frozen."),
        (rename_in_the_receipt, "The names beside entry 2 are not those that it stands for."),
        (another_text, "The text in the file is not the one that was opened for signature and closed."),
        (another_count, "The list of counted signatures is not the one that was frozen."),
        (another_entry, "Entry 3 does not stand in the register in these words."),
        (an_old_checkpoint, "The checkpoint is older than entry 3: it was signed over 1 entries."),
        (no_proof_of_the_closing, "The file holds no proof of an entry letter.closed or letter.addendum."),
    ],
)
def test_what_is_enclosed_is_checked_even_where_a_seal_could_be_made(
    printed: Printed, verifier: Any, spoil: Spoil, sentence: str
) -> None:
    files = verifier.enclosed_files(printed.pdf)
    assert set(files) == {"signatories.csv", "signatories.json", "letter.json", "names.json", "register.json"}

    spoil(files)

    with pytest.raises(verifier.Wrong, match=sentence):
        verifier.check_enclosed(files, str(checkpoints.public_key()), lambda _: None)


def test_the_text_of_another_letter_with_true_proofs_of_its_own_is_found(
    printed: Printed, verifier: Any, make_draft: Callable[..., Letter], aigul: User
) -> None:
    other = letters.open_letter(make_draft("other"), by=aigul, at=timezone.now())
    files = verifier.enclosed_files(printed.pdf)

    files["letter.json"] = other.canonical.encode()
    with pytest.raises(verifier.Wrong, match="not the one that was opened for signature and closed"):
        verifier.check_enclosed(files, str(checkpoints.public_key()), lambda _: None)

    bundle = json.loads(files["register.json"])
    opening = RegisterEntry.objects.filter(kind="letter.opened").latest("index").index
    theirs = proofs.bundle_of({opening: None, bundle["entries"][-1]["index"]: None}, at=timezone.now())
    files["register.json"] = json.dumps(bundle | theirs).encode()
    with pytest.raises(verifier.Wrong, match="not the one that was opened for signature and closed"):
        verifier.check_enclosed(files, str(checkpoints.public_key()), lambda _: None)


@pytest.mark.parametrize("place", [3, -3])
def test_a_bit_of_the_seal_or_of_the_padding_behind_it_is_found(
    printed: Printed, check: Callable[..., list[str]], verifier: Any, place: int
) -> None:
    first = printed.pdf.index(b"/Contents <") + len(b"/Contents <")
    at = first + place if place > 0 else printed.pdf.index(b">", first) + place
    changed = printed.pdf[:at] + bytes([printed.pdf[at] ^ 1]) + printed.pdf[at + 1 :]

    with pytest.raises((verifier.Wrong, ValueError)):
        check(changed)


def test_the_files_that_it_finds_are_those_that_another_reader_of_pdf_finds(printed: Printed, verifier: Any) -> None:
    with pikepdf.open(io.BytesIO(printed.pdf)) as document:
        theirs = {name: document.attachments[name].get_file().read_bytes() for name in document.attachments}

    assert verifier.enclosed_files(printed.pdf) == theirs


def test_the_enclosed_text_is_the_canonical_one_to_the_byte(printed: Printed, verifier: Any) -> None:
    edition = Edition.objects.select_related("revision").get(pk=printed.edition.pk)

    assert verifier.enclosed_files(printed.pdf)["letter.json"].decode() == edition.revision.canonical


def more_than_are_proved(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosure, "MOST_PROVED", 0)


def a_name_that_is_hidden(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    signature: Any = Signature.objects.get()
    restrict_visibility(signature, Visibility.COUNTED, by=signature.person, at=timezone.now())


@pytest.mark.parametrize("without_receipts", [more_than_are_proved, a_name_that_is_hidden])
def test_a_file_without_receipts_of_its_own_is_proved_by_the_frozen_list(
    printed: Printed,
    check: Callable[..., list[str]],
    verifier: Any,
    monkeypatch: pytest.MonkeyPatch,
    without_receipts: Callable[[Printed, pytest.MonkeyPatch], None],
) -> None:
    assert any("signature.admitted" in line for line in check(printed.pdf))
    enclosure._proofs_of.cache_clear()
    without_receipts(printed, monkeypatch)

    one = print_edition(Edition.objects.get(recipient=None, language="ru"), timezone.now())

    said = check(one.pdf)
    bundle = json.loads(verifier.enclosed_files(one.pdf)["register.json"])
    kinds = {json.loads(entry["leaf"])["op"] for entry in bundle["entries"]}
    assert kinds == {"letter.opened", "letter.closed"}
    assert bundle["signatures"] == [Signature.objects.get().admitted_index]
    assert not any("signature.admitted" in line for line in said)
    assert any(line.startswith("Organizations that had signed when the list was frozen: 1") for line in said)


def test_the_proofs_hold_when_all_that_is_known_of_a_person_is_erased(printed: Printed, tmp_path: Path) -> None:
    """Who spoke for an organization, and what would open its entry, stand in tables alone; no proof rests on them."""
    point = checkpoints.sign_checkpoint(at=timezone.now())
    receipt = receipts.receipt_of(Signature.objects.get())
    assert receipt is not None
    (tmp_path / "proof").write_bytes(receipts.as_tlog_proof(receipt))
    (tmp_path / "leaf").write_bytes(receipt.inclusion.leaf)
    (tmp_path / "letter.pdf").write_bytes(printed.pdf)
    signature: Any = Signature.objects.get()
    known = (signature.email, signature.person_name, signature.organization.name_in("en"), signature.salt)
    assert not any(word.encode() in bytes(entry.leaf) for entry in RegisterEntry.objects.all() for word in known)

    User.objects.filter(pk=signature.person_id).update(email="erased@localhost.invalid")
    Signature.objects.update(email="", person_name="", position="", basis_note="", salt="", opening={}, claim={})

    assert replay().problems == ()
    assert run(tmp_path / "letter.pdf", "--key", point.key)[0] == 0
    assert run(tmp_path / "proof", "--key", point.key, "--leaf", str(tmp_path / "leaf"))[0] == 0


def test_receipts_proofs_and_mirrors_are_checked(printed: Printed, tmp_path: Path) -> None:
    point = checkpoints.sign_checkpoint(at=timezone.now())
    receipt = receipts.receipt_of(Signature.objects.get())
    assert receipt is not None
    (tmp_path / "receipt.json").write_bytes(receipts.as_json(receipt))
    (tmp_path / "receipt.tlog-proof").write_bytes(receipts.as_tlog_proof(receipt))
    (tmp_path / "leaf").write_bytes(receipt.inclusion.leaf)
    call_command("publish_register", str(tmp_path / "mirror"), stdout=io.StringIO())
    key = ("--key", point.key)

    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "mirror")
    assert run(tmp_path / "packed.zip", *key) == run(tmp_path / "mirror", *key)
    assert run(tmp_path / "receipt.json")[0] == 0
    assert run(tmp_path / "receipt.tlog-proof", *key, "--leaf", str(tmp_path / "leaf"))[0] == 0
    assert run(tmp_path / "mirror", *key) == (
        0,
        [
            f"Register {checkpoints.origin()}: all {point.size} entries agree with the signed checkpoint.",
            "GOOD: everything above holds.",
        ],
    )
    assert run(tmp_path / "mirror")[0] == 2
    (tmp_path / "leaf").write_bytes(receipt.inclusion.leaf + b" ")
    assert run(tmp_path / "receipt.tlog-proof", *key, "--leaf", str(tmp_path / "leaf"))[0] == 1
    (tmp_path / "receipt.json").write_text("{}")
    assert run(tmp_path / "receipt.json")[0] == 2


def test_without_pdftotext_it_says_that_nobody_compared_the_words(
    printed: Printed, check: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert check(printed.pdf)[-1].startswith("The printed words were not compared")
