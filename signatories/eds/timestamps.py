"""When a signature existed, by the tokens of timestamp authorities that came with it (RFC 3161)."""

from datetime import datetime, timedelta

from asn1crypto import tsp

from signatories.eds import algorithms, certificates, cms
from signatories.eds.certificates import Certificate
from signatories.eds.cms import Signed
from signatories.eds.errors import (
    CertificateMissing,
    CertificateNotUnderstood,
    EdsRefused,
    NoAuthorityInstalled,
    OldAlgorithm,
    SelfIssued,
    TimestampInFuture,
    TimestampWrong,
    UnknownAlgorithm,
    UnknownIssuer,
)
from signatories.eds.reading import day, moment, readable
from signatories.eds.revocation import check_lists
from signatories.eds.trust import Trust

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
CLOCKS_DIFFER = timedelta(minutes=5)

# A token that cannot be judged here is left aside, and the time of receipt counts; it is not proved wrong
_NOT_TO_JUDGE = (
    CertificateMissing,
    CertificateNotUnderstood,
    NoAuthorityInstalled,
    OldAlgorithm,
    SelfIssued,
    UnknownAlgorithm,
    UnknownIssuer,
)


def time_of(signed: Signed, *, trust: Trust, at: datetime) -> datetime | None:
    """The earliest time that a trusted authority has stamped on the signature; None where there is none.

    :param at: the present moment.
    :raises TimestampWrong: a token is over another signature, was changed, or its authority's certificate does not hold.
    :raises TimestampInFuture: a token names a time to come.
    """
    times = [_time(token, signed, trust=trust, at=at) for token in signed.timestamps]
    return min((time for time in times if time), default=None)


def _time(encoded: bytes, signed: Signed, *, trust: Trust, at: datetime) -> datetime | None:
    try:
        return _stamped(encoded, signed, trust=trust, at=at)
    except _NOT_TO_JUDGE:
        return None
    except (TimestampWrong, TimestampInFuture):
        raise
    except EdsRefused as refusal:
        raise TimestampWrong from refusal


def _stamped(encoded: bytes, signed: Signed, *, trust: Trust, at: datetime) -> datetime:
    token = cms.read_der(encoded, content_type=cms.TIMESTAMP_INFO)
    digested_by, imprint, time = _information(token)
    if algorithms.digest(digested_by, signed.signature) != imprint:
        raise TimestampWrong
    extra = token.certificates + signed.certificates
    authority = token.certificate(extra=extra)
    token.check_content(token.content or b"")
    token.check_signature(authority)
    _check_authority(authority, extra, trust=trust, time=time)
    if time > at + CLOCKS_DIFFER:
        raise TimestampInFuture(on=day(time))
    return time


def _information(token: Signed) -> tuple[str, bytes, datetime]:
    """What the token says: identifier of the digest, digest, time."""
    with readable():
        information = tsp.TSTInfo.load(token.content, strict=True)
        imprint = information["message_imprint"]
        return (
            imprint["hash_algorithm"]["algorithm"].dotted,
            imprint["hashed_message"].native,
            moment(information["gen_time"]),
        )


def _check_authority(authority: Certificate, extra: tuple[Certificate, ...], *, trust: Trust, time: datetime) -> None:
    """A timestamp authority's key has no other purpose (RFC 3161, 2.3), and was good when it stamped."""
    certificates.check_understood(authority)
    if authority.purposes != {TIME_STAMPING}:
        raise TimestampWrong
    certificates.check_term(authority, at=time)
    path = certificates.chain(authority, authorities=trust.authorities, extra=extra, at=time)
    check_lists(path, lists=trust.revocation_lists, time=time)
