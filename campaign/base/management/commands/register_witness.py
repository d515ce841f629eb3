"""Say who watches the register, and take what they signed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from campaign.base import checkpoints, witnesses
from campaign.base.languages import LANGUAGES
from campaign.base.models import RegisterWitness
from campaign.base.signed_note import COSIGNATURE, NoteBroken, NoteKey

LONGEST_NAME = 200


class Command(BaseCommand):
    """Adds or retires a witness, names all, or takes a checkpoint that one has signed."""

    help = "Add or retire a witness of the register, list them, or take a checkpoint that a witness has signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is to be done."""
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="let the signatures of this key count, or change its address")
        add.add_argument("key", help="the verifier key, as `witness.py --new` printed it")
        add.add_argument("--mail", help="where the newest checkpoint is sent once a day; empty: nowhere any more")
        add.add_argument("--language", choices=LANGUAGES, help="of that message; Kazakh where nothing was said")
        retire = acts.add_parser("retire", help="let its signatures count no more; those that it made stay")
        retire.add_argument("name", help="the name of its key")
        acts.add_parser("list", help="name the witnesses, and what each has seen")
        accept = acts.add_parser("accept", help="take a checkpoint that came by mail")
        accept.add_argument("file", type=Path, help="the text that `witness.py` printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        getattr(self, f"_{options['act']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        try:
            key = NoteKey.parse(options["key"], COSIGNATURE)
            if options["mail"]:
                validate_email(options["mail"])
        except (NoteBroken, ValidationError) as wrong:
            raise CommandError(f"This is no key of a witness, or no address: {wrong}") from wrong
        if key.name == checkpoints.origin():
            raise CommandError("The register cannot be its own witness.")
        if len(key.name) > LONGEST_NAME:
            raise CommandError(f"The name of the key is longer than {LONGEST_NAME} characters.")
        said = {"email": options["mail"], "language": options["language"]}
        facts = {"key": str(key), "retired_at": None} | {name: text for name, text in said.items() if text is not None}
        found = RegisterWitness.objects.filter(name=key.name).first()
        if found is not None and found.key != facts["key"] and found.cosignatures.exists():
            raise CommandError(f"{key.name} has signed with another key: a new key needs a new name.")
        RegisterWitness.objects.update_or_create(
            name=key.name, defaults=facts, create_defaults={"language": LANGUAGES[0]} | facts
        )
        self.stdout.write(f"{key.name} is a witness.")

    def _retire(self, options: dict[str, Any]) -> None:
        count = RegisterWitness.objects.filter(name=options["name"], retired_at=None).update(
            retired_at=timezone.now(), email=""
        )
        if not count:
            raise CommandError(f"There is no witness {options['name']}.")
        self.stdout.write(f"{options['name']} is a witness no more.")

    def _list(self, options: dict[str, Any]) -> None:
        for witness in witnesses.known():
            seen = "nothing yet"
            if witness.seen_at:
                seen = f"{witness.seen_size} entries at {witness.seen_at:%Y-%m-%dT%H:%M:%SZ}"
            self.stdout.write(f"{witness.key}: {seen}")

    def _accept(self, options: dict[str, Any]) -> None:
        try:
            point = witnesses.accept(options["file"].read_text(encoding="utf-8"), at=timezone.now())
        except (OSError, ValueError) as refused:
            raise CommandError(f"Not taken: {refused}") from refused
        self.stdout.write(point.witnessed_note)
