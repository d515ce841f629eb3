"""The canonical form of a letter and its fingerprint (see `docs/fingerprint.md`)."""

import json
from datetime import datetime
from typing import Any

from campaign.base.canonical import LETTER_DOMAIN, canonical_json, clean_text, fingerprint, repair_look_alikes
from campaign.base.languages import LANGUAGES
from letters import markdown
from letters.errors import NothingCorrected
from letters.models import Issuer, Letter, Recipient, Revision

TEXT_FIELDS = ("title", "summary", "body")
ISSUER_FIELDS = ("number_scheme", "number", "phone", "email")
ISSUER_TEXTS = ("name", "address", "signer", "post", "executor")


def final_texts(letter: Letter) -> dict[str, dict[str, str]]:
    """The texts as opening would freeze them: {language: {field: text}}, cleaned, look-alikes in Kazakh words repaired."""
    texts = {
        language: {field: clean_text(letter.text(field, language)) for field in TEXT_FIELDS} for language in LANGUAGES
    }
    texts["kk"] = {field: repair_look_alikes(text)[0] for field, text in texts["kk"].items()}
    return texts


def issuer_form(issuer: Issuer) -> dict[str, Any]:
    """The registry data of an issuer as opening freezes it: {field: text}, translated fields as {field: {language: text}}."""
    plain: dict[str, Any] = {field: getattr(issuer, field) for field in ISSUER_FIELDS}
    return plain | {
        field: {language: getattr(issuer, f"{field}_{language}") or "" for language in LANGUAGES}
        for field in ISSUER_TEXTS
    }


def frozen_issuer(letter: Letter, revision: Revision | None) -> dict[str, Any]:
    """The issuer's registry data under this letter: as frozen, or in a draft as they are now."""
    if revision is None:
        return issuer_form(letter.issuer)
    issuer: dict[str, Any] = json.loads(revision.canonical)["issuer"]
    return issuer


def canonical_form(letter: Letter, texts: dict[str, dict[str, str]], recipients: list[Recipient]) -> dict[str, Any]:
    """What the fingerprint stands for: texts, prevailing language, issuer, recipients' blocks, and to whom demands are addressed."""
    form: dict[str, Any] = {
        "v": 1,
        "letter": letter.uid,
        "revision": 1,
        "kind": letter.kind,
        "original_language": letter.original_language,
        "issuer": issuer_form(letter.issuer),
        "recipients": [
            {
                "role": recipient.role,
                "office": recipient.office.key,
                "group": {language: getattr(recipient, f"group_{language}") or "" for language in LANGUAGES},
                "block": recipient.block,
            }
            for recipient in recipients
        ],
        "texts": texts,
    }
    demands = {recipient.office.key: numbers for recipient in recipients if (numbers := recipient.demand_numbers())}
    return form | {"demands": demands} if demands else form


def freeze(letter: Letter, *, at: datetime) -> Revision:
    """Freeze texts, issuer and recipients of a draft into its revision, inside the transaction that opens it."""
    recipients = list(letter.recipients.select_related("office").order_by("order", "pk"))
    for recipient in recipients:
        recipient.block = {language: recipient.current_block(language) for language in LANGUAGES}
        recipient.save(update_fields=["block"])
    texts = final_texts(letter)
    _write_back(letter, texts)
    return _store(letter, canonical_form(letter, texts, recipients), at=at)


def freeze_correction(letter: Letter, before: Revision, reason: dict[str, str], *, at: datetime) -> Revision:
    """Freeze corrected texts into the next revision; issuer, recipients and all else stay as they were frozen first.

    :param reason: why, in each language.
    :raises NothingCorrected: the texts are those of before.
    """
    texts = final_texts(letter)
    if texts == before.texts():
        raise NothingCorrected
    _write_back(letter, texts)
    form = json.loads(before.canonical)
    changed = {"revision": before.number + 1, "corrects": before.fingerprint, "reason": reason, "texts": texts}
    if "demands" in form:  # a demand is known by its number, and there may be fewer now
        most = len(markdown.structure(texts[letter.original_language]["body"]).demands)
        left = {office: [number for number in numbers if number <= most] for office, numbers in form["demands"].items()}
        changed["demands"] = {office: numbers for office, numbers in left.items() if numbers}
    return _store(letter, form | changed, at=at)


def _store(letter: Letter, form: dict[str, Any], *, at: datetime) -> Revision:
    return Revision.objects.create(
        letter=letter,
        number=form["revision"],
        reason=form.get("reason", {}),
        canonical=canonical_json(form).decode(),
        language_fingerprints={
            language: fingerprint("qoltanba/text/v1", {"language": language, **text})
            for language, text in form["texts"].items()
        },
        fingerprint=fingerprint(LETTER_DOMAIN, form),
        frozen_at=at,
    )


def _write_back(letter: Letter, texts: dict[str, dict[str, str]]) -> None:
    columns = {f"{field}_{language}": text for language, fields in texts.items() for field, text in fields.items()}
    for column, text in columns.items():
        setattr(letter, column, text)
    letter.save(update_fields=list(columns))
