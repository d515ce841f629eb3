"""The table of attacks names tests that exist, and every test of an attack."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "attacks.md"


def written_in(folder: Path) -> set[str]:
    """Every test below the folder, as the table writes it."""
    return {
        f"{path.relative_to(TESTS).as_posix()}::{name}"
        for path in folder.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_the_table_of_attacks_names_tests_that_exist_and_every_test_of_an_attack() -> None:
    named = set(re.findall(r"`([\w/]+\.py::test_\w+)`", TABLE.read_text()))

    assert named - written_in(TESTS) == set()
    assert written_in(TESTS / "attacks") - named == set()
