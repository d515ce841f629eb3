"""Bring entries back that a restored backup lacks."""

from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from campaign.base import checkpoints, register, replay, tiles
from campaign.base.models import RegisterEntry, RegisterHead


class Command(BaseCommand):
    """Takes the missing entries from a mirror whose checkpoint this register's own key signed; they come back byte for byte."""

    help = "Append the entries that a mirror has and this register lacks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The mirror."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the mirror, then append."""
        folder: Path = options["folder"]
        found = replay.replay_files(folder, checkpoints.known_keys())
        if found.problems:
            raise CommandError(" ".join(found.problems))
        with transaction.atomic():
            size = RegisterHead.objects.select_for_update().get(pk=1).size
            leaves = tiles.read_leaves(folder, found.size)
            own = RegisterEntry.objects.order_by("index").values_list("leaf", flat=True)
            if any(bytes(mine) != theirs for mine, theirs in zip(own.iterator(), islice(leaves, size), strict=True)):
                raise CommandError("The mirror does not continue this register: an entry differs. Nothing was changed.")
            for leaf in leaves:
                register.append_again(leaf)
        self.stdout.write(f"{max(found.size - size, 0)} entries brought back")
