"""Sentences for people are written so that the tools that gather them for translators find them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
SOURCES = sorted(path for folder in ("campaign", "letters", "signatories") for path in (ROOT / folder).rglob("*.py"))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_can_be_gathered(path: Path) -> None:
    """xgettext reads neither into f-strings nor into expressions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    hidden = [call.lineno for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for call in calls(text)]
    computed = [call.lineno for call in calls(tree) if not isinstance(call.args[0], ast.Constant)]

    assert (hidden, computed) == ([], [])
