"""Fill the directory of offices."""

from typing import Any

from django.core.management.base import BaseCommand

from letters.services.office import seed_offices


class Command(BaseCommand):
    """Adds the offices of the seed data that are not there yet; never changes one that is."""

    help = "Add the offices of the seed data; offices that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Add and say how many."""
        added, kept = seed_offices()
        self.stdout.write(f"{added} offices added, {kept} kept.")
