"""Replay the public register, or check what was carried away from it."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.base import checkpoints, proofs, replay
from campaign.base.signed_note import NoteBroken, NoteKey


class Command(BaseCommand):
    """Checks everything from the first entry; ends with 1 when anything disagrees."""

    help = "Replay the public register from its first entry, or check a file with proofs or a folder with its copied files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is checked, and by which key."""
        parser.add_argument("bundle", nargs="?", type=Path, help="register.json, a receipt, or a folder with tiles")
        parser.add_argument("--key", help="the verifier key to trust instead of those of this installation")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and say what was found."""
        bundle: Path | None = options["bundle"]
        if bundle is None:
            found = replay.replay(self._keys(options["key"]) if options["key"] else None)
        elif bundle.is_dir():
            found = replay.replay_files(bundle, self._keys(options["key"]))
        else:
            self._check_proofs(bundle, self._keys(options["key"]))
            return
        for problem in found.problems:
            self.stderr.write(problem)
        self.stdout.write(f"{found.size} entries, root {found.root.hex()}")
        if found.problems:
            sys.exit(1)

    def _keys(self, given: str | None) -> list[NoteKey]:
        try:
            return [NoteKey.parse(given)] if given else checkpoints.known_keys()
        except NoteBroken as broken:
            raise CommandError(f"This is no verifier key: {broken}") from broken

    def _check_proofs(self, file: Path, keys: list[NoteKey]) -> None:
        try:
            bundle = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as unreadable:
            raise CommandError(f"{file} cannot be read: {unreadable}") from unreadable
        problems = proofs.problems_of(bundle, keys)
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            sys.exit(1)
        self.stdout.write(f"{len(bundle['entries'])} entries proved, key {bundle['key']}")
