"""`manage.py restore DIR`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.base.backup import BackupRefused, restore


class Command(BaseCommand):
    help = "Bring a backup into this installation, which must be empty."
    requires_system_checks: list[str] = []  # they would speak of an installation that is not there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            report = restore(folder)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{report.files} files, {report.size} bytes restored. Now run “migrate” and start the site.")
