"""Signed data (CMS, RFC 5652) with exactly one signer, as NCALayer makes it: read into plain values, then checked."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms, core, tsp

from signatories.eds import algorithms
from signatories.eds.certificates import Certificate, read_certificate
from signatories.eds.errors import (
    AttributesMissing,
    CertificateMissing,
    NoSigner,
    NotSigned,
    OtherCertificate,
    OtherContent,
    SeveralSigners,
    SignatureWrong,
    TooLarge,
    TooManyCertificates,
    Unreadable,
)
from signatories.eds.reading import Name, comparable, readable, single

MOST_BYTES = 256 * 1024
MOST_CERTIFICATES = 16
MOST_TIMESTAMPS = 4
DATA, SIGNED_DATA, TIMESTAMP_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"

_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
_ARMOUR = re.compile(rb"-----BEGIN (CMS|PKCS7)-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}\s*")


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature with what it came with.

    :param content: what lies in the structure; None when the signature is detached.
    :param attributes: the signed attributes as they were signed (DER, SET OF).
    :param named: digests by which the signature names its certificate: identifier of the digest, digest.
    :param timestamps: tokens over `signature`, unread.
    """

    content_type: str
    content: bytes | None = field(repr=False)
    attributes: bytes = field(repr=False)
    stated_type: str
    message_digest: bytes
    digested_by: str
    signed_by: str
    signature: bytes = field(repr=False)
    named: tuple[tuple[str, bytes], ...]
    issuer_and_serial: tuple[Name, int] | None
    own_key: bytes
    certificates: tuple[Certificate, ...] = field(repr=False)
    timestamps: tuple[bytes, ...] = field(repr=False)

    def certificate(self, *, extra: tuple[Certificate, ...] = ()) -> Certificate:
        """The certificate of the one who signed.

        :param extra: where else it may be.
        :raises CertificateMissing: it is nowhere.
        """
        for one in self.certificates + extra:
            if self.issuer_and_serial == (one.issuer, one.serial) or (self.own_key and self.own_key == one.own_key):
                return one
        raise CertificateMissing

    def check_content(self, content: bytes) -> None:
        """Refuse a signature over anything else than this content.

        :raises OtherContent: another content lies in the structure, or another was digested.
        :raises OldAlgorithm, UnknownAlgorithm: the digest is not known.
        """
        if self.content is not None and self.content != content:
            raise OtherContent
        if self.message_digest != algorithms.digest(self.digested_by, content):
            raise OtherContent

    def check_signature(self, certificate: Certificate) -> None:
        """Refuse a signature that is not this certificate's.

        :raises SignatureWrong: it was made with another key, or something signed was changed.
        :raises OtherCertificate: the signature itself names another certificate.
        :raises OldAlgorithm, UnknownAlgorithm: an algorithm is not known.
        """
        if not algorithms.is_signed(
            self.attributes, self.signature, certificate.key, by=self.signed_by, digested=self.digested_by
        ):
            raise SignatureWrong
        for digested_by, digest in self.named:
            if algorithms.digest_to_name(digested_by, certificate.encoded) != digest:
                raise OtherCertificate


def read(given: bytes) -> Signed:
    """The one signature in what a person sent: DER, base64, or PEM as NCALayer gives it.

    :raises EdsRefused: `TooLarge`, `Unreadable`, `NotSigned`, `NoSigner`, `SeveralSigners`, `TooManyCertificates`,
        `AttributesMissing`.
    """
    if len(given) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES // 1024)
    return read_der(_der(given), content_type=DATA)


def _der(given: bytes) -> bytes:
    """The bytes without armour; what begins as DER is taken for DER."""
    text = given.removeprefix(b"\xef\xbb\xbf").strip()
    armoured = _ARMOUR.fullmatch(text)
    if not armoured and (given[:1] == b"\x30" or not _BASE64.fullmatch(text)):
        return given
    try:
        return base64.b64decode(b"".join((armoured[2] if armoured else text).split()), validate=True)
    except binascii.Error as broken:
        raise Unreadable from broken


def read_der(encoded: bytes, *, content_type: str) -> Signed:
    """The one signature in these bytes, whose content is to be of this type.

    :raises EdsRefused: as `read`.
    """
    with readable():
        outer = cms.ContentInfo.load(encoded, strict=True)
        if outer["content_type"].dotted != SIGNED_DATA:
            raise NotSigned
        body = outer["content"]
        signers = list(body["signer_infos"])
        if not signers:
            raise NoSigner
        if len(signers) > 1:
            raise SeveralSigners
        return _signed(body, signers[0], content_type)


def _signed(body: Any, signer: Any, content_type: str) -> Signed:
    enclosed = body["encap_content_info"]
    if enclosed["content_type"].dotted != content_type:
        raise NotSigned
    if isinstance(signer["signed_attrs"], core.Void):
        raise AttributesMissing
    attributes = _values(signer["signed_attrs"])
    if not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= attributes.keys():
        raise AttributesMissing
    names_issuer = signer["sid"].name == "issuer_and_serial_number"
    sid = signer["sid"].chosen
    signed = Signed(
        content_type=content_type,
        content=_content(enclosed["content"]),
        attributes=signer["signed_attrs"].untag().dump(),
        stated_type=single(attributes[_CONTENT_TYPE]).dotted,
        message_digest=single(attributes[_MESSAGE_DIGEST]).native,
        digested_by=signer["digest_algorithm"]["algorithm"].dotted,
        signed_by=signer["signature_algorithm"]["algorithm"].dotted,
        signature=signer["signature"].native,
        named=_named(attributes),
        issuer_and_serial=(comparable(sid["issuer"]), sid["serial_number"].native) if names_issuer else None,
        own_key=b"" if names_issuer else sid.native,
        certificates=_certificates(body["certificates"]),
        timestamps=_timestamps(signer["unsigned_attrs"]),
    )
    if signed.stated_type != content_type:
        raise OtherContent
    return signed


def _values(listed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for attribute in listed:
        identifier = attribute["type"].dotted
        if identifier in values:
            raise ValueError("An attribute stands in the signature twice.")
        values[identifier] = attribute["values"]
    return values


def _content(enclosed: Any) -> bytes | None:
    if isinstance(enclosed, core.Void):
        return None
    return bytes(enclosed)


def _named(attributes: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """How the signature names its certificate (RFC 5035); the first name is the signer's."""
    named = []
    if _SIGNING_CERTIFICATE in attributes:
        first = single(attributes[_SIGNING_CERTIFICATE])["certs"][0]
        named.append((algorithms.SHA1, first["cert_hash"].native))
    if _SIGNING_CERTIFICATE_V2 in attributes:
        first = single(attributes[_SIGNING_CERTIFICATE_V2])["certs"][0]
        named.append((first["hash_algorithm"]["algorithm"].dotted, first["cert_hash"].native))
    return tuple(named)


def _certificates(listed: Any) -> tuple[Certificate, ...]:
    if isinstance(listed, core.Void):
        return ()
    if len(listed) > MOST_CERTIFICATES:
        raise TooManyCertificates(limit=MOST_CERTIFICATES)
    return tuple(read_certificate(one.chosen.dump()) for one in listed if one.name == "certificate")


def _timestamps(listed: Any) -> tuple[bytes, ...]:
    if isinstance(listed, core.Void):
        return ()
    tokens = [token.dump() for token in _values(listed).get(_TIMESTAMP, ())]
    if len(tokens) > MOST_TIMESTAMPS:
        raise ValueError("More timestamps than anybody needs.")
    return tuple(tokens)


assert tsp.TSTInfo  # its module teaches asn1crypto's CMS the attributes that name a certificate
