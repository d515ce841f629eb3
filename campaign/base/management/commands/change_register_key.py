"""Let another key sign the checkpoints of the register from now on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from campaign.base import checkpoints, register, replay


class Command(BaseCommand):
    """Writes the change into the register, signed by both keys, and a last checkpoint by the old one that has it."""

    help = "Write into the register that another Ed25519 key signs its checkpoints from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The new key."""
        parser.add_argument("key", type=Path, help="PEM file with the new Ed25519 key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the key; the operator then sets REGISTER_KEY."""
        old, new = checkpoints.private_key(), checkpoints.read_key(options["key"].resolve())
        names = str(checkpoints.key_of(old)), str(checkpoints.key_of(new))
        statement, now = replay.key_statement(*names), timezone.now()
        with transaction.atomic():
            register.append(
                "register.key",
                at=now,
                old=names[0],
                new=names[1],
                signature_old=old.sign(statement).hex(),
                signature_new=new.sign(statement).hex(),
            )
        checkpoints.sign_checkpoint(at=now)
        self.stdout.write(f"The new key is {names[1]}\nSet REGISTER_KEY to {options['key'].resolve()} and start again.")
