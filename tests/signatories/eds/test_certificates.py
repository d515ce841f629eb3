"""What a certificate says, and what of it may be shown."""

import pytest

from signatories.eds.certificates import read_certificate, role_of
from signatories.eds.errors import Unreadable
from signatories.eds.states import Role
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import (
    NOON,
    NUMBER,
    YEAR,
    head,
    make_name,
    make_person,
    middle,
    root,
    rsa_key,
    rsa_root,
)


def named(*parts: tuple[str, str], **more):
    return read_certificate(make_person(rsa_key("daniyar"), by=rsa_root(), name=make_name(*parts), **more).certificate)


def test_a_persons_certificate_is_read_whole():
    policies = ours.extension("2.5.29.32", ours.sequence(ours.sequence(ours.oid("1.2.398.3.3.2.1"))))

    read = read_certificate(make_person(ours.gost_key("daniyar"), by=middle(), more=[policies]).certificate)

    assert read.person == "ҮЛГІЛІ ДАНИЯР МЫСАЛҰЛЫ, «Үлгі» қоғамдық қоры"
    assert read.numbers == {NUMBER}
    assert role_of(read) == Role.HEAD
    assert read.usage == {"digital_signature", "non_repudiation"}
    assert read.purposes == {ours.SIGN, ours.ORGANIZATION, ours.HEAD}
    assert read.policies == {"1.2.398.3.3.2.1"}
    assert (read.not_before, read.not_after) == (NOON - YEAR, NOON + YEAR)
    assert (read.is_authority, read.is_own_issuer) == (False, False)
    assert read.issuer_shown == "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) ҮЛГІ"


def test_an_authoritys_certificate_is_read_whole():
    above, below = (read_certificate(one.certificate) for one in (root(), middle()))

    assert (above.is_authority, above.is_own_issuer, above.path_length) == (True, True, None)
    assert (below.is_authority, below.is_own_issuer, below.path_length) == (True, False, 0)
    assert below.usage == {"key_cert_sign", "crl_sign"}
    assert above.has_issued(below)
    assert not below.has_issued(above)


def test_the_personal_number_is_in_no_text_of_it():
    read = read_certificate(head().certificate)

    assert all(ours.IIN not in text for text in (read.person, read.shown, repr(read)))


@pytest.mark.parametrize(
    ("unit", "numbers"),
    [
        ("BIN123456789021", {"123456789021"}),
        ("BIN 123456789021 ", {"123456789021"}),
        ("123456789021", set()),
        ("BIN1234567890210", set()),
        ("BIN12345678902", set()),
        ("ABIN123456789021", set()),
        ("BIN123456789021\n", {"123456789021"}),
    ],
)
def test_a_number_is_taken_only_in_the_form_that_the_authority_writes(unit, numbers):
    assert named(("2.5.4.3", "ҮЛГІ"), ("2.5.4.11", unit)).numbers == numbers


def test_what_cannot_be_seen_is_left_out_and_endless_names_are_cut():
    read = named(("2.5.4.3", "ҮЛ\u202eГІ\x00\u200b  ДАНИЯР\n"), ("2.5.4.10", "Ұ" * 5000))

    assert read.person == "ҮЛГІ ДАНИЯР, " + "Ұ" * 200


def test_a_certificate_without_extensions_says_nothing_more():
    bare = ours.certify(rsa_key("daniyar"), make_name(("2.5.4.10", "«Үлгі» қоры")), by=rsa_root())

    read = read_certificate(bare.certificate)

    assert (read.usage, read.purposes, read.is_authority, read.own_key) == (None, frozenset(), False, b"")
    assert read.shown == "«Үлгі» қоры"


@pytest.mark.parametrize(
    "encoded",
    [b"", b"\x30\x00", head().certificate[:-1], head().certificate + b"\0"],
    ids=["nothing", "empty", "cut off", "with more behind"],
)
def test_what_is_no_certificate_cannot_be_read(encoded):
    with pytest.raises(Unreadable):
        read_certificate(encoded)


def test_two_statements_of_the_algorithm_must_agree():
    read = read_certificate(head().certificate)
    told = [ours.sequence(read.signed, ours.algorithm(one), ours.bits(read.signature)) for one in (ours.GOST, ours.RSA)]

    assert read_certificate(told[0]) == read
    with pytest.raises(Unreadable):
        read_certificate(told[1])
