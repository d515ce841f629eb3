"""PAdES signatures over printed editions: B-B, B-T when a timestamp authority is configured, and B-LT or B-LTA when that is asked for."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    CertificateFetchError,
    CRLFetchError,
    OCSPFetchError,
    PathError,
    ValidationError,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from letters.printing.errors import RevocationUnavailable, SigningKeyUnusable, TimestampUnavailable
from letters.printing.keys import Identity, SealingKey, identity
from letters.printing.seal_field import FIELD, SealedBy, sealed_by

DIGEST = "sha256"
_NO_PICTURE = StaticStampStyle(border_width=0)  # what is seen stands on the page already
TIMESTAMP_TIMEOUT = 10  # seconds
_NO_PROOFS = (
    SigningError,
    PathError,
    ValidationError,
    CertificateFetchError,
    CRLFetchError,
    OCSPFetchError,
    aiohttp.ClientError,
)


class _Signer(signers.SimpleSigner):
    """Signs with the key as it was parsed: pyHanko parses it again for each signature, which costs 0.2 s with RSA."""

    def __init__(self, sealing: Identity) -> None:
        self.sealing_key: SealingKey = sealing.key
        registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple([translated(certificate) for certificate in sealing.chain])
        super().__init__(signing_cert=translated(sealing.certificate), signing_key=None, cert_registry=registry)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """The raw signature over the signed attributes, SHA-256 being the only digest in use."""
        assert digest_algorithm == DIGEST
        if isinstance(self.sealing_key, rsa.RSAPrivateKey):
            return self.sealing_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.sealing_key.sign(data, ec.ECDSA(hashes.SHA256()))


class _Stamper(HTTPTimeStamper):
    """A client of the timestamp authority whose failures are all of one kind."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """A timestamp token (RFC 3161) over the digest.

        :raises TimestampUnavailable: no answer within ten seconds, or no proper one.
        """
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (OSError, ValueError) as failed:
            raise TimestampUnavailable(f"The timestamp authority did not answer properly: {failed}") from failed


def translated(certificate: x509.Certificate) -> Certificate:
    """The certificate as pyHanko wants it."""
    return Certificate.load(certificate.public_bytes(Encoding.DER))


@cache
def _signer(sealing: Identity) -> _Signer:
    return _Signer(sealing)


@cache
def _stamper(url: str) -> _Stamper:
    return _Stamper(url, timeout=TIMESTAMP_TIMEOUT)


def validation() -> ValidationContext:
    """What the certificates of the seal and of the timestamp authority are judged by when proofs of them are put into a file.

    :raises SigningKeyUnusable: SIGNING_ROOTS cannot be read.
    """
    try:
        roots = x509.load_pem_x509_certificates(Path(settings.SIGNING_ROOTS).read_bytes())
    except (OSError, ValueError) as unreadable:
        raise SigningKeyUnusable(f"SIGNING_ROOTS cannot be read: {unreadable}") from unreadable
    return ValidationContext(
        trust_roots=[translated(root) for root in roots],
        other_certs=[translated(one) for one in identity().chain],
        allow_fetching=True,
        revocation_mode="hard-fail",
    )


@contextmanager
def _proofs_wanted() -> Iterator[None]:
    try:
        yield
    except _NO_PROOFS as failed:
        raise RevocationUnavailable(
            f"The proofs for the certificates of a seal are not to be had: {failed}"
        ) from failed


def sealer() -> SealedBy:
    """Who `sign` seals as.

    :raises SigningNotConfigured, SigningKeyUnusable: nobody can.
    """
    return sealed_by(identity())


def sign(pdf: bytes, *, level: str | None = None) -> bytes:
    """Seal a printed edition with a certification signature, after which only further signatures may be added: in the field that was reserved
    for it, else in an invisible one.

    With SIGNING_LEVEL the proofs that its certificates were good are put in behind it (LT), and an archive time stamp over everything (LTA).

    :param level: another one than SIGNING_LEVEL: "", "LT" or "LTA".

    The result keeps PDF/A-3a and PDF/UA-1. Signing twice gives different bytes: the moment and chance are in it.

    :raises SigningNotConfigured: there is no key, and this is no demonstration.
    :raises SigningKeyUnusable: the configured key cannot be read, or its certificate is not valid today.
    :raises TimestampUnavailable: a timestamp authority is configured and does not answer; worth another attempt.
    :raises RevocationUnavailable: nobody says whether a certificate was revoked; worth another attempt.
    """
    level = settings.SIGNING_LEVEL if level is None else level
    seal = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=bool(level),
        use_pades_lta=level == "LTA",
        validation_context=validation() if level else None,
    )
    sealing = identity()
    if not sealing.certificate.not_valid_before_utc <= datetime.now(UTC) <= sealing.certificate.not_valid_after_utc:
        raise SigningKeyUnusable(
            "The certificate of the signing key has run out, or is not valid yet: ask its issuer for a new one."
        )
    stamper = _stamper(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None
    signer = signers.PdfSigner(seal, signer=_signer(sealing), timestamper=stamper, stamp_style=_NO_PICTURE)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    with _proofs_wanted() if level else nullcontext():
        sealed: io.BytesIO = signer.sign_pdf(writer, bytes_reserved=None if stamper else _room_for(sealing))
    return sealed.getvalue()


def renew_archive_stamp(pdf: bytes) -> bytes:
    """Put a new archive time stamp over an edition of level LTA, with the proofs for the one before; nothing else changes.

    :raises TimestampUnavailable, RevocationUnavailable: worth another attempt.
    """
    stamper = signers.PdfTimeStamper(_stamper(settings.TIMESTAMP_URL))
    with _proofs_wanted():
        renewed: Any = stamper.update_archival_timestamp_chain(
            PdfFileReader(io.BytesIO(pdf)), validation(), in_place=False, default_md_algorithm=DIGEST
        )
    content: bytes = renewed.getvalue()
    return content


def stamped_until(pdf: bytes) -> datetime | None:
    """Until when the certificate of the last archive time stamp is valid; None where there is none."""
    stamps = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
    until: datetime | None = stamps[-1].signer_cert.not_valid_after if stamps else None
    return until


def _room_for(sealing: Identity) -> int:
    """Hexadecimal digits that a signature without time stamp fits in; pyHanko would find out by making it twice."""
    certificates = (sealing.certificate, *sealing.chain)
    return 2 * (sum(len(certificate.public_bytes(Encoding.DER)) for certificate in certificates) + 2_500)
