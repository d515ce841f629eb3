"""Fills an empty database for the bench: two published letters to read, one open letter to sign.

`python -m bench.data` migrates, fills and prints as JSON what the bench must know. Everybody in it is invented.
"""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import django

CODE = "12345678"
NAMES = (26, 1000)
STARTED = 6000  # signatures that wait for their code, for each side of the comparison


def main() -> None:
    """Fill the database that the environment names."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed_offices", verbosity=0, stdout=_Silence())
    print(json.dumps(fill()))


class _Silence:
    def write(self, text: str) -> None:
        """Keep standard output for the JSON."""

    def flush(self) -> None:
        """Nothing is kept back."""


def fill() -> dict[str, Any]:
    """Make the letters and their signatures; the tokens that wait for their code come back."""
    for count in NAMES:
        admit(open_letter(f"names-{count}", publish=True), count)
    return {"site": list(start(open_letter("to-sign", publish=True), "site")), "bare": list(start_again("bare"))}


def _texts() -> dict[str, str]:
    from django.conf import settings

    texts = {}
    for language in ("kk", "ru", "en"):
        path = settings.BASE_DIR / "campaign" / "demonstration" / "closed" / f"{language}.md"
        title, _, body = path.read_text(encoding="utf-8").partition("\n")
        texts |= {f"title_{language}": title.removeprefix("# "), f"body_{language}": body.strip()}
        texts[f"summary_{language}"] = title.removeprefix("# ")
    return texts


def open_letter(slug: str, *, publish: bool) -> Any:
    """A letter with the demonstration's text and ten recipients, opened and published."""
    from django.utils import timezone

    from letters.models import Issuer, Letter, Office, Recipient
    from letters.services import letter as letters
    from letters.states import RecipientRole

    words = {"name": "Foundation", "address": "1 Example Street, Almaty", "signer": "A. Primerov", "post": "Director"}
    words |= {"executor": "M. Obraztsova"}
    columns = {f"{field}_{language}": text for field, text in words.items() for language in ("kk", "ru", "en")}
    issuer, _ = Issuer.objects.get_or_create(
        key="bench",
        defaults={
            **columns,
            "number_scheme": "KZ-BIN",
            "number": "221140000111",
            "phone": "+7 727 000 00 00",
            "email": "letters@example.org",
        },
    )
    now = timezone.now()
    letter = Letter(slug=slug, issuer=issuer, original_language="kk", reference="1/2026", **_texts())
    letters.make_letter(letter, by=None, at=now)
    for order, office in enumerate(Office.objects.order_by("pk")[:10]):
        role = RecipientRole.CC if order else RecipientRole.TO
        Recipient.objects.create(letter=letter, role=role, order=order, office=office)
    person = _coordinator(issuer)
    letters.open_letter(letter, by=person, at=now)
    letters.publish_letter(letter, by=person, at=now)
    return letter


def _coordinator(issuer: Any) -> Any:
    from campaign.base.models import User
    from letters.models import Coordinator

    person = User.objects.filter(email="coordinator@example.org").first()
    if person is None:
        person = User.objects.create_user("coordinator@example.org", language="en")
        Coordinator.objects.create(user=person, issuer=issuer)
    return person


def organizations(prefix: str, count: int) -> list[Any]:
    """New organizations with names as long as real ones, each with a domain of its own."""
    from django.conf import settings
    from django.utils import timezone

    from signatories.models import Organization

    path = settings.BASE_DIR / "campaign" / "demonstration" / "organizations.toml"
    models = tomllib.loads(path.read_text(encoding="utf-8"))["organization"]
    made = []
    for number in range(count):
        like = models[number % len(models)]
        names = {f"name_{code}": f"{name} № {number}" for code, name in like["names"].items()}
        shorts = {f"abbreviation_{code}": name for code, name in like.get("abbreviations", {}).items()}
        made.append(
            Organization(
                slug=f"{prefix}-{number}",
                kind=like["kind"],
                country=like.get("country", ""),
                original_language=like["original_language"],
                domain=f"{prefix}-{number}.example",
                website=f"https://{prefix}-{number}.example",
                verified_at=timezone.now(),
                **names,
                **shorts,
            )
        )
    return list(Organization.objects.bulk_create(made, batch_size=500))


def signature_of(revision: Any, organization: Any, **columns: Any) -> Any:
    """A signature of this organization that is not in the table yet."""
    from django.utils import timezone

    from signatories.models import Signature

    now = timezone.now()
    return Signature(
        revision=revision,
        organization=organization,
        email=f"director@{organization.domain}",
        person_name="Aigul Mysalqyzy",
        position="Director",
        basis="head",
        language="en",
        consent_version="1",
        consent_text="I consent.",
        consented_at=now,
        started_at=now,
        **columns,
    )


def admit(letter: Any, count: int) -> None:
    """Put so many names under a letter."""
    from django.db import transaction
    from django.utils import timezone

    from campaign.base import register
    from campaign.base.models import User
    from signatories.models import Mandate, Representative, Signature

    revision, now = letter.revisions.get(), timezone.now()
    signers = organizations(letter.slug, count)
    people = User.objects.bulk_create(
        [User(email=f"director@{one.domain}", password="!", language="en") for one in signers], batch_size=500
    )
    represents = Representative.objects.bulk_create(
        [Representative(user=person, organization=one) for person, one in zip(people, signers, strict=True)]
    )
    mandates = Mandate.objects.bulk_create(
        [Mandate(representative=one, name="A", position="Director", basis="head", stated_at=now) for one in represents]
    )
    signed = Signature.objects.bulk_create(
        signature_of(
            revision,
            mandate.representative.organization,
            state="admitted",
            person=mandate.representative.user,
            mandate=mandate,
            confirmed_at=now,
            decided_at=now,
        )
        for mandate in mandates
    )
    with transaction.atomic():
        for signature in signed:
            signature.opening = signature.opening_now()
            facts = {"fingerprint": revision.fingerprint, "signatory": signature.commitment()}
            signature.admitted_index = register.append("signature.admitted", letter=letter.uid, at=now, **facts)
    Signature.objects.bulk_update(signed, ["opening", "admitted_index"], batch_size=200)


def start(letter: Any, prefix: str) -> Iterator[str]:
    """Signatures of different organizations that all wait for the same code; their tokens."""
    from django.utils import timezone

    from signatories.models import Signature
    from signatories.services.code import CODE_LIFE, hash_of

    revision, ends = letter.revisions.get(), timezone.now() + CODE_LIFE
    rows = [signature_of(revision, one, code_expires_at=ends, codes_sent=1) for one in organizations(prefix, STARTED)]
    for row in rows:
        row.code_hash = hash_of(row, CODE)
    yield from (row.token for row in Signature.objects.bulk_create(rows, batch_size=500))


def start_again(prefix: str) -> Iterator[str]:
    """The same for the other side of the comparison, on the same letter."""
    from letters.models import Letter

    yield from start(Letter.objects.get(slug="to-sign"), prefix)


if __name__ == "__main__":
    main()
