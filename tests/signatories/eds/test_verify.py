"""What a good signature says, in every form in which it may be sent."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from signatories.eds.states import Algorithm, Revocation, Role, TimeSource
from signatories.eds.verify import Verdict, verify
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import NOON, NUMBER, Signature, head, make_person, middle, root, rsa_head
from tests.signatories.eds.conftest import trusting

CONTENT = b'{"letter":"1"}'


def pem(encoded: bytes, label: str = "CMS", ending: str = "\n") -> bytes:
    lines = base64.encodebytes(encoded).decode().replace("\n", ending)
    return f"-----BEGIN {label}-----{ending}{lines}-----END {label}-----{ending}".encode()


def check(signature: Signature | bytes, trust, **more) -> Verdict:
    encoded = signature if isinstance(signature, bytes) else signature.encoded
    return verify(encoded, CONTENT, **{"trust": trust, "at": NOON, "number": NUMBER} | more)


def test_a_first_head_signs_with_a_gost_key(trust):
    verdict = check(Signature(head(), CONTENT), trust)

    assert verdict == Verdict(
        algorithm=Algorithm.GOST,
        role=Role.HEAD,
        number=NUMBER,
        signed_at=NOON,
        time_source=TimeSource.RECEIPT,
        revocation=Revocation.NOT_CHECKED,
        certificate_sha256=head().sha256,
        subject="ҮЛГІЛІ ДАНИЯР МЫСАЛҰЛЫ, «Үлгі» қоғамдық қоры",
    )


def test_a_first_head_signs_with_an_rsa_key(trust):
    verdict = check(Signature(rsa_head(), CONTENT), trust)

    assert (verdict.algorithm, verdict.role) == (Algorithm.RSA, Role.HEAD)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(lambda encoded: encoded, id="DER"),
        pytest.param(pem, id="PEM of NCALayer"),
        pytest.param(
            lambda encoded: b"\xef\xbb\xbf" + pem(encoded, ending="\r\n") + b"\r\n", id="PEM saved on Windows"
        ),
        pytest.param(lambda encoded: pem(encoded, "PKCS7"), id="PEM of OpenSSL"),
        pytest.param(base64.b64encode, id="base64"),
        pytest.param(base64.encodebytes, id="base64 in lines"),
    ],
)
def test_it_may_be_sent_in_any_of_the_usual_forms(trust, form):
    assert check(form(Signature(rsa_head(), CONTENT).encoded), trust).role == Role.HEAD


def test_the_signed_content_may_lie_in_it(trust):
    assert check(Signature(rsa_head(), CONTENT, attached=CONTENT), trust).role == Role.HEAD


def endless(tag: int, *parts: bytes) -> bytes:
    """A value of BER whose length is not told beforehand, as older programs write it."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def test_it_may_be_written_without_lengths_and_its_content_in_pieces(trust):
    signature = Signature(rsa_head(), CONTENT)
    pieces = endless(0x24, ours.octets(CONTENT[:3]), ours.octets(CONTENT[3:]))
    body = endless(
        0x30,
        ours.integer(1),
        ours.set_of(ours.algorithm(ours.SHA256)),
        endless(0x30, ours.oid(ours.DATA), endless(0xA0, pieces)),
        endless(0xA0, rsa_head().certificate),
        ours.set_of(signature.signer),
    )

    assert check(endless(0x30, ours.oid(ours.SIGNED), endless(0xA0, body)), trust).role == Role.HEAD


def test_the_certificate_may_be_named_by_its_key(trust):
    assert check(Signature(head(), CONTENT, by_key=True), trust).role == Role.HEAD


@pytest.mark.parametrize(
    "named",
    [
        pytest.param((), id="not at all"),
        pytest.param((ours.names_v1(rsa_head().certificate),), id="by SHA-1"),
        pytest.param((ours.names_v2(rsa_head().certificate, ours.STREEBOG),), id="by Streebog"),
        pytest.param((ours.names_v1(rsa_head().certificate), ours.names_v2(rsa_head().certificate)), id="by both"),
    ],
)
def test_the_signature_may_name_its_certificate_in_the_known_ways(trust, named):
    assert check(Signature(rsa_head(), CONTENT, named=named), trust).role == Role.HEAD


def test_the_algorithm_may_be_given_as_the_kind_of_the_key(trust):
    """As OpenSSL and Bouncy Castle write it: rsaEncryption, with the digest beside it."""
    assert check(Signature(rsa_head(), CONTENT, signs="1.2.840.113549.1.1.1"), trust).role == Role.HEAD


@pytest.mark.parametrize(
    ("roles", "role", "binds"),
    [
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1"], Role.HEAD, True),
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.2"], Role.SIGNER, True),
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.3"], Role.FINANCE, False),
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.4"], Role.PERSONNEL, False),
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.5"], Role.EMPLOYEE, False),
        (["1.2.398.3.3.4.1.2"], Role.UNSTATED, False),
        (["1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.5", "1.2.398.3.3.4.1.2.1"], Role.HEAD, True),
    ],
)
def test_the_role_in_the_certificate_is_told_and_an_employee_is_no_failure(trust, roles, role, binds):
    person = make_person(ours.rsa_key("daniyar"), by=ours.rsa_root(), roles=roles)

    verdict = check(Signature(person, CONTENT), trust)

    assert (verdict.role, verdict.role.may_bind) == (role, binds)


def test_an_intermediate_that_came_along_leads_to_the_installed_root():
    came = (head().certificate, middle().certificate)

    assert check(Signature(head(), CONTENT, certificates=came), trusting(root())).role == Role.HEAD


def test_an_installed_intermediate_is_enough():
    assert check(Signature(head(), CONTENT), trusting(middle())).role == Role.HEAD


def test_an_authority_that_renewed_its_key_under_its_old_name_is_told_apart(trust):
    name = "ҰКО (RSA) ҮЛГІ"
    renewed = ours.make_authority(name, ours.rsa_key("renewed"))
    person = make_person(ours.rsa_key("daniyar"), by=renewed)

    assert check(Signature(person, CONTENT), trusting(ours.rsa_root(), renewed)).role == Role.HEAD
    assert check(Signature(person, CONTENT), trusting(renewed, ours.rsa_root())).role == Role.HEAD


def test_the_name_of_the_issuer_may_be_written_with_other_string_types_and_letters(trust):
    other = ours.sequence(
        ours.set_of(ours.sequence(ours.oid("2.5.4.3"), ours.tlv(0x1E, "ұко  (Rsa) ҮЛГІ".encode("utf-16-be")))),
        ours.set_of(ours.sequence(ours.oid("2.5.4.6"), ours.tlv(0x0C, b"kz"))),
    )
    person = make_person(ours.rsa_key("daniyar"), by=ours.rsa_root(), issuer_name=other)

    assert check(Signature(person, CONTENT), trust).role == Role.HEAD


def test_a_certificate_holds_to_its_last_second(trust):
    assert check(Signature(rsa_head(), CONTENT), trust, at=NOON + ours.YEAR).signed_at == NOON + ours.YEAR
    assert check(Signature(rsa_head(), CONTENT), trust, at=NOON - ours.YEAR).signed_at == NOON - ours.YEAR


def test_what_is_not_signed_in_it_does_not_matter(trust):
    note = ours.attribute("1.2.3.4", ours.octets(b"anything"))

    assert check(replace(Signature(rsa_head(), CONTENT), others=(note,)), trust).role == Role.HEAD


def test_the_verdict_tells_nothing_of_the_person_when_it_is_printed(trust):
    verdict = check(Signature(rsa_head(), CONTENT), trust)

    assert all(private not in repr(verdict) for private in ("ДАНИЯР", ours.IIN, rsa_head().sha256))
    assert ours.IIN not in verdict.subject


def test_a_timestamp_and_a_later_receipt_are_both_told(trust):
    signature = Signature(head(), CONTENT)
    stamped = signature.with_stamp(ours.stamp(signature.signature, at=NOON - timedelta(hours=1)))

    verdict = check(stamped, trust)

    assert (verdict.signed_at, verdict.time_source) == (NOON - timedelta(hours=1), TimeSource.TSP)
