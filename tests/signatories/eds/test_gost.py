"""Signatures of another implementation are recognised, and nothing else is."""

import pytest
from gostcrypto import gostsignature
from gostcrypto.gostsignature.gost_34_10_2012 import CURVES_R_1323565_1_024_2019 as CURVES

from signatories.eds import gost
from signatories.eds.streebog import streebog512
from tests.signatories.eds.authority import gost_key, multiple

MESSAGE = "Біз келісеміз.".encode()


def big(number: bytes) -> bytearray:
    """Numbers of the other implementation begin with the highest byte."""
    return bytearray(number[::-1])


@pytest.fixture(scope="module")
def other():
    return gostsignature.new(gostsignature.MODE_512, CURVES["id-tc26-gost-3410-12-512-paramSetA"])


def test_what_another_implementation_signed_is_recognised(other):
    key = gost_key("daniyar")
    signed = bytes(other.sign(bytearray(key.secret.to_bytes(64, "big")), big(streebog512(MESSAGE))))
    signature = signed[:64][::-1] + signed[64:][::-1]

    assert gost.is_signed(MESSAGE, signature, key.point)
    assert not gost.is_signed(MESSAGE + b".", signature, key.point)
    assert not gost.is_signed(MESSAGE, signature, gost_key("mira").point)


def test_what_the_tests_sign_is_recognised_by_another_implementation(other):
    key = gost_key("daniyar")
    signature = key.sign(MESSAGE)
    x, y = key.point
    public = bytearray(x.to_bytes(64, "big") + y.to_bytes(64, "big"))

    assert other.verify(public, big(streebog512(MESSAGE)), big(signature[:64]) + big(signature[64:]))


@pytest.mark.parametrize("number", [1, 2, 3, 127, 128, gost.ORDER - 1, 2**511 + 12345])
def test_multiples_of_the_generator_are_those_of_another_implementation(other, number):
    x, y = multiple(number)

    public = bytes(other.public_key_generate(bytearray(number.to_bytes(64, "big"))))

    assert public == x.to_bytes(64, "big") + y.to_bytes(64, "big")


@pytest.mark.parametrize("place", [0, 31, 63, 64, 100, 127])
def test_a_flipped_bit_in_a_signature_is_noticed(place):
    key = gost_key("daniyar")
    signature = bytearray(key.sign(MESSAGE))

    signature[place] ^= 1

    assert not gost.is_signed(MESSAGE, bytes(signature), key.point)


@pytest.mark.parametrize("number", [0, gost.ORDER, 2**512 - 1])
def test_numbers_outside_of_the_range_are_no_signature(number):
    key = gost_key("daniyar")
    signature, wrong = key.sign(MESSAGE), number.to_bytes(64, "little")

    assert not gost.is_signed(MESSAGE, wrong + signature[64:], key.point)
    assert not gost.is_signed(MESSAGE, signature[:64] + wrong, key.point)


def test_the_same_signature_written_with_a_larger_number_is_none():
    """A key is made for which S = 5 is right; S + q means the same, and only one spelling may count."""
    once, digest = 12345, int.from_bytes(streebog512(MESSAGE), "little") % gost.ORDER
    r = multiple(once)[0] % gost.ORDER
    key = multiple((5 - once * digest) * pow(r, -1, gost.ORDER) % gost.ORDER)
    spelled = [r.to_bytes(64, "little") + s.to_bytes(64, "little") for s in (5, 5 + gost.ORDER)]

    assert [gost.is_signed(MESSAGE, one, key) for one in spelled] == [True, False]


def test_a_signature_of_another_length_is_none():
    key = gost_key("daniyar")

    assert not gost.is_signed(MESSAGE, key.sign(MESSAGE) + b"\0", key.point)
    assert not gost.is_signed(MESSAGE, b"", key.point)


def test_sums_that_leave_the_formulas_are_no_signature():
    """S = R = digest gives 1·G - 1·Q; with Q = G that is the point at infinity."""
    digest = int.from_bytes(streebog512(MESSAGE), "little") % gost.ORDER
    half = digest.to_bytes(64, "little")

    assert not gost.is_signed(MESSAGE, half + half, gost.GENERATOR)


@pytest.mark.parametrize("encoded", [b"", bytes(128), bytes(127), b"\xff" * 128, (3).to_bytes(64, "little") * 2])
def test_bytes_that_are_no_point_of_the_curve_are_no_key(encoded):
    with pytest.raises(ValueError, match="key"):
        gost.read_key(encoded)
