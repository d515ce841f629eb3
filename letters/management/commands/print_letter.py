"""`manage.py print_letter SLUG --out DIR`: a letter's editions as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from campaign.base.canonical import canonical_json
from campaign.base.errors import Refusal
from campaign.base.jobs import claimed
from campaign.base.languages import LANGUAGES
from letters.models import Edition, Letter, Recipient
from letters.services import edition as editions


class Command(BaseCommand):
    """Exit code 0: everything asked for was written; 1: not."""

    help = "Write the editions of a letter and manifest.json into a folder; those that still wait are printed first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the letter, what of it is wanted, and where it goes."""
        parser.add_argument("slug")
        parser.add_argument("--language", choices=LANGUAGES, help="Only this language.")
        parser.add_argument("--recipient", metavar="OFFICE", help="Only the editions of this office.")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument(
            "--draft", action="store_true", help="Unsigned drafts of what would be printed now, marked as such."
        )

    def handle(
        self,
        *_args: Any,
        slug: str,
        language: str | None,
        recipient: str | None,
        out: Path,
        draft: bool,
        **_options: Any,
    ) -> None:
        """Print what waits, then write the files."""
        letter = Letter.objects.select_related("issuer").filter(slug=slug).first()
        if letter is None:
            raise CommandError(f"There is no letter “{slug}”.")
        out.mkdir(parents=True, exist_ok=True)
        try:
            written = (
                _write_drafts(letter, language, recipient, out)
                if draft
                else _write_editions(letter, language, recipient, out)
            )
        except Refusal as refusal:
            with override("en"):
                raise CommandError(str(refusal)) from refusal
        if not written:
            raise CommandError(f"“{slug}” has no such editions. Editions are made when a letter is closed.")
        for name in written:
            self.stdout.write(str(out / name))


def _write_editions(letter: Letter, language: str | None, office: str | None, out: Path) -> list[str]:
    for waiting in editions.editions_of(letter, language=language, office=office):
        with claimed(Edition, waiting.pk) as edition:
            if edition is not None:
                editions.print_one(edition)
    chosen = editions.editions_of(letter, language=language, office=office)
    for edition in chosen:
        (out / editions.file_name(edition)).write_bytes(editions.content(edition))
    if chosen:
        (out / "manifest.json").write_bytes(canonical_json(editions.manifest(chosen)))
    return [editions.file_name(edition) for edition in chosen]


def _write_drafts(letter: Letter, language: str | None, office: str | None, out: Path) -> list[str]:
    from letters.printing.render import render  # WeasyPrint takes half a second to load; other commands do without

    recipients: list[Recipient | None] = [None, *editions.recipients_of(letter)]
    written = []
    for code in [language] if language else LANGUAGES:
        for recipient in recipients:
            key = "public" if recipient is None else recipient.office.key
            if office in (None, key):
                payload = editions.draft_payload(letter, code, recipient, at=timezone.now())
                written.append(f"{letter.slug}-{key}-{code}-draft.pdf")
                (out / written[-1]).write_bytes(render(payload))
    return written
