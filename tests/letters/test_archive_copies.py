"""Editions are kept provable: archive time stamps are renewed, and what was put behind a seal since is told apart from tampering."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation.status import SignatureCoverageLevel

from campaign.base import register
from campaign.base.models import RegisterEntry, User
from letters.models import ArchiveCopy, Edition, Letter
from letters.printing.judge import Outcome, judge_here
from letters.services import archive
from letters.services import edition as editions
from letters.services import letter as letters
from letters.services.checking import Answer, check_file, check_hash
from letters.tasks import renew_archive_stamp, renew_archive_stamps
from signatories.models import Signature
from signatories.services.visibility import restrict_visibility
from signatories.states import Visibility
from tests.conftest import Printed, print_edition
from tests.letters.printing.test_long_term import Settle, authority  # noqa: F401  (a fixture)
from tests.letters.printing.test_sign_editions import make_pkcs12
from tests.tampering.test_editions import turned_page, with_update

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamped(
    open_letter: Letter,
    admitted: Callable[..., Signature],
    aigul: User,
    files: Any,
    authority: Settle,  # noqa: F811
) -> Printed:
    """The public edition in English with an archive time stamp, whose authority's certificate ends in 2030."""
    authority(level="LTA")
    now = timezone.now()
    admitted(at=now)
    letters.close_letter(open_letter, by=aigul, at=now)
    return print_edition(Edition.objects.get(recipient=None, language="en"), now)


def countersigned(pdf: bytes, folder: Any, name: str) -> bytes:
    """The file with a signature of this organization behind everything, as any program for PDF puts it there."""
    file = make_pkcs12(folder / f"{name}.p12", ec.generate_private_key(ec.SECP256R1()), name=name)
    signer: Any = signers.SimpleSigner.load_pkcs12(str(file), passphrase=b"secret")
    metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=SigSeedSubFilter.PADES)
    signed: Any = signers.PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    content: bytes = signed.getvalue()
    return content


def test_a_stamp_is_renewed_before_it_runs_out_and_the_edition_stays_as_it_was(stamped: Printed) -> None:
    edition = Edition.objects.get(pk=stamped.edition.pk)
    assert edition.stamped_until == datetime(2030, 1, 1, tzinfo=UTC)
    assert archive.due_for_renewal(at=edition.stamped_until - timedelta(days=91), most=9) == []
    (due,) = archive.due_for_renewal(at=edition.stamped_until - timedelta(days=89), most=9)

    copy = archive.renew(due, at=stamped.at)

    assert copy is not None
    with copy.file.open("rb") as file:
        content = file.read()
    assert content.startswith(stamped.pdf)
    assert hashlib.sha256(content).hexdigest() == copy.sha256
    assert editions.content(Edition.objects.get(pk=edition.pk)) == stamped.pdf
    facts = register.facts_of(RegisterEntry.objects.get(kind="edition.renewed"))
    assert (facts["printed"], facts["sha256"]) == (edition.sha256, copy.sha256)
    for found in (
        check_hash(copy.sha256, language="en", at=stamped.at),
        check_file(content, language="en", at=stamped.at),
    ):
        assert (found.answer, found.edition) == (Answer.GENUINE, edition)


def test_of_two_who_renew_at_once_one_copy_is_kept(stamped: Printed) -> None:
    first, second = (Edition.objects.select_related("revision__letter").get(pk=stamped.edition.pk) for _ in range(2))
    Edition.objects.filter(pk=first.pk).update(stamped_until=stamped.at)
    first.refresh_from_db()
    second.refresh_from_db()

    assert archive.renew(first, at=stamped.at) is not None
    assert archive.renew(second, at=stamped.at) is None
    copy = ArchiveCopy.objects.get()
    assert len(default_storage.listdir(copy.file.name.rpartition("/")[0])[1]) == 2  # the edition and one copy


def test_the_daily_task_hands_out_each_edition_by_itself(stamped: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_out: list[int] = []
    monkeypatch.setattr(renew_archive_stamp, "delay", lambda edition_id: handed_out.append(edition_id))

    renew_archive_stamps()
    assert handed_out == []
    Edition.objects.filter(pk=stamped.edition.pk).update(stamped_until=stamped.at)
    renew_archive_stamps()

    assert handed_out == [stamped.edition.pk]
    renew_archive_stamp(edition_id=stamped.edition.pk)
    assert ArchiveCopy.objects.get().edition == stamped.edition


def test_a_renewal_that_fails_is_told_and_changes_nothing(
    stamped: Printed, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    Edition.objects.filter(pk=stamped.edition.pk).update(stamped_until=stamped.at)
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"

    renew_archive_stamp(edition_id=stamped.edition.pk)

    assert not ArchiveCopy.objects.exists()
    assert f"edition {stamped.edition.pk} was not renewed" in caplog.text


def test_a_list_that_readers_would_take_long_for_gets_one_seal_and_nothing_behind_it(
    stamped: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "MOST_STAMPED", 0)

    one = print_edition(Edition.objects.get(recipient=None, language="ru"), stamped.at)

    (seal,) = PdfFileReader(io.BytesIO(one.pdf)).embedded_signatures
    seal.compute_integrity_info(skip_diff=True)
    assert (one.edition.stamped_until, seal.coverage) == (None, SignatureCoverageLevel.ENTIRE_FILE)
    assert PdfFileReader(io.BytesIO(stamped.pdf)).embedded_timestamp_signatures


def test_a_name_that_is_hidden_leaves_no_archive_copy(
    stamped: Printed, django_capture_on_commit_callbacks: Any
) -> None:
    Edition.objects.filter(pk=stamped.edition.pk).update(stamped_until=stamped.at)
    copy = archive.renew(Edition.objects.select_related("revision__letter").get(pk=stamped.edition.pk), at=stamped.at)
    assert copy is not None
    signature: Any = Signature.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        restrict_visibility(signature, Visibility.COUNTED, by=signature.person, at=stamped.at)

    assert not ArchiveCopy.objects.exists()
    assert not default_storage.exists(copy.file.name)


def test_organizations_sign_further_and_their_order_is_told(stamped: Printed, tmp_path: Any) -> None:
    pdf = countersigned(countersigned(stamped.pdf, tmp_path, "First"), tmp_path, "Second")

    found = check_file(pdf, language="en", at=stamped.at)

    assert (found.answer, found.edition) == (Answer.GENUINE, stamped.edition)
    assert found.judgement is not None
    assert [(one.signer, one.authority) for one in found.judgement.further] == [
        ("First", "Authority"),
        ("Second", "Authority"),
    ]


def test_a_seal_without_time_stamp_is_signed_further_as_well(printed: Printed, tmp_path: Any, client: Client) -> None:
    pdf = countersigned(printed.pdf, tmp_path, "First")
    file = io.BytesIO(pdf)
    file.name = "letter.pdf"

    page = client.post("/en/verify/", {"file": file}).content.decode()

    assert "Genuine" in page
    assert "1. First" in page
    assert "Certificate issued by Authority" in page


@pytest.mark.parametrize("before", [True, False])
def test_what_else_was_added_is_found_before_and_behind_a_further_signature(
    printed: Printed, tmp_path: Any, before: bool
) -> None:
    if before:
        pdf = countersigned(with_update(printed.pdf, turned_page), tmp_path, "First")
    else:
        pdf = with_update(countersigned(printed.pdf, tmp_path, "First"), turned_page)

    assert judge_here(pdf).outcome == Outcome.ADDED_TO
    assert check_file(pdf, language="en", at=printed.at).answer == Answer.ADDED_TO


def test_a_further_signature_that_was_altered_is_found(printed: Printed, tmp_path: Any) -> None:
    pdf = countersigned(printed.pdf, tmp_path, "First")
    at = pdf.rindex(b"/Contents <") + 200
    flipped = pdf[:at] + (b"0" if pdf[at : at + 1] != b"0" else b"1") + pdf[at + 1 :]

    assert judge_here(flipped).outcome == Outcome.ADDED_TO


@pytest.mark.parametrize("words", [b"\n<html>", b"\n<html>\nstartxref\n%d\n%%%%EOF\n"])
def test_words_behind_a_further_signature_are_found(printed: Printed, tmp_path: Any, words: bytes) -> None:
    pdf = countersigned(printed.pdf, tmp_path, "First")
    last = int(pdf.rpartition(b"startxref")[2].split()[0])

    assert judge_here(pdf + (words % last if b"%d" in words else words)).outcome == Outcome.ADDED_TO
