"""Which digests, keys and signatures are known, by their object identifiers, and how they are computed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signatories.eds import gost
from signatories.eds.errors import OldAlgorithm, UnknownAlgorithm
from signatories.eds.states import Algorithm
from signatories.eds.streebog import streebog512

STREEBOG = "1.2.398.3.10.1.3.3"
SHA1, SHA256, SHA384, SHA512 = (
    "1.3.14.3.2.26",
    "2.16.840.1.101.3.4.2.1",
    "2.16.840.1.101.3.4.2.2",
    "2.16.840.1.101.3.4.2.3",
)
GOST_KEY = "1.2.398.3.10.1.1.2.2"
GOST_CURVE = "1.2.398.3.10.1.1.2.2.1"
GOST_SIGNATURE = "1.2.398.3.10.1.1.2.3.2"
RSA_KEY = "1.2.840.113549.1.1.1"
OLD_GOST = ("1.2.398.3.10.1.1.1", "1.2.398.3.10.1.3.1")  # GOST 34.310-2004 and its digest, with all below them
RSA_BITS = range(2048, 8193)

_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    STREEBOG: streebog512,
    SHA256: lambda message: hashlib.sha256(message).digest(),
    SHA384: lambda message: hashlib.sha384(message).digest(),
    SHA512: lambda message: hashlib.sha512(message).digest(),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {SHA256: hashes.SHA256(), SHA384: hashes.SHA384(), SHA512: hashes.SHA512()}
_SIGNATURES = {  # a signature's identifier: the key and the digest that it needs
    GOST_SIGNATURE: (Algorithm.GOST, STREEBOG),
    "1.2.840.113549.1.1.11": (Algorithm.RSA, SHA256),
    "1.2.840.113549.1.1.12": (Algorithm.RSA, SHA384),
    "1.2.840.113549.1.1.13": (Algorithm.RSA, SHA512),
}
_KEYS_AS_SIGNATURES = {GOST_KEY: Algorithm.GOST, RSA_KEY: Algorithm.RSA}  # the digest is then said beside it


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as a certificate states it.

    :param algorithm: the identifier of the key's kind; `curve` of its parameters, where it has any.
    :param bits: what the bit string holds.
    :param encoded: the whole SubjectPublicKeyInfo.
    """

    algorithm: str
    curve: str
    bits: bytes
    encoded: bytes


def refuse_algorithm(identifier: str) -> UnknownAlgorithm | OldAlgorithm:
    """The refusal for what is not known, with its own sentence for the old GOST."""
    if any(identifier == old or identifier.startswith(f"{old}.") for old in OLD_GOST):
        return OldAlgorithm()
    return UnknownAlgorithm(name=identifier)


def digest(identifier: str, message: bytes) -> bytes:
    """The message's digest.

    :raises OldAlgorithm, UnknownAlgorithm: the identifier names no digest that is known and safe.
    """
    if identifier not in _DIGESTS:
        raise refuse_algorithm(identifier)
    return _DIGESTS[identifier](message)


def digest_to_name(identifier: str, message: bytes) -> bytes:
    """The digest where it only names a thing that is protected otherwise, so that SHA-1 may serve, too.

    :raises OldAlgorithm, UnknownAlgorithm: as `digest`.
    """
    if identifier == SHA1:
        return hashlib.sha1(message, usedforsecurity=False).digest()
    return digest(identifier, message)


def algorithm_of(key: PublicKey) -> Algorithm:
    """The kind of the key.

    :raises OldAlgorithm, UnknownAlgorithm: the key, its curve or its size is of no known and safe kind.
    """
    if key.algorithm == GOST_KEY and key.curve == GOST_CURVE:
        return Algorithm.GOST
    if key.algorithm == RSA_KEY:
        return Algorithm.RSA
    raise refuse_algorithm(key.algorithm if key.algorithm != GOST_KEY else key.curve or GOST_KEY)


def is_signed(message: bytes, signature: bytes, key: PublicKey, *, by: str, digested: str = "") -> bool:
    """Whether the signature over the message is the key's.

    :param by: the identifier of the signature's algorithm.
    :param digested: the identifier of the digest, where it is said beside the algorithm (as CMS does).
    :raises OldAlgorithm, UnknownAlgorithm: an algorithm, or a pair of them, is not known or not safe.
    """
    if by in _KEYS_AS_SIGNATURES:
        needed = (_KEYS_AS_SIGNATURES[by], digested)
    elif by in _SIGNATURES:
        needed = _SIGNATURES[by]
    else:
        raise refuse_algorithm(by)
    kind = algorithm_of(key)
    if needed[0] != kind or (digested and digested != needed[1]):
        raise UnknownAlgorithm(name=f"{by}, {digested or key.algorithm}")
    return _is_gost(message, signature, key) if kind == Algorithm.GOST else _is_rsa(message, signature, key, needed[1])


def _is_gost(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """The bit string holds an octet string (RFC 9215, 4.3), the curve leaves it no choice of length: 128 bytes."""
    if key.bits[:3] != b"\x04\x81\x80":
        return False
    try:
        point = gost.read_key(key.bits[3:])
    except ValueError:
        return False
    return gost.is_signed(message, signature, point)


def _is_rsa(message: bytes, signature: bytes, key: PublicKey, digested: str) -> bool:
    if digested not in _HASHES:
        raise refuse_algorithm(digested)
    try:
        loaded = load_der_public_key(key.encoded)
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(loaded, RSAPublicKey) or loaded.key_size not in RSA_BITS:
        raise UnknownAlgorithm(name=f"{key.algorithm}, {getattr(loaded, 'key_size', 0)}")
    try:
        loaded.verify(signature, message, PKCS1v15(), _HASHES[digested])
    except InvalidSignature:
        return False
    return True
