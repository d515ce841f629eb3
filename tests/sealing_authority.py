"""A real authority for seals, by certomancer: it issues the issuer's certificate, stamps time (RFC 3161) and publishes whom it revoked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertLabel
from certomancer.registry.config import CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers import free_port

PASSWORD = "secret"
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


@dataclass(frozen=True, slots=True)
class Authority:
    """The issuer's key with its certificate (PKCS#12, `PASSWORD`), the roots (PEM), and the address that stamps time."""

    pkcs12: Path
    roots: Path
    timestamps: str


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(application: Any, port: int = 0) -> Iterator[str]:
    """The application's address on this port, or a free one, while it runs."""
    with make_server("127.0.0.1", port, application, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def running_authority(folder: Path, *, revoked: bool = False, lists: bool = True) -> Iterator[Authority]:
    """The authority, with its files in this new folder.

    :param revoked: it took the issuer's certificate back.
    :param lists: it publishes lists of revocations.
    """
    folder.mkdir()
    for name in ("root", "stamper", "issuer"):
        key = ec.generate_private_key(ec.SECP256R1())
        (folder / f"{name}.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    port, said = free_port(), '{revoked-since: "2025-01-01T00:00:00+0000", reason: key_compromise}'
    text = AUTHORITY.replace("PORT", str(port)).replace("REVOKED", f"revocation: {said}" if revoked else "")
    (folder / "authority.yml").write_text(text)
    config = CertomancerConfig.from_file(str(folder / "authority.yml"), key_search_dir=str(folder))
    animator: Any = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)
    arch = next(iter(config.pki_archs.values()))
    (folder / "issuer.p12").write_bytes(arch.package_pkcs12(CertLabel("issuer"), password=PASSWORD.encode()))
    root = x509.load_der_x509_certificate(arch.get_cert(CertLabel("root")).dump())
    (folder / "roots.pem").write_bytes(root.public_bytes(Encoding.PEM))

    def application(environ: Any, start_response: Any) -> Any:
        if not lists and "crls" in environ["PATH_INFO"]:
            start_response("503 x", [])
            return [b""]
        return animator(environ, start_response)

    with serving(application, port) as address:
        yield Authority(folder / "issuer.p12", folder / "roots.pem", f"{address}/local/tsa/stamper")
