"""Checks signatures by GOST R 34.10-2012 with 512 bits on the curve id-tc26-gost-3410-12-512-paramSetA (RFC 7836, A.2).

Kazakhstan knows it as GOST 34.10-2015, with Streebog; keys, signatures and digests are numbers in little-endian order.

Points on the way are (X, Y, Z) for x = X / Z², y = Y / Z³, so that nothing is divided, and coordinates are only folded to
about 512 bits, which takes less than half the time of `%`. A sum that leaves the formulas' field of use (a point plus
itself) gives Z = 0 for the rest of the way, and the signature is refused: an honest one meets this never.
"""

from functools import cache

from signatories.eds.streebog import streebog512

Affine = tuple[int, int]
Point = tuple[int, int, int]

KEY_BYTES = SIGNATURE_BYTES = 128
_NUMBER_BYTES = 64
_LOW = (1 << 512) - 1
_FOLD = 569  # 2⁵¹² is worth 569 in the field
FIELD = (1 << 512) - _FOLD
A = FIELD - 3  # on which the doubling below relies
B = int(
    "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265"
    "ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
    16,
)
ORDER = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
    16,
)
GENERATOR: Affine = (
    3,
    int(
        "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921"
        "df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
        16,
    ),
)
_KEY_WINDOW, _GENERATOR_WINDOW = 5, 8


def read_key(encoded: bytes) -> Affine:
    """The point of a public key, X and Y of 64 bytes each.

    :raises ValueError: another length, or no point of the curve.
    """
    if len(encoded) != KEY_BYTES:
        raise ValueError("A key has 128 bytes.")
    x, y = _numbers(encoded)
    if not (x < FIELD and y < FIELD and (y * y - (x * x + A) * x - B) % FIELD == 0):
        raise ValueError("The key is no point of the curve.")
    return x, y


def is_signed(message: bytes, signature: bytes, key: Affine) -> bool:
    """Whether the signature, R and S of 64 bytes each, over the Streebog of the message is the key's."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = _numbers(signature)
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    digest = int.from_bytes(streebog512(message), "little") % ORDER or 1
    inverse = pow(digest, -1, ORDER)
    x, _, z = _sum(s * inverse % ORDER, -r * inverse % ORDER, key)
    square = z * z % FIELD
    return square != 0 and any((x - wanted * square) % FIELD == 0 for wanted in (r, r + ORDER) if wanted < FIELD)


def _numbers(pair: bytes) -> tuple[int, int]:
    return int.from_bytes(pair[:_NUMBER_BYTES], "little"), int.from_bytes(pair[_NUMBER_BYTES:], "little")


def _sum(of_generator: int, of_key: int, key: Affine) -> Point:
    """So many times the generator and so many times the key, in one pass (Shamir's trick)."""
    steps = [(_digits(of_generator, _GENERATOR_WINDOW), _generator_multiples())]
    steps.append((_digits(of_key, _KEY_WINDOW), _odd_multiples(key, _KEY_WINDOW)))
    point: Point | None = None
    for place in range(512, -1, -1):
        if point:
            point = _double(point)
        for digits, multiples in steps:
            if digit := digits.get(place):
                x, y = multiples[abs(digit) >> 1]
                point = _add(point, (x, y if digit > 0 else -y)) if point else (x, y if digit > 0 else -y, 1)
    return point or (1, 1, 0)


def _digits(number: int, window: int) -> dict[int, int]:
    """The number as a sum of odd digits × 2^place with at least `window` - 1 empty places between (wNAF)."""
    digits = {}
    place = 0
    while number:
        zeros = (number & -number).bit_length() - 1
        place += zeros
        number >>= zeros
        digit = number & (1 << window) - 1
        if digit >> window - 1:
            digit -= 1 << window
        digits[place] = digit
        number -= digit
    return digits


@cache
def _generator_multiples() -> list[Affine]:
    return _odd_multiples(GENERATOR, _GENERATOR_WINDOW)


def _odd_multiples(point: Affine, window: int) -> list[Affine]:
    """1, 3, 5, … times the point, as many as digits of this window name."""
    multiples: list[Point] = [(*point, 1)]
    [twice] = _divided([_double(multiples[0])])
    for _ in range((1 << window - 2) - 1):
        multiples.append(_add(multiples[-1], twice))
    return _divided(multiples)


def _divided(points: list[Point]) -> list[Affine]:
    """The points as (x, y), with one division for all of them (Montgomery's trick)."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % FIELD)
    inverse = pow(products.pop(), -1, FIELD)
    affine: list[Affine] = []
    for (x, y, z), product in zip(reversed(points), reversed(products), strict=True):
        own = inverse * product % FIELD
        inverse = inverse * z % FIELD
        square = own * own % FIELD
        affine.append((x * square % FIELD, y * square * own % FIELD))
    return affine[::-1]


def _double(point: Point) -> Point:
    """Twice the point, for a = -3 (“dbl-2001-b” of the Explicit-Formulas Database)."""
    x, y, z = point
    t = z * z
    t = (t >> 512) * _FOLD + (t & _LOW)
    delta = (t >> 512) * _FOLD + (t & _LOW)
    t = y * y
    t = (t >> 512) * _FOLD + (t & _LOW)
    gamma = (t >> 512) * _FOLD + (t & _LOW)
    t = 4 * x * gamma
    t = (t >> 512) * _FOLD + (t & _LOW)
    beta = (t >> 512) * _FOLD + (t & _LOW)
    t = 3 * (x - delta) * (x + delta)
    t = (t >> 512) * _FOLD + (t & _LOW)
    alpha = (t >> 512) * _FOLD + (t & _LOW)
    t = alpha * alpha - 2 * beta
    t = (t >> 512) * _FOLD + (t & _LOW)
    x = (t >> 512) * _FOLD + (t & _LOW)
    t = 2 * y * z
    t = (t >> 512) * _FOLD + (t & _LOW)
    z = (t >> 512) * _FOLD + (t & _LOW)
    t = alpha * (beta - x) - 8 * gamma * gamma
    t = (t >> 512) * _FOLD + (t & _LOW)
    return x, (t >> 512) * _FOLD + (t & _LOW), z


def _add(point: Point, other: Affine) -> Point:
    """The sum of two different points (“madd”, eleven products)."""
    x, y, z = point
    t = z * z
    t = (t >> 512) * _FOLD + (t & _LOW)
    square = (t >> 512) * _FOLD + (t & _LOW)
    t = other[0] * square - x
    t = (t >> 512) * _FOLD + (t & _LOW)
    width = (t >> 512) * _FOLD + (t & _LOW)
    t = square * z
    t = (t >> 512) * _FOLD + (t & _LOW)
    t = other[1] * ((t >> 512) * _FOLD + (t & _LOW)) - y
    t = (t >> 512) * _FOLD + (t & _LOW)
    height = (t >> 512) * _FOLD + (t & _LOW)
    t = z * width
    t = (t >> 512) * _FOLD + (t & _LOW)
    z = (t >> 512) * _FOLD + (t & _LOW)
    t = width * width
    t = (t >> 512) * _FOLD + (t & _LOW)
    square = (t >> 512) * _FOLD + (t & _LOW)
    t = width * square
    t = (t >> 512) * _FOLD + (t & _LOW)
    cube = (t >> 512) * _FOLD + (t & _LOW)
    t = x * square
    t = (t >> 512) * _FOLD + (t & _LOW)
    base = (t >> 512) * _FOLD + (t & _LOW)
    t = height * height - cube - 2 * base
    t = (t >> 512) * _FOLD + (t & _LOW)
    x = (t >> 512) * _FOLD + (t & _LOW)
    t = height * (base - x) - y * cube
    t = (t >> 512) * _FOLD + (t & _LOW)
    return x, (t >> 512) * _FOLD + (t & _LOW), z
