"""Registration numbers: the check digit of the BIN, and what it cannot see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.numbers import FIRST_WEIGHTS, bin_is_valid, number_is_valid, plain_number

KNOWN = ["941240000193", "971240001315", "020240000555", "940140000385", "010940000162", "950440001673"]
KNOWN += ["990940003030", "000640002067", "000740000728"]
BY_THE_SECOND_PASS = ["970240000816", "980440000757", "221140000111"]
digits = st.text("0123456789", min_size=11, max_size=11)


def check_digits(serial: str) -> list[str]:
    """The twelfth digits with which these eleven are a number."""
    return [last for last in "0123456789" if bin_is_valid(serial + last)]


def first_remainder(serial: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(serial, FIRST_WEIGHTS, strict=True)) % 11


@pytest.mark.parametrize("number", KNOWN + BY_THE_SECOND_PASS)
def test_numbers_of_known_organizations_agree(number: str) -> None:
    assert bin_is_valid(number)
    assert number_is_valid("KZ-BIN", number)


def test_some_of_them_need_the_second_pass() -> None:
    assert [first_remainder(number[:11]) for number in BY_THE_SECOND_PASS] == [10, 10, 10]
    assert all(first_remainder(number[:11]) < 10 for number in KNOWN)


@pytest.mark.parametrize("number", ["123456789021", "123456789011", "941240000194", "94124000019", "9412400001930", ""])
def test_wrong_ones_do_not(number: str) -> None:
    assert not bin_is_valid(number)


@pytest.mark.parametrize("serial", ["22114000010", "22114000282"])
def test_some_serials_have_no_check_digit_at_all(serial: str) -> None:
    assert check_digits(serial) == []


@given(digits)
def test_a_serial_has_one_check_digit_or_none(serial: str) -> None:
    assert len(check_digits(serial)) <= 1
    if (remainder := first_remainder(serial)) < 10:
        assert check_digits(serial) == [str(remainder)]


@given(digits, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_seen_but_for_the_eleventh_and_the_second_pass(serial: str, place: int, more: int) -> None:
    """Weight 11 is zero modulo 11: that is why a number alone proves nothing."""
    for last in check_digits(serial):
        number = serial + last
        typo = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
        if place != 10 and 10 not in (first_remainder(serial), first_remainder(typo[:11])):
            assert not bin_is_valid(typo)
        if place == 10 and first_remainder(serial) < 10:
            assert bin_is_valid(typo)


@given(st.text(max_size=20))
def test_no_text_raises_and_only_twelve_plain_digits_are_a_number(text: str) -> None:
    if bin_is_valid(text):
        assert text.isascii()
        assert (text.isdigit(), len(text)) == (True, 12)
    assert plain_number(plain_number(text)) == plain_number(text)


@given(st.sampled_from(KNOWN), st.lists(st.integers(0, 12), max_size=5), st.sampled_from([" ", "-", "–", "\u00a0"]))
def test_spaces_and_hyphens_do_not_matter(number: str, places: list[int], between: str) -> None:
    typed = number
    for place in sorted(places, reverse=True):
        typed = typed[:place] + between + typed[place:]
    assert plain_number(typed) == number


@pytest.mark.parametrize("digits_of_another_script", ["٩٤١٢٤٠٠٠٠١٩٣", "９４１２４００００１９３", "941240000193\n"])
def test_digits_of_another_script_are_no_number(digits_of_another_script: str) -> None:
    assert not bin_is_valid(digits_of_another_script)


def test_numbers_of_other_registers_are_taken_as_they_are() -> None:
    assert number_is_valid("GB-CHC", "1090095")
    assert not number_is_valid("GB-CHC", "")
