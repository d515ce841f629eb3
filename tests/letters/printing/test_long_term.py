"""Seals that hold for decades: proofs of their certificates enclosed, an archive time stamp over all, renewed before it runs out."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertLabel
from certomancer.registry.config import CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader

from letters.printing.errors import RevocationUnavailable, SigningKeyUnusable
from letters.printing.render import render
from letters.printing.sign import renew_archive_stamp, sign, stamped_until
from letters.printing.verify import verify
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import run_on
from tests.letters.printing.test_sign_editions import serving
from tests.servers import free_port

AUTHORITY = """
external-url-prefix: "http://127.0.0.1:PORT"
keysets:
  local:
    keys:
      root: {path: root.pem}
      stamper: {path: stamper.pem}
      issuer: {path: issuer.pem}
pki-architectures:
  local:
    keyset: local
    entity-defaults: {organization-name: Local authority}
    entities:
      root: {common-name: Local root}
      stamper: {common-name: Local stamper}
      issuer: {common-name: Issuer}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2100-01-01T00:00:00+0000"}
        profiles: [{id: simple-ca, params: {}}]
      stamper:
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2030-01-01T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature]}}
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}}
      issuer:
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2030-01-01T00:00:00+0000"}
        REVOKED
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature, non_repudiation]}}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}}
    services:
      time-stamping:
        stamper: {signing-cert: stamper}
      crl-repo:
        root: {for-issuer: root, simulated-update-schedule: "P1D"}
"""

Settle = Callable[..., None]


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[Settle]:
    """A real authority: it issued the issuer's certificate, stamps time and publishes whom it revoked. Call it to configure the site."""
    folder, port = tmp_path / "authority", free_port()
    folder.mkdir()
    for name in ("root", "stamper", "issuer"):
        key = ec.generate_private_key(ec.SECP256R1())
        (folder / f"{name}.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    running: list[Any] = []

    def settle(*, level: str, revoked: bool = False, lists: bool = True) -> None:
        said = '{revoked-since: "2025-01-01T00:00:00+0000", reason: key_compromise}'
        text = AUTHORITY.replace("PORT", str(port)).replace("REVOKED", f"revocation: {said}" if revoked else "")
        (folder / "authority.yml").write_text(text)
        config = CertomancerConfig.from_file(str(folder / "authority.yml"), key_search_dir=str(folder))
        animator: Any = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)

        def application(environ: Any, start_response: Any) -> Any:
            if not lists and "crls" in environ["PATH_INFO"]:
                start_response("503 x", [])
                return [b""]
            return animator(environ, start_response)

        server = serving(application, port)
        server.__enter__()
        running.append(server)
        arch = next(iter(config.pki_archs.values()))
        (folder / "issuer.p12").write_bytes(arch.package_pkcs12(CertLabel("issuer"), password=b"secret"))
        (folder / "roots.pem").write_bytes(_pem(arch.get_cert(CertLabel("root")).dump()))
        settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = str(folder / "issuer.p12"), "secret"
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{port}/local/tsa/stamper"
        settings.SIGNING_LEVEL, settings.SIGNING_ROOTS = level, str(folder / "roots.pem")

    yield settle
    for server in running:
        server.__exit__(None, None, None)


def _pem(certificate: bytes) -> bytes:
    from cryptography import x509

    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


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
