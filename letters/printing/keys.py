"""The key that seals editions: in a hardware token, from a PKCS#12 file, or in a demonstration made once by the installation itself."""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from letters.printing.errors import SigningKeyUnusable, SigningNotConfigured
from letters.printing.token_key import Token, key_of

DEMONSTRATION_NAME = "DEMONSTRATION of Qoltanba, not a real signature"
DEMONSTRATION_YEARS = 10

SealingKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key with its certificate, and the certificates that stand behind it."""

    key: SealingKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def identity() -> Identity:
    """The identity that this installation signs with; read once by a process.

    :raises SigningNotConfigured: none is configured, and this is no demonstration.
    :raises SigningKeyUnusable: the configured one cannot be read.
    """
    if settings.SIGNING_PKCS11:
        return _in_token(settings.SIGNING_PKCS11, settings.SIGNING_PASSWORD)
    if settings.SIGNING_PKCS12:
        return _read(Path(settings.SIGNING_PKCS12), settings.SIGNING_PASSWORD)
    if not settings.DEMONSTRATION:
        raise SigningNotConfigured(
            "Editions cannot be signed: set SIGNING_PKCS12 to a PKCS#12 file with the issuer's key, and SIGNING_PASSWORD to its password; or SIGNING_PKCS11 to a key in a token."
        )
    return _read(_demonstration_file(Path(settings.VAR_DIR) / "keys"), "")


@cache
def _in_token(uri: str, pin: str) -> Identity:
    token = Token(uri, pin)
    certificate, chain = token.certificates()
    return Identity(key_of(token, certificate.public_key()), certificate, chain)


@cache
def _read(path: Path, password: str) -> Identity:
    try:
        return _parsed(path.read_bytes(), password)
    except (OSError, ValueError) as unreadable:
        raise SigningKeyUnusable(f"SIGNING_PKCS12 cannot be read with SIGNING_PASSWORD: {unreadable}") from unreadable


def _parsed(content: bytes, password: str) -> Identity:
    key, certificate, chain = pkcs12.load_key_and_certificates(content, password.encode() or None)
    if certificate is None or not isinstance(key, SealingKey):
        raise SigningKeyUnusable("SIGNING_PKCS12 must hold an RSA or elliptic curve key together with its certificate.")
    return Identity(key, certificate, tuple(chain))


def _demonstration_file(folder: Path) -> Path:
    """The demonstration's file, made if it is not there. Of two processes at once one makes it and both read the same."""
    path = folder / "demonstration.p12"
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}.p12"
    draft.touch(mode=0o600)
    try:
        draft.write_bytes(_new_demonstration())
        os.link(draft, path)
    except FileExistsError:
        return path
    finally:
        draft.unlink()
    return path


def _new_demonstration() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "DEMONSTRATION"),
            x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION_NAME),
        ]
    )
    start = datetime.now(UTC) - timedelta(days=1)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * DEMONSTRATION_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"demonstration", key, certificate, None, NoEncryption())
