"""A trusted timestamp keeps a signature good after its certificate has run out or was revoked."""

from datetime import timedelta

import pytest

from signatories.eds.errors import CertificateExpired, CertificateRevoked, TimestampWrong
from signatories.eds.revocation import read_list
from signatories.eds.states import TimeSource
from signatories.eds.verify import Verdict, verify
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import (
    NOON,
    NUMBER,
    YEAR,
    Signature,
    certify,
    gost_key,
    make_authority,
    make_person,
    middle,
    purposes,
    root,
    rsa_head,
    rsa_key,
    rsa_root,
    stamp,
)
from tests.signatories.eds.conftest import trusting

CONTENT = b'{"letter":"1"}'
HOUR = timedelta(hours=1)
STAMPER = ours.make_name(("2.5.4.3", "БАСҚА УАҚЫТ БЕЛГІСІ"))


def signed() -> Signature:
    return Signature(rsa_head(), CONTENT)


def check(signature: Signature, trust, at=NOON) -> Verdict:
    return verify(signature.encoded, CONTENT, trust=trust, at=at, number=NUMBER)


def test_signed_in_time_and_received_after_the_certificate_ran_out():
    lasting = make_authority("ҰКО (RSA) ҮЛГІ", rsa_key("root"), ends=NOON + 9 * YEAR)
    trust = trusting(lasting, root(), middle())
    late = NOON + 2 * YEAR

    with pytest.raises(CertificateExpired):
        check(signed(), trust, at=late)
    verdict = check(signed().with_stamp(stamp(signed().signature, at=NOON)), trust, at=late)

    assert (verdict.signed_at, verdict.time_source) == (NOON, TimeSource.TSP)


def test_signed_in_time_and_received_after_even_the_authority_ran_out(trust):
    verdict = check(signed().with_stamp(stamp(signed().signature, at=NOON)), trust, at=NOON + 2 * YEAR)

    assert (verdict.signed_at, verdict.time_source) == (NOON, TimeSource.TSP)


def test_stamped_after_the_certificate_ran_out_it_stays_refused():
    lasting = make_authority("ҰКО (RSA) ҮЛГІ", rsa_key("root"), ends=NOON + 9 * YEAR)
    brief = make_person(rsa_key("daniyar"), by=lasting, ends=NOON - HOUR)
    signature = Signature(brief, CONTENT)

    with pytest.raises(CertificateExpired):
        check(signature.with_stamp(stamp(signature.signature)), trusting(lasting, root(), middle()))


def test_revoked_after_the_stamp_it_stays_good_and_revoked_before_it_does_not(trust):
    stamped = signed().with_stamp(stamp(signed().signature, at=NOON - HOUR))
    later, earlier = (
        trusting(
            root(), middle(), rsa_root(), lists=(read_list(ours.make_list(rsa_root(), {rsa_head().serial: when})),)
        )
        for when in (NOON - HOUR / 2, NOON - 2 * HOUR)
    )

    assert check(stamped, later).time_source == TimeSource.TSP
    with pytest.raises(CertificateRevoked):
        check(signed(), later)
    with pytest.raises(CertificateRevoked):
        check(stamped, earlier)


def test_the_earliest_of_several_stamps_counts(trust):
    value = signed().signature
    stamps = [stamp(value, at=NOON - hours * HOUR) for hours in (1, 3, 2)]

    assert check(signed().with_stamp(*stamps), trust).signed_at == NOON - 3 * HOUR


def test_the_stamp_may_use_another_digest_and_leave_out_its_certificate(trust):
    token = stamp(signed().signature, digested=ours.SHA256, certificates=())
    came = (rsa_head().certificate, ours.stamper().certificate)
    signature = Signature(rsa_head(), CONTENT, certificates=came, stamps=(token,))

    assert check(signature, trust).time_source == TimeSource.TSP


def test_clocks_may_differ_by_five_minutes(trust):
    token = stamp(signed().signature, at=NOON + timedelta(minutes=5))

    assert check(signed().with_stamp(token), trust).time_source == TimeSource.TSP


def foreign_stamper(**more):
    own = make_authority("БӨТЕН", gost_key("foreign"))
    return certify(gost_key("other"), STAMPER, by=own, extensions=[purposes(ours.STAMP, critical=True)], **more)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda value: stamp(value, by=foreign_stamper()), id="authority not installed"),
        pytest.param(lambda value: stamp(value, certificates=()), id="its certificate is nowhere"),
        pytest.param(lambda value: stamp(value, digested=ours.SHA1), id="digest no longer safe"),
        pytest.param(lambda value: stamp(value, digested="1.2.398.3.10.1.3.1"), id="old GOST"),
    ],
)
def test_a_stamp_that_cannot_be_judged_counts_for_nothing(trust, token):
    verdict = check(signed().with_stamp(token(signed().signature)), trust)

    assert (verdict.signed_at, verdict.time_source) == (NOON, TimeSource.RECEIPT)


def stamper(*extensions: bytes, **more):
    return certify(gost_key("other"), STAMPER, by=middle(), extensions=extensions, **more)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda value: stamp(value, imprint=bytes(64)), id="another imprint"),
        pytest.param(lambda value: stamp(value, value=bytes(128)), id="its signature is wrong"),
        pytest.param(lambda value: stamp(value, message_digest=bytes(64)), id="its digest is wrong"),
        pytest.param(lambda value: stamp(value, by=stamper()), id="any key"),
        pytest.param(lambda value: stamp(value, by=stamper(purposes(ours.STAMP, ours.SIGN))), id="a key for more"),
        pytest.param(
            lambda value: stamp(value, by=stamper(purposes(ours.STAMP, critical=True), ends=NOON - HOUR)),
            id="its certificate had run out",
        ),
        pytest.param(
            lambda value: stamp(value, by=stamper(purposes(ours.STAMP, critical=True), issuer_key=gost_key("foreign"))),
            id="its certificate is forged",
        ),
        pytest.param(lambda value: signed().encoded, id="a signature in place of a stamp"),
        pytest.param(lambda value: ours.sequence(ours.oid(ours.SIGNED), ours.tlv(0xA0)), id="nothing in it"),
    ],
)
def test_a_wrong_stamp_is_refused(trust, token):
    with pytest.raises(TimestampWrong):
        check(signed().with_stamp(token(signed().signature)), trust)


def test_the_stamp_of_an_authority_whose_key_was_revoked_before_is_refused():
    listed = read_list(ours.make_list(middle(), {ours.stamper().serial: NOON - HOUR}))

    with pytest.raises(TimestampWrong):
        check(signed().with_stamp(stamp(signed().signature)), trusting(root(), middle(), rsa_root(), lists=(listed,)))


def test_a_wrong_stamp_beside_a_good_one_is_refused(trust):
    value = signed().signature

    with pytest.raises(TimestampWrong):
        check(signed().with_stamp(stamp(value), stamp(value, imprint=bytes(64))), trust)
