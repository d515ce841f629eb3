"""Write the register as plain files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from campaign.base import checkpoints, tiles


class Command(BaseCommand):
    """Brings a folder up to date with the published checkpoint; what lies there and is full is not written again."""

    help = "Write the public register as static files (C2SP tlog-tiles) for mirrors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign what is new where the key is here, then write."""
        if checkpoints.has_key():
            checkpoints.sign_checkpoint(at=timezone.now())
        point = checkpoints.newest()
        if point is None:
            self.stderr.write("Nothing is published yet: no checkpoint was signed.")
            return
        options["folder"].mkdir(parents=True, exist_ok=True)
        written = tiles.write(options["folder"], note=point.witnessed_note, size=point.size)
        self.stdout.write(f"{point.size} entries, {written} files written")
