#!/usr/bin/env python3
"""Fails when a sentence of the product lacks its Kazakh or Russian, or a catalogue holds what is fuzzy or in a wrong form.

Messages are gathered anew from a copy of the tracked sources, so a forgotten `makemessages` is found as well.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("kk", "ru")


def main() -> int:
    """Print every gap and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        gather(Path(folder))
        gaps = [gap for language in LANGUAGES for gap in gaps_of(Path(folder), language)]
    gaps += [gap for file in sorted((ROOT / "locale").rglob("*.po")) for gap in faults_of(file)]
    for gap in gaps:
        print(gap)
    return 1 if gaps else 0


def gather(folder: Path) -> None:
    """Copy what git tracks and let Django bring the copy's own catalogues up to date."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    languages = [f"--locale={language}" for language in LANGUAGES]
    command = [sys.executable, "manage.py", "makemessages", "--verbosity=0", "--ignore=locale/vendor/*", *languages]
    environment = {**os.environ, "SECRET_KEY": "gather", "VAR_DIR": str(folder / "var")}
    subprocess.run(command, cwd=folder, env=environment, check=True)


def gaps_of(folder: Path, language: str) -> list[str]:
    """The product's sentences that have no translation into this language."""
    catalogue = polib.pofile(str(folder / "locale" / language / "LC_MESSAGES" / "django.po"))
    missing = [entry for entry in catalogue if not entry.obsolete and not (entry.translated() and not entry.fuzzy)]
    return [f"{language}: not translated: “{entry.msgid}” ({place(entry)})" for entry in missing]


def place(entry: polib.POEntry) -> str:
    """Where the sentence stands first."""
    return ":".join(entry.occurrences[0]) if entry.occurrences else "vendor"


def faults_of(file: Path) -> list[str]:
    """What msgfmt and a reader of the catalogue find wrong with it."""
    name = file.relative_to(ROOT)
    answer = subprocess.run(
        ["msgfmt", "--check-format", "-o", os.devnull, file], capture_output=True, text=True, check=False
    )
    fuzzy = [
        f"{name}: fuzzy: “{entry.msgid}”" for entry in polib.pofile(str(file)).fuzzy_entries() if not entry.obsolete
    ]
    return (answer.stderr.strip().splitlines() if answer.returncode else []) + fuzzy


if __name__ == "__main__":
    sys.exit(main())
