"""The offline programs run on old machines, too: with Python 3.9, as they say, and the `cryptography` that Debian brings along with it."""

import ast
import re
from pathlib import Path

import pytest

from tests.tampering.conftest import SCRIPT

PROGRAMS = (SCRIPT, SCRIPT.with_name("witness.py"))
# What came later and lies at hand: to the standard library after 3.9, to `cryptography` after 3.3
LATER = {
    *("pairwise", "batched", "bit_count", "file_digest", "tomllib", "StrEnum", "UTC", "anext", "aiter", "aclosing", "hardlink_to"),
    *("ExceptionGroup", "BaseExceptionGroup", "TaskGroup", "add_note", "chdir", "is_junction", "full_match", "getencoding"),
    *("NoneType", "EllipsisType", "UnionType", "ParamSpec", "Self", "override", "assert_never", "dataclass_transform"),
    *("private_bytes_raw", "public_bytes_raw", "load_pem_x509_certificates", "not_valid_before_utc", "not_valid_after_utc"),
}  # fmt: skip
LATER_ARGUMENTS = {"strict", "slots", "kw_only", "delete_on_close", "case_sensitive"}


def used_in(program: Path) -> tuple[set[str], set[str]]:
    """The names that a program uses or imports, and the arguments that it names, read by the grammar of Python 3.9."""
    tree = ast.parse(program.read_text(encoding="utf-8"), feature_version=(3, 9))
    names, arguments = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.name for alias in node.names} | {getattr(node, "module", "")}
        elif isinstance(node, ast.keyword) and node.arg:
            arguments.add(node.arg)
    return names, arguments


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_an_offline_program_needs_no_newer_python_than_it_says(program: Path) -> None:
    names, arguments = used_in(program)

    said = re.findall(
        r"Needs Python (\S+?),? (?:and )?the package\s+`cryptography`", program.read_text(encoding="utf-8")
    )
    assert said == ["3.9"]
    promise = "It needs Python 3.9 or newer and the package [`cryptography`](https://cryptography.io) 3.3 or newer"
    assert promise in SCRIPT.with_name("README.md").read_text(encoding="utf-8")
    assert (names & LATER, arguments & LATER_ARGUMENTS) == (set(), set())


@pytest.mark.parametrize(
    "text", ["match 1:\n    case _: pass", "try: pass\nexcept* ValueError: pass", "type One = int"]
)
def test_the_grammar_of_python_3_9_is_the_one_that_is_asked(text: str, tmp_path: Path) -> None:
    newer = tmp_path / "newer.py"
    newer.write_text(text)

    with pytest.raises(SyntaxError):
        used_in(newer)
