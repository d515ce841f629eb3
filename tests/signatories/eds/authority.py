"""A certification authority of our own, laid out as Kazakhstan's: keys, certificates, lists, answers, timestamps, signatures.

Structures are put together byte by byte, so that each can also be made wrong in just one place.
"""

import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import core, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from signatories.eds import gost
from signatories.eds.streebog import streebog512

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
NUMBER = "123456789021"  # as in the test certificates of the National Certification Authority: no valid check digit
IIN = "123456789011"

STREEBOG, SHA256, SHA1 = "1.2.398.3.10.1.3.3", "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26"
GOST, RSA, OLD_GOST = "1.2.398.3.10.1.1.2.3.2", "1.2.840.113549.1.1.11", "1.2.398.3.10.1.1.1.2"
SIGN, MAY_SIGN, AUTHENTICATE = "1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.2.2", "1.3.6.1.5.5.7.3.2"
PERSON, ORGANIZATION, HEAD = "1.2.398.3.3.4.1.1", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1"
EMPLOYEE = "1.2.398.3.3.4.1.2.5"
STAMP, ANSWER = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"
DATA, SIGNED, STAMPED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
NAMED, NAMED_V2, TIMESTAMP = (f"1.2.840.113549.1.9.16.2.{number}" for number in (12, 47, 14))
SIGNING_USAGE, AUTHENTICATION_USAGE, AUTHORITY_USAGE = 0xC0, 0xA0, 0x06  # the bits of RFC 5280, from the left


def tlv(tag: int, *parts: bytes) -> bytes:
    """A value of ASN.1 in DER."""
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    return tlv(0x31, *sorted(parts))


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def bits(content: bytes) -> bytes:
    return tlv(0x03, b"\0", content)


def oid(dotted: str) -> bytes:
    return core.ObjectIdentifier(dotted).dump()


def integer(number: int) -> bytes:
    return core.Integer(number).dump()


def time(moment: datetime) -> bytes:
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def algorithm(dotted: str) -> bytes:
    return sequence(oid(dotted), tlv(0x05))


@dataclass(frozen=True)
class GostKey:
    """A key by GOST 34.10-2015; signing lives here, for the product only checks."""

    secret: int
    digested: str = STREEBOG
    signs: str = GOST

    @property
    def information(self) -> bytes:
        x, y = self.point
        encoded = x.to_bytes(64, "little") + y.to_bytes(64, "little")
        parameters = sequence(oid("1.2.398.3.10.1.1.2.2.1"), oid(STREEBOG))
        return sequence(sequence(oid("1.2.398.3.10.1.1.2.2"), parameters), bits(octets(encoded)))

    @property
    def point(self) -> gost.Affine:
        return multiple(self.secret)

    def sign(self, message: bytes) -> bytes:
        digest = int.from_bytes(streebog512(message), "little") % gost.ORDER or 1
        once = random.Random(message + self.secret.to_bytes(64, "big")).randrange(1, gost.ORDER)
        r = multiple(once)[0] % gost.ORDER
        s = (r * self.secret + once * digest) % gost.ORDER
        return r.to_bytes(64, "little") + s.to_bytes(64, "little")


@dataclass(frozen=True)
class RsaKey:
    """An RSA key."""

    secret: rsa.RSAPrivateKey
    digested: str = SHA256
    signs: str = RSA

    @property
    def information(self) -> bytes:
        return self.secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        return self.secret.sign(message, PKCS1v15(), hashes.SHA256())


Key = GostKey | RsaKey


def multiple(number: int) -> gost.Affine:
    """So many times the generator."""
    [point] = gost._divided([gost._sum(number, 0, gost.GENERATOR)])
    return point


@cache
def gost_key(name: str) -> GostKey:
    """The same key for the same name."""
    return GostKey(random.Random(name).randrange(1, gost.ORDER))


@cache
def rsa_key(name: str, size: int = 2048) -> RsaKey:
    """The same key for the same name, as long as the tests run."""
    return RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=size))


def make_name(*parts: tuple[str, str]) -> bytes:
    """A distinguished name; country and serial number as PrintableString, the rest as UTF8String."""
    printable = {"2.5.4.6", "2.5.4.5"}
    return sequence(
        *(set_of(sequence(oid(kind), tlv(0x13 if kind in printable else 0x0C, text.encode()))) for kind, text in parts)
    )


def authority_name(name: str) -> bytes:
    return make_name(("2.5.4.3", name), ("2.5.4.6", "KZ"))


def person_name(number: str = NUMBER, organization: str = "«Үлгі» қоғамдық қоры") -> bytes:
    """The subject of a person who speaks for an organization; without a number, of a private person."""
    parts = [("2.5.4.3", "ҮЛГІЛІ ДАНИЯР"), ("2.5.4.4", "ҮЛГІЛІ"), ("2.5.4.5", f"IIN{IIN}"), ("2.5.4.6", "KZ")]
    if organization:
        parts.append(("2.5.4.10", organization))
    if number:
        parts.append(("2.5.4.11", f"BIN{number}"))
    return make_name(*parts, ("2.5.4.42", "МЫСАЛҰЛЫ"))


def extension(identifier: str, value: bytes, *, critical: bool = False) -> bytes:
    return sequence(oid(identifier), *([tlv(0x01, b"\xff")] if critical else []), octets(value))


def usage(flags: int) -> bytes:
    unused = (flags & -flags).bit_length() - 1
    return extension("2.5.29.15", tlv(0x03, bytes([unused, flags])), critical=True)


def purposes(*identifiers: str, critical: bool = False) -> bytes:
    return extension("2.5.29.37", sequence(*map(oid, identifiers)), critical=critical)


def constraints(length: int | None = None) -> bytes:
    limit = [] if length is None else [integer(length)]
    return extension("2.5.29.19", sequence(tlv(0x01, b"\xff"), *limit), critical=True)


def own_key(key: Key) -> bytes:
    return extension("2.5.29.14", octets(hashlib.sha1(key.information).digest()))


def issuers_key(key: Key) -> bytes:
    return extension("2.5.29.35", sequence(tlv(0x80, hashlib.sha1(key.information).digest())))


@dataclass(frozen=True)
class Holder:
    """A key with its certificate."""

    key: Key
    name: bytes
    certificate: bytes
    serial: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.certificate).hexdigest()


def certify(
    key: Key,
    name: bytes,
    *,
    by: Holder | None = None,
    extensions: Iterable[bytes] = (),
    serial: int = 0,
    begins: datetime = NOON - YEAR,
    ends: datetime = NOON + YEAR,
    issuer_name: bytes = b"",
    issuer_key: Key | None = None,
) -> Holder:
    """A certificate for this key, signed by the holder above, or by itself."""
    signer = issuer_key or (by.key if by else key)
    serial = serial or int.from_bytes(hashlib.sha256(name + key.information).digest()[:19], "big")
    body = sequence(
        tlv(0xA0, integer(2)),
        integer(serial),
        algorithm(signer.signs),
        issuer_name or (by.name if by else name),
        sequence(time(begins), time(ends)),
        name,
        key.information,
        tlv(0xA3, sequence(*extensions)),
    )
    return Holder(key, name, sequence(body, algorithm(signer.signs), bits(signer.sign(body))), serial)


def make_authority(name: str, key: Key, *, by: Holder | None = None, length: int | None = None, **more) -> Holder:
    """An authority: a root, or one below another."""
    extensions = [constraints(length), usage(AUTHORITY_USAGE), own_key(key)]
    if by:
        extensions.append(issuers_key(by.key))
    return certify(key, authority_name(name), by=by, extensions=extensions, **more)


def make_person(
    key: Key,
    *,
    by: Holder,
    roles: Iterable[str] = (ORGANIZATION, HEAD),
    uses: Iterable[str] = (SIGN,),
    flags: int = SIGNING_USAGE,
    name: bytes = b"",
    more: Iterable[bytes] = (),
    **rest,
) -> Holder:
    """Somebody with a signing key, by default the first head of the organization."""
    extensions = [usage(flags), purposes(*uses, *roles), issuers_key(by.key), own_key(key), *more]
    return certify(key, name or person_name(), by=by, extensions=extensions, **rest)


@cache
def root() -> Holder:
    return make_authority("НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) ҮЛГІ", gost_key("root"))


@cache
def middle() -> Holder:
    return make_authority("ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) ҮЛГІ", gost_key("middle"), by=root(), length=0)


@cache
def rsa_root() -> Holder:
    return make_authority("ҰКО (RSA) ҮЛГІ", rsa_key("root"))


@cache
def head() -> Holder:
    """Daniyar, first head, with a GOST key."""
    return make_person(gost_key("daniyar"), by=middle())


@cache
def rsa_head() -> Holder:
    """Daniyar with an RSA key."""
    return make_person(rsa_key("daniyar"), by=rsa_root())


@cache
def stamper() -> Holder:
    """A timestamp authority."""
    name = make_name(("2.5.4.3", "УАҚЫТ БЕЛГІСІ"), ("2.5.4.6", "KZ"))
    return certify(gost_key("stamper"), name, by=middle(), extensions=[purposes(STAMP, critical=True)])


@cache
def responder() -> Holder:
    """Who answers about revocation in the intermediate authority's name."""
    return certify(gost_key("responder"), authority_name("OCSP ҮЛГІ"), by=middle(), extensions=[purposes(ANSWER)])


def digest_of(digested: str, message: bytes) -> bytes:
    known = {SHA256: hashlib.sha256, SHA1: hashlib.sha1}
    return known[digested](message).digest() if digested in known else streebog512(message)


@dataclass(frozen=True)
class Signature:
    """What goes into a signature, each part replaceable; `encoded` puts it together."""

    holder: Holder
    content: bytes
    content_type: str = DATA
    attached: bytes | None = None
    certificates: tuple[bytes, ...] | None = None
    digested: str = ""
    signs: str = ""
    stated_type: bytes = b""
    message_digest: bytes = b""
    named: tuple[bytes, ...] | None = None
    value: bytes = b""
    stamps: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    by_key: bool = False

    @property
    def attributes(self) -> bytes:
        """The signed attributes, as they are signed."""
        digest = self.message_digest or digest_of(self.digest, self.content)
        named = (names_v2(self.holder.certificate),) if self.named is None else self.named
        return set_of(
            attribute(CONTENT_TYPE, self.stated_type or oid(self.content_type)),
            attribute(MESSAGE_DIGEST, octets(digest)),
            *named,
        )

    @property
    def digest(self) -> str:
        return self.digested or self.holder.key.digested

    @property
    def signature(self) -> bytes:
        return self.value or self.holder.key.sign(self.attributes)

    @property
    def signer(self) -> bytes:
        """The SignerInfo."""
        stamps = [sequence(oid(TIMESTAMP), set_of(*self.stamps))] if self.stamps else []
        unsigned = [tlv(0xA1, *stamps, *self.others)] if stamps or self.others else []
        return sequence(
            integer(3 if self.by_key else 1),
            self.sid,
            algorithm(self.digest),
            b"\xa0" + self.attributes[1:],
            algorithm(self.signs or self.holder.key.signs),
            octets(self.signature),
            *unsigned,
        )

    @property
    def sid(self) -> bytes:
        if self.by_key:
            return tlv(0x80, hashlib.sha1(self.holder.key.information).digest())
        return sequence(issuer_of(self.holder.certificate), integer(self.holder.serial))

    @property
    def encoded(self) -> bytes:
        return enclose([self], self.certificates)

    def with_stamp(self, *stamps: bytes) -> "Signature":
        return replace(self, stamps=stamps)


def issuer_of(certificate: bytes) -> bytes:
    issuer: bytes = x509.Certificate.load(certificate)["tbs_certificate"]["issuer"].dump()
    return issuer


def enclose(signatures: list[Signature], certificates: tuple[bytes, ...] | None = None) -> bytes:
    """Signed data with these signatures over the same content."""
    first = signatures[0]
    came = tuple(one.holder.certificate for one in signatures) if certificates is None else certificates
    content = [] if first.attached is None else [tlv(0xA0, octets(first.attached))]
    return sequence(
        oid(SIGNED),
        tlv(
            0xA0,
            sequence(
                integer(3 if first.content_type != DATA else 1),
                set_of(*{algorithm(one.digest) for one in signatures}),
                sequence(oid(first.content_type), *content),
                *([tlv(0xA0, *came)] if came else []),
                set_of(*(one.signer for one in signatures)),
            ),
        ),
    )


def attribute(identifier: str, *values: bytes) -> bytes:
    return sequence(oid(identifier), set_of(*values))


def names_v2(certificate: bytes, digested: str = SHA256) -> bytes:
    """The attribute by which a signature names its certificate (RFC 5035); SHA-256 goes without saying."""
    by = [] if digested == SHA256 else [algorithm(digested)]
    return attribute(NAMED_V2, sequence(sequence(sequence(*by, octets(digest_of(digested, certificate))))))


def names_v1(certificate: bytes) -> bytes:
    return attribute(NAMED, sequence(sequence(sequence(octets(hashlib.sha1(certificate).digest())))))


def stamp(
    signature: bytes,
    *,
    at: datetime = NOON,
    by: Holder | None = None,
    digested: str = STREEBOG,
    imprint: bytes = b"",
    **more,
) -> bytes:
    """A timestamp token over the signature's value."""
    information = sequence(
        integer(1),
        oid("1.2.398.3.3.2.6.1"),
        sequence(algorithm(digested), octets(imprint or digest_of(digested, signature))),
        integer(4711),
        time(at),
    )
    by = by or stamper()
    return Signature(by, information, content_type=STAMPED, attached=information, **more).encoded


def make_list(
    by: Holder,
    revoked: Mapping[int, datetime],
    *,
    since: datetime = NOON - timedelta(days=1),
    until: datetime = NOON + timedelta(days=1),
    reason: int = 1,
    extensions: Iterable[bytes] = (),
    entry_extensions: Iterable[bytes] = (),
    key: Key | None = None,
) -> bytes:
    """A list of revoked certificates."""
    key = key or by.key
    why = extension("2.5.29.21", tlv(0x0A, bytes([reason])))
    entries = [
        sequence(integer(serial), time(moment), sequence(why, *entry_extensions)) for serial, moment in revoked.items()
    ]
    body = sequence(
        integer(1),
        algorithm(key.signs),
        by.name,
        time(since),
        time(until),
        *([sequence(*entries)] if entries else []),
        tlv(0xA0, sequence(extension("2.5.29.20", integer(7)), *extensions)),
    )
    return sequence(body, algorithm(key.signs), bits(key.sign(body)))


def answer(
    about: Holder,
    issuer: Holder,
    *,
    revoked: datetime | None = None,
    unknown: bool = False,
    at: datetime = NOON,
    until: datetime | None = None,
    by: Holder | None = None,
    nonce: bytes = b"",
    digested: str = SHA256,
    serial: int = 0,
    status: int = 0,
) -> bytes:
    """An authority's answer about a certificate."""
    by = by or responder()
    key_bits = _key_bits(issuer.key)
    named = sequence(
        algorithm(digested),
        octets(digest_of(digested, issuer.name)),
        octets(digest_of(digested, key_bits)),
        integer(serial or about.serial),
    )
    said = tlv(0x82) if unknown else tlv(0xA1, time(revoked)) if revoked else tlv(0x80)
    single = sequence(named, said, time(at), *([tlv(0xA0, time(until))] if until else []))
    nonces = [tlv(0xA1, sequence(extension("1.3.6.1.5.5.7.48.1.2", octets(nonce))))] if nonce else []
    body = sequence(tlv(0xA1, by.name), time(at), sequence(single), *nonces)
    basic = sequence(body, algorithm(by.key.signs), bits(by.key.sign(body)), tlv(0xA0, sequence(by.certificate)))
    if status:
        return sequence(tlv(0x0A, bytes([status])))
    return sequence(tlv(0x0A, b"\0"), tlv(0xA0, sequence(oid("1.3.6.1.5.5.7.48.1.1"), octets(basic))))


class _KeyInformation(core.Sequence):
    _fields = [("algorithm", core.Any), ("bits", core.OctetBitString)]


def _key_bits(key: Key) -> bytes:
    """What the bit string holds, which RFC 6960 digests."""
    content: bytes = _KeyInformation.load(key.information)["bits"].native
    return content
