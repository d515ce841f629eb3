"""Seals that hold for decades: proofs of their certificates enclosed, an archive time stamp over all, renewed before it runs out."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from letters.printing.errors import RevocationUnavailable, SigningKeyUnusable
from letters.printing.render import render
from letters.printing.sign import renew_archive_stamp, sign, stamped_until
from letters.printing.verify import verify
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import run_on
from tests.sealing_authority import PASSWORD, running_authority

Settle = Callable[..., None]


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[Settle]:
    """A real authority: it issued the issuer's certificate, stamps time and publishes whom it revoked. Call it to configure the site."""
    with ExitStack() as running:

        def settle(*, level: str, **trouble: bool) -> None:
            found = running.enter_context(running_authority(tmp_path / "authority", **trouble))
            settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = str(found.pkcs12), PASSWORD
            settings.TIMESTAMP_URL = found.timestamps
            settings.SIGNING_LEVEL, settings.SIGNING_ROOTS = level, str(found.roots)

        yield settle


def proofs_in(pdf: bytes) -> tuple[int, int]:
    """How many certificates and revocation lists the file encloses as proofs, and how many archive time stamps it has."""
    reader = PdfFileReader(io.BytesIO(pdf))
    dss = reader.root["/DSS"]
    return len(dss.get("/Certs", ())) + len(dss.get("/CRLs", ())), len(reader.embedded_timestamp_signatures)


@pytest.mark.parametrize(("level", "stamps"), [("LT", 0), ("LTA", 1)])
def test_the_proofs_are_in_the_file_and_it_stays_archivable_and_accessible(
    make_payload: Any, authority: Settle, tmp_path: Path, level: str, stamps: int
) -> None:
    authority(level=level)

    pdf = sign(render(make_payload()))

    proofs, found = proofs_in(pdf)
    assert proofs >= 3  # two certificates or more, and who was revoked
    assert found == stamps
    assert verify(pdf).problems == ()
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])
    assert "Signature is Valid" in run_on(pdf, "pdfsig", "-nocert", "{}", folder=tmp_path)


def test_an_archive_stamp_is_renewed_without_touching_anything_before_it(make_payload: Any, authority: Settle) -> None:
    authority(level="LTA")
    pdf = sign(render(make_payload()))

    renewed = renew_archive_stamp(pdf)

    assert renewed.startswith(pdf)
    assert proofs_in(renewed)[1] == 2
    assert stamped_until(renewed) == datetime(2030, 1, 1, tzinfo=UTC)
    assert verify(renewed).problems == ()
    assert (verapdf.failures(renewed, "3a"), verapdf.failures(renewed, "ua1")) == ([], [])


def test_what_was_added_besides_is_found(make_payload: Any, authority: Settle) -> None:
    from tests.tampering.test_editions import turned_page, with_update

    authority(level="LTA")
    pdf = sign(render(make_payload()))

    verdict = verify(with_update(pdf, turned_page))

    assert (verdict.intact, verdict.whole_file) == (True, False)


@pytest.mark.parametrize("trouble", [{"revoked": True}, {"lists": False}])
def test_without_proofs_nothing_goes_out(make_payload: Any, authority: Settle, trouble: dict[str, bool]) -> None:
    authority(level="LT", **trouble)

    with pytest.raises(RevocationUnavailable):
        sign(render(make_payload(signatories=())))


def test_roots_that_cannot_be_read_are_named(make_payload: Any, authority: Settle, settings: Any) -> None:
    authority(level="LT")
    settings.SIGNING_ROOTS = "/nowhere.pem"

    with pytest.raises(SigningKeyUnusable, match="SIGNING_ROOTS"):
        sign(render(make_payload(signatories=())))
