"""Erase what is known of one person, at that person's wish."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signatories.services.erasure import ErasureRefused, Line, erase_person


class Command(BaseCommand):
    """Lists table by table what goes and what stays, and erases it with --yes; ends with 1 when nothing can be erased."""

    help = "Erase everything that is known of the person with this address; without --yes only list it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and whether it is meant."""
        parser.add_argument("email", help="any address of the person that is known here")
        parser.add_argument("--yes", action="store_true", help="erase it; it cannot be taken back")

    def handle(self, *_args: Any, email: str, yes: bool, **_options: Any) -> None:
        """List or erase, and say what stays."""
        try:
            lines = erase_person(email, at=timezone.now(), only_look=not yes)
        except ErasureRefused as refusal:
            raise CommandError(str(refusal)) from None
        self._tell("Erased:" if yes else "Would be erased:", [line for line in lines if not line.stays])
        self._tell("Stays, and is to be looked at by hand:", [line for line in lines if line.stays])
        self.stdout.write(
            "Stays in any case: the organizations, their signatures, the public register, printed editions and every proof.\n"
            "Backups and copies of files that were taken out know the person still: see docs/operating.md, section 5."
        )
        if not yes:
            self.stdout.write("Nothing was changed. Add --yes to erase it; it cannot be taken back.")

    def _tell(self, heading: str, lines: list[Line]) -> None:
        if lines:
            self.stdout.write(heading)
        rows: dict[tuple[str, str], int] = {}
        for line in lines:
            rows[line.table, line.fate] = rows.get((line.table, line.fate), 0) + line.rows
        for (table, fate), count in sorted(rows.items()):
            self.stdout.write(f"  {table}: {count} {fate}")
