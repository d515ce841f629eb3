"""Whatever is sent is answered by a refusal, and no change of a signature makes it say something else."""

import base64
import contextlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatories.eds.certificates import read_certificate
from signatories.eds.errors import EdsRefused, RevocationAnswerWrong
from signatories.eds.revocation import check_answer, read_list
from signatories.eds.verify import Verdict, verify
from tests.signatories.eds.authority import (
    NOON,
    NUMBER,
    SHA256,
    STAMP,
    Signature,
    answer,
    certify,
    head,
    make_list,
    make_name,
    middle,
    purposes,
    root,
    rsa_head,
    rsa_key,
    rsa_root,
    stamp,
    tlv,
)
from tests.signatories.eds.conftest import trusting

CONTENT = b'{"letter":"1"}'
TRUST = trusting(root(), middle(), rsa_root())


def outcome(signature: bytes) -> Verdict | None:
    """The verdict, or None for a refusal; anything else is raised."""
    try:
        return verify(signature, CONTENT, trust=TRUST, at=NOON, number=NUMBER)
    except EdsRefused:
        return None


@cache
def gost_signed() -> Signature:
    """With the intermediate's certificate beside the signer's; it is installed besides."""
    return Signature(head(), CONTENT, certificates=(head().certificate, middle().certificate))


@cache
def rsa_stamped() -> Signature:
    name = make_name(("2.5.4.3", "УАҚЫТ БЕЛГІСІ (RSA)"))
    stamper = certify(rsa_key("stamper"), name, by=rsa_root(), extensions=[purposes(STAMP, critical=True)])
    signature = Signature(rsa_head(), CONTENT)
    return signature.with_stamp(stamp(signature.signature, by=stamper, digested=SHA256))


@cache
def verdicts(signature: Signature) -> tuple[Verdict | None, ...]:
    """What a changed signature may still say: the same, or the same without its timestamp. And that it is refused."""
    return outcome(signature.encoded), outcome(signature.with_stamp().encoded), None


def flipped(encoded: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(encoded)
    changed[place % len(changed)] ^= 1 << bit
    return bytes(changed)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(given_bytes):
    assert outcome(given_bytes) is None
    assert outcome(base64.b64encode(given_bytes)) is None


@settings(deadline=None)
@given(
    st.recursive(st.binary(max_size=20), lambda inner: st.lists(inner, max_size=4)), st.sampled_from([0x30, 0x31, 0xA0])
)
def test_any_nesting_is_refused(tree, tag):
    def encode(node):
        return tlv(0x04, node) if isinstance(node, bytes) else tlv(tag, *map(encode, node))

    assert outcome(encode(tree)) is None


@pytest.mark.parametrize("tag", [b"\x30\x80", b"\xa0\x80", b"\x24\x80", b"\x30\x84\xff\xff\xff\xff"])
def test_bottomless_structures_are_refused(tag):
    assert outcome(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + tag * 20_000) is None
    assert outcome(tag * 60_000) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0))
def test_a_signature_that_was_cut_off_is_refused(length):
    encoded = gost_signed().encoded

    assert outcome(encoded[: length % len(encoded)]) is None


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([gost_signed, rsa_stamped]), st.integers(min_value=0, max_value=2**20), st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_changes_nothing(make, place, bit):
    signature = make()

    assert outcome(flipped(signature.encoded, place, bit)) in verdicts(signature)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([gost_signed, rsa_stamped]),
    st.sampled_from(["certificate", "attributes", "signature"]),
    st.integers(min_value=0, max_value=2**20),
    st.integers(0, 7),
)
def test_a_flipped_bit_in_what_is_signed_is_always_refused(make, part, place, bit):
    """Free are only the bytes outside: versions, the list of digests, spelling of the issuer's name, other certificates, stamps."""
    signature = make()
    signed = {
        "certificate": signature.holder.certificate,
        "attributes": signature.attributes[1:],
        "signature": signature.signature,
    }[part]
    start = signature.encoded.index(signed)

    assert outcome(flipped(signature.encoded, start + place % len(signed), bit)) is None


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=2**20), st.integers(0, 7), st.binary(max_size=3))
def test_changed_answers_and_lists_raise_refusals_only(place, bit, more):
    certificate, issuer = read_certificate(head().certificate), read_certificate(middle().certificate)
    changed = flipped(answer(head(), middle()), place, bit) + more

    with contextlib.suppress(RevocationAnswerWrong):
        check_answer(changed, certificate, issuer, time=NOON, at=NOON)
    with contextlib.suppress(EdsRefused):
        read_list(flipped(make_list(middle(), {5: NOON}), place, bit) + more).revoked_at(5)
