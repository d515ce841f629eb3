"""`manage.py backup DIR`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaign.base.backup import BackupRefused, back_up


class Command(BaseCommand):
    help = "Copy database, files and keys of this installation into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            report = back_up(folder, at=timezone.now())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{report.files} files, {report.size} bytes in {folder}. Keep {folder / 'keys'} apart.")
        keys = settings.VAR_DIR / "keys"
        if settings.SIGNING_PKCS12 and keys not in Path(settings.SIGNING_PKCS12).parents:
            self.stderr.write(f"SIGNING_PKCS12 lies outside {keys} and is not in this backup.")
