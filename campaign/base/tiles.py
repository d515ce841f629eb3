"""The register as a set of plain files that anybody can copy: C2SP tlog-tiles (c2sp.org/tlog-tiles), 256 hashes a tile.

Besides the note `checkpoint` there are `tile/<level>/<number>` with hashes and `tile/entries/<number>` with the entries themselves, each
after its length in two bytes. A tile that is not full yet has `.p/<width>` after its number.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from campaign.base import merkle
from campaign.base.models.register import RegisterEntry, RegisterNode

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES = "entries"
_NUMBER = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")


def path_of(level: int | str, number: int, width: int = WIDTH) -> str:
    """Where a tile lies, below the register's address."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def parse_number(text: str) -> int | None:
    """The number of a tile from its path, such as `x001/234`; None when it is written otherwise."""
    if len(text) > 24 or not _NUMBER.fullmatch(text) or text.startswith("x000/"):
        return None
    return int(text.replace("x", "").replace("/", ""))


def hashes(level: int, number: int, width: int = WIDTH) -> bytes:
    """The hashes of a tile: at level 0 those of entries, at level n those of complete subtrees over 256ⁿ entries."""
    first, last = number * WIDTH, number * WIDTH + width - 1
    found: Any
    if level == 0:
        found = RegisterEntry.objects.filter(index__range=(first, last)).order_by("index")
        rows = found.values_list("leaf_hash", flat=True)
    else:
        found = RegisterNode.objects.filter(level=level * HEIGHT, index__range=(first, last)).order_by("index")
        rows = found.values_list("hash", flat=True)
    return b"".join(map(bytes, rows))


def entries(number: int, width: int = WIDTH) -> bytes:
    """The entries of a tile of level 0, each after its length: two bytes, the high one first."""
    span = (number * WIDTH, number * WIDTH + width - 1)
    found: Any = RegisterEntry.objects.filter(index__range=span).order_by("index").values_list("leaf", flat=True)
    return b"".join(len(leaf).to_bytes(2, "big") + bytes(leaf) for leaf in found)


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Every hash tile of a register of this size: level, number, width."""
    level = 0
    while count := size >> (HEIGHT * level):
        for number in range(-(-count // WIDTH)):
            yield level, number, min(WIDTH, count - number * WIDTH)
        level += 1


def has_tile(size: int, level: int, number: int, width: int) -> bool:
    """Whether a register of this size has a tile of this width: a full one, or at the right edge a smaller one."""
    if level > 7 or not 0 < width <= WIDTH:
        return False
    return number * WIDTH + width <= size >> (HEIGHT * level)


def write(folder: Path, *, note: str, size: int) -> int:
    """Write the files of a register of this size and return how many; full tiles that lie there already are left alone."""
    written = 0
    for level, number, width in widths(size):
        written += _write(folder / path_of(level, number, width), partial(hashes, level, number, width))
        if level == 0:
            written += _write(folder / path_of(ENTRIES, number, width), partial(entries, number, width))
    checkpoint = folder / "checkpoint"
    draft = checkpoint.with_suffix(".new")
    draft.write_text(note, encoding="utf-8")
    draft.replace(checkpoint)
    return written + 1


def _write(path: Path, content: Callable[[], bytes]) -> int:
    if path.exists():
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content())
    draft.replace(path)
    return 1


def read_leaves(folder: Path, size: int) -> Iterator[bytes]:
    """The entries of a copied register, in their order.

    :raises FileNotFoundError: a file is missing.
    :raises ValueError: a file is cut.
    """
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        content, place = (folder / path_of(ENTRIES, number, width)).read_bytes(), 0
        for _ in range(width):
            length = int.from_bytes(content[place : place + 2], "big")
            leaf = content[place + 2 : place + 2 + length]
            if place + 2 > len(content) or len(leaf) != length:
                raise ValueError(path_of(ENTRIES, number, width))
            yield leaf
            place += 2 + length


def root_of(leaves: Iterator[bytes]) -> bytes:
    """The root hash over entries that are read one after another."""
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier, _ = merkle.grow(size, frontier, merkle.leaf_hash(leaf))
    return merkle.root_of(frontier)
