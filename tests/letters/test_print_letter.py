"""`manage.py print_letter` writes what the desk offers for download."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaign.base.jobs import JobState
from letters.models import Edition, Letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demonstration(settings: Any, files: Path) -> None:
    settings.DEMONSTRATION = True


def print_letter(slug: str, out: Path, **options: Any) -> list[str]:
    """The names of the files that the command says it wrote."""
    said = io.StringIO()
    call_command("print_letter", slug, out=out, stdout=said, **options)
    return [Path(line).name for line in said.getvalue().splitlines()]


def test_waiting_editions_are_printed_and_written_with_a_manifest(closed_letter: Letter, tmp_path: Path):
    out = tmp_path / "out"

    written = print_letter("clean-air", out, language="en")

    manifest = json.loads((out / "manifest.json").read_bytes())
    assert written == ["clean-air-public-en.pdf", "clean-air-president-en.pdf"]
    assert [row["file"] for row in manifest] == written
    assert [hashlib.sha256((out / row["file"]).read_bytes()).hexdigest() for row in manifest] == [
        row["sha256"] for row in manifest
    ]
    assert Edition.objects.filter(state=JobState.DONE).count() == 2
    assert Edition.objects.filter(state=JobState.WAITING).count() == 4


def test_what_is_printed_is_not_printed_again(closed_letter: Letter, tmp_path: Path):
    print_letter("clean-air", tmp_path / "one", language="kk", recipient="president")
    print_letter("clean-air", tmp_path / "two", language="kk", recipient="president")

    name = "clean-air-president-kk.pdf"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_draft_is_written_without_being_stored(draft: Letter, tmp_path: Path):
    written = print_letter("clean-air", tmp_path / "out", language="kk", recipient="president", draft=True)

    assert written == ["clean-air-president-kk-draft.pdf"]
    assert (tmp_path / "out" / written[0]).read_bytes().startswith(b"%PDF-")
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("slug", "words"),
    [("nowhere", "There is no letter “nowhere”."), ("clean-air", "“clean-air” has no such editions.")],
)
def test_what_is_not_there_is_refused(draft: Letter, tmp_path: Path, slug: str, words: str):
    with pytest.raises(CommandError) as refused:
        print_letter(slug, tmp_path / "out")

    assert str(refused.value).startswith(words)


def test_an_edition_that_was_parked_is_not_written(closed_letter: Letter, tmp_path: Path):
    Edition.objects.update(state=JobState.PARKED)

    with pytest.raises(CommandError, match="This edition is not printed yet"):
        print_letter("clean-air", tmp_path / "out", language="kk")
