"""Seals that hold for decades: proofs of their certificates enclosed, an archive time stamp over all, renewed before it runs out."""

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from letters.printing.errors import RevocationUnavailable, SigningKeyUnusable
from letters.printing.render import render
from letters.printing.sign import renew_archive_stamp, sign, stamped_until, translated
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


def as_archive(pdf: bytes, roots: Path) -> AdESLTAValidationResult:
    """What ETSI EN 319 102-1, 5.6.3 comes to for the seal, by these roots and the proofs in the file alone: nothing is fetched."""
    trusted = [translated(root) for root in x509.load_pem_x509_certificates(roots.read_bytes())]
    policy = CertValidationPolicySpec(
        SimpleTrustManager.build(trust_roots=trusted), CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    gathering = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, revinfo_gathering_policy=gathering))
    (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    return asyncio.run(ades_lta_validation(seal, spec))


def test_an_edition_for_the_archive_is_one_by_the_european_procedure_and_without_its_stamp_it_is_none(
    make_payload: Any, authority: Settle, settings: Any
) -> None:
    authority(level="LTA")
    printed, roots = render(make_payload("en", signatories=())), Path(settings.SIGNING_ROOTS)
    kept = sign(printed)

    for pdf in (kept, renew_archive_stamp(kept)):
        found = as_archive(pdf, roots)
        assert (found.ades_subindic, found.api_status.bottom_line) == (AdESPassed.OK, True)
        assert found.signature_timestamp_status is not None
        assert found.signature_timestamp_status.ades_subindic == AdESPassed.OK
        assert found.oldest_evidence_record_timestamp is not None
    assert as_archive(sign(printed, level="LT"), roots).ades_subindic == AdESIndeterminate.NO_POE


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
