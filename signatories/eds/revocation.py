"""Whether a certificate was revoked: by lists that the operator has brought, or by the authority's answer (OCSP).

Nothing here opens a connection: `ask` is given the function that does.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import core, crl, ocsp

from signatories.eds import algorithms, certificates
from signatories.eds.certificates import Certificate, read_certificate
from signatories.eds.errors import (
    AuthorityRevoked,
    CertificateRevoked,
    CertificateUnknown,
    EdsRefused,
    OldAlgorithm,
    RevocationAnswerWrong,
    UnknownAlgorithm,
)
from signatories.eds.reading import Name, comparable, day, moment, readable
from signatories.eds.states import Revocation

Fetch = Callable[[str, bytes], bytes]

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
CLOCKS_DIFFER = timedelta(minutes=5)
ANSWER_HOLDS = timedelta(days=1)  # for an answer that does not say itself until when
NEVER_ISSUED = datetime(1970, 1, 1, tzinfo=UTC)  # “revoked” since then is what was never issued (RFC 6960, 2.2)
_NUMBER, _ISSUERS_KEY = "2.5.29.20", "2.5.29.35"
_UNDERSTOOD = {_NUMBER, _ISSUERS_KEY}
_INVALID_SINCE, _REASON = "2.5.29.24", "2.5.29.21"


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list of revoked certificates (CRL). Two are equal when their fingerprints are.

    :param entries: the revoked ones as they stand in the list, unread.
    :param unknown: critical conditions that are not understood: a list for some certificates only, or of changes only.
    """

    sha256: str
    signed: bytes = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)
    signed_by: str = field(compare=False)
    issuer: Name = field(compare=False, repr=False)
    since: datetime = field(compare=False)
    until: datetime | None = field(compare=False)
    entries: bytes = field(compare=False, repr=False)
    unknown: frozenset[str] = field(compare=False)

    def revoked_at(self, serial: int) -> datetime | None:
        """Since when the certificate with this number is revoked; None when it is not in the list.

        The number is looked for among the bytes, for a list may have hundreds of thousands of entries.

        :raises RevocationAnswerWrong: the entry is broken, or sets a condition that is not known.
        """
        wanted: bytes = core.Integer(serial).dump()
        place = self.entries.find(wanted)
        while place >= 0:
            with readable(RevocationAnswerWrong):
                if entry := _entry_at(self.entries, place, serial):
                    return _since(entry)
            place = self.entries.find(wanted, place + 1)
        return None

    def covers(self, at: datetime) -> bool:
        """Whether the list speaks for this moment: it had not run out by then."""
        return self.until is not None and at <= self.until


def read_list(encoded: bytes) -> RevocationList:
    """The list in these bytes (DER).

    :raises Unreadable: they hold none.
    """
    with readable():
        whole = crl.CertificateList.load(encoded, strict=True)
        body = whole["tbs_cert_list"]
        signed_by = whole["signature_algorithm"]["algorithm"].dotted
        if body["signature"]["algorithm"].dotted != signed_by:
            raise ValueError("The list states two algorithms.")
        revoked, extensions = body["revoked_certificates"], body["crl_extensions"]
        return RevocationList(
            sha256=hashlib.sha256(encoded).hexdigest(),
            signed=body.dump(),
            signature=whole["signature"].native,
            signed_by=signed_by,
            issuer=comparable(body["issuer"]),
            since=moment(body["this_update"]),
            until=None if isinstance(body["next_update"], core.Void) else moment(body["next_update"]),
            entries=b"" if isinstance(revoked, core.Void) else revoked.contents,
            unknown=frozenset(
                one["extn_id"].dotted
                for one in (() if isinstance(extensions, core.Void) else extensions)
                if one["critical"].native and one["extn_id"].dotted not in _UNDERSTOOD
            ),
        )


def _entry_at(entries: bytes, place: int, serial: int) -> Any:
    """The entry whose number stands at this place, or None where only the same bytes stand."""
    for header in (2, 3, 4):  # a sequence's tag and length take so many bytes
        start = place - header
        if start < 0 or entries[start] != 0x30 or (header > 2 and entries[start + 1] != 0x7E + header):
            continue
        length = int.from_bytes(entries[start + (1 if header == 2 else 2) : place], "big")
        entry = crl.RevokedCertificate.load(entries[start : place + length], strict=True)
        if entry["user_certificate"].native == serial:
            return entry
    return None


def _since(entry: Any) -> datetime:
    """When it was revoked, or since when it is invalid, if that was earlier."""
    times = [moment(entry["revocation_date"])]
    extensions = entry["crl_entry_extensions"]
    for extension in () if isinstance(extensions, core.Void) else extensions:
        if extension["extn_id"].dotted == _INVALID_SINCE:
            times.append(moment(extension["extn_value"].parsed))
        elif extension["critical"].native and extension["extn_id"].dotted != _REASON:
            raise ValueError("An entry sets a condition that is not known.")
    return min(times)


_judged: dict[tuple[str, str], bool] = {}  # fingerprints of list and issuer; a long list takes long to digest


def _is_issuers(listed: RevocationList, issuer: Certificate) -> bool:
    """Whether the list is the issuer's own."""
    if listed.issuer != issuer.subject or (issuer.usage is not None and "crl_sign" not in issuer.usage):
        return False
    pair = (listed.sha256, issuer.sha256)
    if pair not in _judged:
        _judged[pair] = algorithms.is_signed(listed.signed, listed.signature, issuer.key, by=listed.signed_by)
    return _judged[pair]


def check_lists(path: tuple[Certificate, ...], *, lists: Iterable[RevocationList], time: datetime) -> Revocation:
    """Refuse a certificate that a list names as revoked before the time, and the authorities above it likewise.

    A list that has run out still accuses; it only excuses no more.

    :param path: the certificate and its issuers, as `certificates.chain` gives them.
    :return: good where a list that covers the time does not name the first certificate.
    :raises CertificateRevoked, AuthorityRevoked:
    """
    covered = False
    for place, (certificate, issuer) in enumerate(pairwise(path)):
        for listed in _lists_of(issuer, lists):
            since = listed.revoked_at(certificate.serial)
            if since and since <= time:
                if place:
                    raise AuthorityRevoked(issuer=certificate.shown, on=day(since))
                raise CertificateRevoked(on=day(since))
            covered = covered or (place == 0 and listed.covers(time))
    return Revocation.GOOD if covered else Revocation.NOT_CHECKED


def _lists_of(issuer: Certificate, lists: Iterable[RevocationList]) -> list[RevocationList]:
    found = []
    for listed in lists:
        try:
            if not listed.unknown and _is_issuers(listed, issuer):
                found.append(listed)
        except (OldAlgorithm, UnknownAlgorithm):
            continue
    return found


def ask(certificate: Certificate, issuer: Certificate, *, url: str, fetch: Fetch) -> bytes:
    """The authority's answer about the certificate, as it came, for `check_answer` now and for the evidence.

    :param url: the address that the operator has set; never one that stands in a certificate.
    :param fetch: posts the body to the address as `application/ocsp-request` and returns the answer's body.
    :raises RevocationAnswerWrong: the answer does not repeat the question's nonce, or cannot be read.
    """
    nonce = secrets.token_bytes(16)
    answer = fetch(url, _question(certificate, issuer, nonce))
    with readable(RevocationAnswerWrong):
        extensions = _body(answer)["tbs_response_data"]["response_extensions"]
        for extension in () if isinstance(extensions, core.Void) else extensions:
            if extension["extn_id"].native == "nonce":
                if extension["extn_value"].parsed.native != nonce:
                    raise RevocationAnswerWrong
                return answer
    raise RevocationAnswerWrong


def _question(certificate: Certificate, issuer: Certificate, nonce: bytes) -> bytes:
    digest = algorithms.SHA256
    question: bytes = ocsp.OCSPRequest(
        {
            "tbs_request": {
                "request_list": [
                    {
                        "req_cert": {
                            "hash_algorithm": {"algorithm": digest, "parameters": core.Null()},
                            "issuer_name_hash": algorithms.digest(digest, certificate.issuer_encoded),
                            "issuer_key_hash": algorithms.digest(digest, issuer.key.bits),
                            "serial_number": certificate.serial,
                        }
                    }
                ],
                "request_extensions": [{"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}],
            }
        }
    ).dump()
    return question


def _body(answer: bytes) -> Any:
    whole = ocsp.OCSPResponse.load(answer, strict=True)
    if whole["response_status"].native != "successful":
        raise RevocationAnswerWrong
    return whole["response_bytes"]["response"].parsed


def check_answer(
    answer: bytes, certificate: Certificate, issuer: Certificate, *, time: datetime, at: datetime
) -> Revocation:
    """Refuse a certificate of which the authority says that it was revoked before the time.

    :param at: when the answer came.
    :return: good.
    :raises CertificateRevoked, CertificateUnknown: what the authority says.
    :raises RevocationAnswerWrong: it is not the authority's, not about this certificate, or out of date.
    """
    try:
        with readable(RevocationAnswerWrong):
            body = _body(answer)
            _check_responder(body, issuer, at=at)
            status = _about(body, certificate, issuer, at=at)
            since = moment(status.chosen["revocation_time"]) if status.name == "revoked" else None
    except (CertificateRevoked, CertificateUnknown, RevocationAnswerWrong):
        raise
    except EdsRefused as refusal:
        raise RevocationAnswerWrong from refusal
    if status.name == "unknown" or since == NEVER_ISSUED:
        raise CertificateUnknown
    if since and since <= time:
        raise CertificateRevoked(on=day(since))
    return Revocation.GOOD


def _check_responder(body: Any, issuer: Certificate, *, at: datetime) -> None:
    """The answer is signed by the issuer itself or by whom it has charged with answering (RFC 6960, 4.2.2.2)."""
    listed = body["certs"]
    charged = [read_certificate(one.dump()) for one in (() if isinstance(listed, core.Void) else listed)]
    signed, signature = body["tbs_response_data"].dump(), body["signature"].native
    by = body["signature_algorithm"]["algorithm"].dotted
    for one in (issuer, *charged[: certificates.LONGEST_CHAIN]):
        if one != issuer and not _is_charged(one, issuer, at=at):
            continue
        if algorithms.is_signed(signed, signature, one.key, by=by):
            return
    raise RevocationAnswerWrong


def _is_charged(responder: Certificate, issuer: Certificate, *, at: datetime) -> bool:
    return (
        OCSP_SIGNING in responder.purposes
        and responder.is_valid(at)
        and issuer.may_have_issued(responder)
        and issuer.has_issued(responder)
    )


def _about(body: Any, certificate: Certificate, issuer: Certificate, *, at: datetime) -> Any:
    """What the answer says about this certificate, if it says it for this moment."""
    for single in body["tbs_response_data"]["responses"]:
        named = single["cert_id"]
        digest = named["hash_algorithm"]["algorithm"].dotted
        if (
            named["serial_number"].native == certificate.serial
            and named["issuer_name_hash"].native == algorithms.digest_to_name(digest, certificate.issuer_encoded)
            and named["issuer_key_hash"].native == algorithms.digest_to_name(digest, issuer.key.bits)
        ):
            begins, ends = moment(single["this_update"]), single["next_update"]
            until = begins + ANSWER_HOLDS if isinstance(ends, core.Void) else moment(ends)
            if begins - CLOCKS_DIFFER <= at <= until + CLOCKS_DIFFER:
                return single["cert_status"]
    raise RevocationAnswerWrong
