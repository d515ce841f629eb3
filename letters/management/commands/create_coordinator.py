"""Make the first coordinator, or another one."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from campaign.base.languages import LANGUAGES
from letters.models import Issuer
from letters.services.coordinator import make_coordinator


class Command(BaseCommand):
    """Asks for a password, which the desk needs beside a second factor."""

    help = "Make a person a coordinator; the password is asked for, or read from standard input with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        """Address, issuer, language."""
        parser.add_argument("email")
        parser.add_argument("--issuer", help="key of the issuer whose letters the person runs")
        parser.add_argument("--language", choices=LANGUAGES, default="kk")
        parser.add_argument(
            "--administrator", action="store_true", help="may also edit people, roles and reference data"
        )
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, make, say."""
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None
        issuer = self._issuer(options["issuer"])
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        person, is_new = make_coordinator(
            options["email"],
            issuer=issuer,
            language=options["language"],
            password=password,
            administrator=options["administrator"],
        )
        self.stdout.write(
            f"{person.email} is a coordinator{'' if is_new else '; the account was there, its password stays'}."
        )

    def _issuer(self, key: str | None) -> Issuer | None:
        if key is None:
            return None
        issuer = Issuer.objects.filter(key=key).first()
        if issuer is None:
            raise CommandError(f"There is no issuer with the key {key}.")
        return issuer
