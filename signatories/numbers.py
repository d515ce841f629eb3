"""Registration numbers of legal entities.

Kazakhstan's BIN: twelve digits YYMM T D SSSSS C, where C is a weighted sum modulo 11 (weights 1…11, second pass 3…11, 1, 2;
Government decrees 406/2007 and 565/2003). The check digit catches slips of the pen; it does not identify anybody.
"""

import re

FIRST_WEIGHTS = range(1, 12)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def plain_number(text: str) -> str:
    """The number without the spaces and hyphens that people type."""
    return re.sub(r"[\s\-–]", "", text)


def bin_is_valid(number: str) -> bool:
    """Whether the twelve digits of a BIN agree with its check digit."""
    if not re.fullmatch(r"[0-9]{12}", number):
        return False
    digits = [int(digit) for digit in number]
    check = _remainder(digits, FIRST_WEIGHTS)
    if check == 10:
        check = _remainder(digits, SECOND_WEIGHTS)
    return check == digits[11]


def _remainder(digits: list[int], weights: "range | tuple[int, ...]") -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def is_of_branch(scheme: str, number: str) -> bool:
    """Whether the sixth digit of a BIN says that it is a branch (1) or a representative office (2), which is part of a head office."""
    return scheme == "KZ-BIN" and bin_is_valid(number) and number[5] in "12"


def has_check_digits(scheme: str) -> bool:
    """Whether numbers of this register carry digits that we can check."""
    return scheme == "KZ-BIN"


def number_is_valid(scheme: str, number: str) -> bool:
    """Whether the number is well formed in its register; numbers of registers whose rule is unknown are taken as they are."""
    return bin_is_valid(number) if scheme == "KZ-BIN" else bool(number)
