"""The door: is this the electronic signature of this organization over this content?"""

from dataclasses import dataclass, field
from datetime import datetime

from signatories.eds import algorithms, certificates, cms, revocation, timestamps
from signatories.eds.certificates import Certificate
from signatories.eds.revocation import Fetch
from signatories.eds.states import Algorithm, Revocation, Role, TimeSource
from signatories.eds.trust import Trust


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a signature that was found good says.

    :param number: the organization's BIN.
    :param signed_at: when it existed at the latest; by `time_source`.
    :param certificate_sha256: hexadecimal; private, as all that leads to the person.
    :param subject: person and organization as the certificate writes them; private.
    """

    algorithm: Algorithm
    role: Role
    number: str
    signed_at: datetime
    time_source: TimeSource
    revocation: Revocation
    certificate_sha256: str = field(repr=False)
    subject: str = field(repr=False)


def verify(
    signature: bytes, content: bytes, *, trust: Trust, at: datetime, number: str, ocsp_answer: bytes = b""
) -> Verdict:
    """Check the signature of an organization's representative over the content.

    The certificate is judged at the time of a trusted timestamp if the signature carries one, else at the receipt: a
    signature that was good then stays good when the certificate has run out or was revoked later.

    :param signature: what was sent: CMS as PEM, DER or base64, detached or with exactly this content.
    :param at: when it was received, aware.
    :param number: the BIN of the organization that signs.
    :param ocsp_answer: what `ask_revocation` brought, where the operator has set an address to ask.
    :raises EdsRefused: why it is not accepted.
    """
    signed = cms.read(signature)
    certificate = signed.certificate()
    _check_signed(signed, certificate, content)
    stamped = timestamps.time_of(signed, trust=trust, at=at)
    time = stamped or at
    path = certificates.chain(certificate, authorities=trust.authorities, extra=signed.certificates, at=time)
    _check_holder(certificate, time=time, number=number)
    known = revocation.check_lists(path, lists=trust.revocation_lists, time=time)
    if ocsp_answer:
        known = revocation.check_answer(ocsp_answer, certificate, path[1], time=time, at=at)
    return Verdict(
        algorithm=algorithms.algorithm_of(certificate.key),
        role=certificates.role_of(certificate),
        number=number,
        signed_at=time,
        time_source=TimeSource.TSP if stamped else TimeSource.RECEIPT,
        revocation=known,
        certificate_sha256=certificate.sha256,
        subject=certificate.person,
    )


def ask_revocation(signature: bytes, content: bytes, *, trust: Trust, at: datetime, url: str, fetch: Fetch) -> bytes:
    """The authority's answer whether the signer's certificate is revoked, for `verify` and to be kept with the signature.

    Nobody is asked about a signature over something else, or from an authority that is not installed.

    :param url: the setting EDS_OCSP_URL.
    :param fetch: posts a body to an address and returns the answer's body; what it raises goes on to the caller.
    :raises EdsRefused: the signature is not accepted anyhow, or the answer is none.
    """
    signed = cms.read(signature)
    certificate = signed.certificate()
    _check_signed(signed, certificate, content)
    time = timestamps.time_of(signed, trust=trust, at=at) or at
    path = certificates.chain(certificate, authorities=trust.authorities, extra=signed.certificates, at=time)
    return revocation.ask(certificate, path[1], url=url, fetch=fetch)


def _check_signed(signed: cms.Signed, certificate: Certificate, content: bytes) -> None:
    """It is over this content, and made with this certificate's key."""
    algorithms.algorithm_of(certificate.key)
    signed.check_content(content)
    signed.check_signature(certificate)


def _check_holder(certificate: Certificate, *, time: datetime, number: str) -> None:
    """The certificate held at the time, is for signing documents and is this organization's."""
    certificates.check_understood(certificate)
    certificates.check_term(certificate, at=time)
    certificates.check_signs_documents(certificate)
    certificates.check_organization(certificate, number=number)
