"""A detached seal over any bytes, with the key that signs editions: CMS (RFC 5652), which `openssl cms -verify` checks."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from letters.printing.keys import identity


def seal(content: bytes) -> bytes:
    """The detached signature in DER.

    :raises SigningNotConfigured, SigningKeyUnusable: there is no key that signs.
    """
    ours = identity()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(ours.certificate, ours.key, hashes.SHA256())
    for certificate in ours.chain:
        builder = builder.add_certificate(certificate)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


def certificates() -> bytes:
    """The certificate of the seal and those behind it, as PEM."""
    ours = identity()
    return b"".join(one.public_bytes(Encoding.PEM) for one in (ours.certificate, *ours.chain))
