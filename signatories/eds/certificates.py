"""Certificates of Kazakhstan: read into plain values, followed up to an authority, asked what they are for.

The National Certification Authority writes the holder's number into the subject (OU=BIN…, serialNumber=IIN…) and the role
into the extended key usage (1.2.398.3.3.4.1.2.…).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import core, x509

from signatories.eds import algorithms
from signatories.eds.algorithms import PublicKey
from signatories.eds.errors import (
    AuthenticationKey,
    AuthorityOutOfTime,
    CertificateExpired,
    CertificateNotUnderstood,
    CertificateNotYetValid,
    ChainBroken,
    IndividualCertificate,
    NoAuthorityInstalled,
    NotAnAuthority,
    NumberMissing,
    OtherOrganization,
    SelfIssued,
    UnknownIssuer,
)
from signatories.eds.reading import Name, comparable, day, moment, readable, texts
from signatories.eds.states import Role

LONGEST_CHAIN = 6  # certificates, the signer's included
COMMON_NAME, SURNAME, ORGANIZATION, UNIT, PATRONYMIC = "2.5.4.3", "2.5.4.4", "2.5.4.10", "2.5.4.11", "2.5.4.42"
CLIENT_AUTHENTICATION, MAIL_PROTECTION = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"
OF_AN_ORGANIZATION = "1.2.398.3.3.4.1.2"
ROLES = {  # the strongest first
    f"{OF_AN_ORGANIZATION}.1": Role.HEAD,
    f"{OF_AN_ORGANIZATION}.2": Role.SIGNER,
    f"{OF_AN_ORGANIZATION}.3": Role.FINANCE,
    f"{OF_AN_ORGANIZATION}.4": Role.PERSONNEL,
    f"{OF_AN_ORGANIZATION}.5": Role.EMPLOYEE,
}
_KEY_USAGE, _PURPOSES, _CONSTRAINTS, _POLICIES = "2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.32"
_OWN_KEY, _ISSUERS_KEY, _OTHER_NAMES = "2.5.29.14", "2.5.29.35", "2.5.29.17"
_UNDERSTOOD = {_KEY_USAGE, _PURPOSES, _CONSTRAINTS, _POLICIES, _OWN_KEY, _ISSUERS_KEY, _OTHER_NAMES}
_BIN = re.compile(r"BIN\s*(\d{12})")


class _KeyAlgorithm(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """An algorithm whose parameters are left alone: asn1crypto knows no GOST key."""

    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]


class _KeyInformation(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", _KeyAlgorithm), ("bits", core.OctetBitString)]


class _KeyParameters(core.SequenceOf):  # type: ignore[misc]
    """The curve and the digest of a GOST key."""

    _child_spec = core.ObjectIdentifier


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. Two are equal when their bytes are.

    :param signed: the part that the issuer signed, with `signature` by the algorithm `signed_by`.
    :param usage: RFC 5280's key usages by asn1crypto's names; None where the certificate does not limit them.
    :param purposes: identifiers of the extended key usage.
    :param unknown: identifiers of critical extensions that are not understood here.
    """

    encoded: bytes = field(repr=False)
    signed: bytes = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)
    signed_by: str = field(compare=False)
    serial: int = field(compare=False)
    issuer: Name = field(compare=False, repr=False)
    issuer_encoded: bytes = field(compare=False, repr=False)
    issuer_shown: str = field(compare=False)
    subject: Name = field(compare=False, repr=False)
    person: str = field(compare=False, repr=False)
    shown: str = field(compare=False, repr=False)
    numbers: frozenset[str] = field(compare=False, repr=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    key: PublicKey = field(compare=False, repr=False)
    own_key: bytes = field(compare=False, repr=False)
    issuers_key: bytes = field(compare=False, repr=False)
    usage: frozenset[str] | None = field(compare=False)
    purposes: frozenset[str] = field(compare=False)
    policies: frozenset[str] = field(compare=False)
    is_authority: bool = field(compare=False)
    path_length: int | None = field(compare=False)
    unknown: frozenset[str] = field(compare=False)

    @property
    def sha256(self) -> str:
        """Its fingerprint in hexadecimal."""
        return hashlib.sha256(self.encoded).hexdigest()

    @property
    def is_own_issuer(self) -> bool:
        """Whether it names itself as its issuer, as roots do."""
        return self.issuer == self.subject

    def may_have_issued(self, other: "Certificate") -> bool:
        """Whether name and key identifier are those that the other names as its issuer's."""
        if self.subject != other.issuer:
            return False
        return not (self.own_key and other.issuers_key) or self.own_key == other.issuers_key

    def has_issued(self, other: "Certificate") -> bool:
        """Whether the other's signature is this key's."""
        return algorithms.is_signed(other.signed, other.signature, self.key, by=other.signed_by)

    def is_valid(self, at: datetime) -> bool:
        """Whether the moment lies within its term."""
        return self.not_before <= at <= self.not_after


def read_certificate(encoded: bytes) -> Certificate:
    """The certificate in these bytes (DER).

    :raises Unreadable: they hold none, or one that says a thing twice.
    """
    with readable():
        whole = x509.Certificate.load(encoded, strict=True)
        body = whole["tbs_certificate"]
        signed_by = whole["signature_algorithm"]["algorithm"].dotted
        if body["signature"]["algorithm"].dotted != signed_by:
            raise ValueError("The certificate states two algorithms.")
        extensions, critical = _extensions(body["extensions"])
        constraints = extensions.get(_CONSTRAINTS)
        subject, issuer = body["subject"], body["issuer"]
        return Certificate(
            encoded=encoded,
            signed=body.dump(),
            signature=whole["signature_value"].native,
            signed_by=signed_by,
            serial=body["serial_number"].native,
            issuer=comparable(issuer),
            issuer_encoded=issuer.dump(),
            issuer_shown=_shown(issuer),
            subject=comparable(subject),
            person=_person(subject),
            shown=_shown(subject),
            numbers=frozenset(match[1] for text in texts(subject, UNIT) if (match := _BIN.fullmatch(text))),
            not_before=moment(body["validity"]["not_before"]),
            not_after=moment(body["validity"]["not_after"]),
            key=_key(body["subject_public_key_info"].dump()),
            own_key=extensions[_OWN_KEY].native if _OWN_KEY in extensions else b"",
            issuers_key=(extensions[_ISSUERS_KEY]["key_identifier"].native or b"")
            if _ISSUERS_KEY in extensions
            else b"",
            usage=frozenset(extensions[_KEY_USAGE].native) if _KEY_USAGE in extensions else None,
            purposes=frozenset(one.dotted for one in extensions.get(_PURPOSES, ())),
            policies=frozenset(one["policy_identifier"].dotted for one in extensions.get(_POLICIES, ())),
            is_authority=bool(constraints and constraints["ca"].native),
            path_length=constraints["path_len_constraint"].native if constraints else None,
            unknown=frozenset(critical - _UNDERSTOOD),
        )


def _extensions(listed: Any) -> tuple[dict[str, Any], set[str]]:
    """What the extensions say, where it is understood here, and the identifiers of those that are critical."""
    understood: dict[str, Any] = {}
    critical: set[str] = set()
    seen: set[str] = set()
    for extension in () if isinstance(listed, core.Void) else listed:
        identifier = extension["extn_id"].dotted
        if identifier in seen:
            raise ValueError("An extension stands in the certificate twice.")
        seen.add(identifier)
        if extension["critical"].native:
            critical.add(identifier)
        if identifier in _UNDERSTOOD:
            understood[identifier] = extension["extn_value"].parsed
    return understood, critical


def _key(encoded: bytes) -> PublicKey:
    information = _KeyInformation.load(encoded, strict=True)
    algorithm = information["algorithm"]["algorithm"].dotted
    curve = ""
    if algorithm == algorithms.GOST_KEY:
        curve = _KeyParameters.load(information["algorithm"]["parameters"].dump(), strict=True)[0].dotted
    return PublicKey(algorithm, curve, information["bits"].native, encoded)


def _shown(name: Any) -> str:
    """The common name, or the organization's, for a sentence."""
    return next(iter(texts(name, COMMON_NAME) + texts(name, ORGANIZATION)), "?")


def _person(name: Any) -> str:
    """Person and organization as the certificate writes them, without the IIN. The patronymic stands as given name."""
    person = " ".join(texts(name, COMMON_NAME)[:1] + texts(name, PATRONYMIC)[:1])
    return ", ".join(part for part in (person, *texts(name, ORGANIZATION)[:1]) if part)


def chain(
    certificate: Certificate, *, authorities: Iterable[Certificate], extra: Iterable[Certificate] = (), at: datetime
) -> tuple[Certificate, ...]:
    """The certificate and those above it, each issued by the next; the last was installed by the operator.

    It is followed as far up as something is installed: above an installed intermediate to the installed root, too.

    :param extra: what came along and may stand between.
    :param at: when all authorities must be valid.
    :raises EdsRefused: `NoAuthorityInstalled`, `SelfIssued`, `UnknownIssuer`, `ChainBroken`, `NotAnAuthority`, `AuthorityOutOfTime`,
        `CertificateNotUnderstood`, or an algorithm that is not known.
    """
    installed = tuple(authorities)
    if not installed:
        raise NoAuthorityInstalled
    if certificate.is_own_issuer:
        raise SelfIssued
    path = [certificate]
    while len(path) < LONGEST_CHAIN:
        above = _issuer(path[-1], installed, tuple(extra), first=len(path) == 1)
        _check_authority(above, below=sum(not one.is_own_issuer for one in path[1:]), at=at)
        path.append(above)
        if above in installed and (above.is_own_issuer or not any(one.may_have_issued(above) for one in installed)):
            return tuple(path)
    raise ChainBroken


def _issuer(
    certificate: Certificate, installed: tuple[Certificate, ...], extra: tuple[Certificate, ...], *, first: bool
) -> Certificate:
    candidates = [one for one in installed + extra if one.may_have_issued(certificate)]
    if not candidates:
        raise UnknownIssuer(issuer=certificate.issuer_shown) if first else ChainBroken
    for candidate in candidates:
        if candidate.has_issued(certificate):
            return candidate
    raise ChainBroken


def _check_authority(authority: Certificate, *, below: int, at: datetime) -> None:
    """Refuse an authority that is none, stands too high or was not valid.

    :param below: how many authorities stand between it and the certificate at the end.
    """
    check_understood(authority)
    may_sign = authority.usage is None or "key_cert_sign" in authority.usage
    if not authority.is_authority or not may_sign:
        raise NotAnAuthority
    if authority.path_length is not None and below > authority.path_length:
        raise NotAnAuthority
    if not authority.is_valid(at):
        raise AuthorityOutOfTime(issuer=authority.shown, on=day(at))


def check_understood(certificate: Certificate) -> None:
    """Refuse a certificate with a critical condition that is not known here.

    :raises CertificateNotUnderstood: naming its identifier.
    """
    if certificate.unknown:
        raise CertificateNotUnderstood(name=min(certificate.unknown))


def check_term(certificate: Certificate, *, at: datetime) -> None:
    """Refuse a signer's certificate that was not valid at the moment.

    :raises CertificateExpired, CertificateNotYetValid:
    """
    if at > certificate.not_after:
        raise CertificateExpired(on=day(certificate.not_after))
    if at < certificate.not_before:
        raise CertificateNotYetValid(on=day(certificate.not_before))


def check_signs_documents(certificate: Certificate) -> None:
    """Refuse a key that is not for signing documents.

    :raises AuthenticationKey: non-repudiation is missing, or the key is for signing in.
    """
    usage = certificate.usage or frozenset()
    if not {"digital_signature", "non_repudiation"} <= usage:
        raise AuthenticationKey
    if CLIENT_AUTHENTICATION in certificate.purposes and MAIL_PROTECTION not in certificate.purposes:
        raise AuthenticationKey


def check_organization(certificate: Certificate, *, number: str) -> None:
    """Refuse a certificate that is not this organization's.

    Numbers are compared as they are: those of test certificates have wrong check digits.

    :raises IndividualCertificate, NumberMissing, OtherOrganization:
    """
    if not any(one == OF_AN_ORGANIZATION or one in ROLES for one in certificate.purposes):
        raise IndividualCertificate
    if not certificate.numbers:
        raise NumberMissing
    if certificate.numbers != {number}:
        raise OtherOrganization


def role_of(certificate: Certificate) -> Role:
    """The strongest role that the certificate names."""
    return next((role for identifier, role in ROLES.items() if identifier in certificate.purposes), Role.UNSTATED)
