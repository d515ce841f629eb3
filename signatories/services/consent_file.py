"""The consent evidence file: everything that shows who agreed to what, when and how, in one sealed ZIP (see `docs/consent-file.md`).

It is written to a temporary file, some signatures at a time, so that a letter with thousands of them needs no more memory.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from campaign.base import journal, proofs
from campaign.base.errors import NotAllowed
from campaign.base.models import RegisterEntry, User
from letters import signed_by
from letters.models import Letter, Revision
from letters.printing import seal
from letters.printing.errors import SigningKeyUnusable, SigningNotConfigured
from signatories.access import signatures_of
from signatories.errors.consent_file import NothingInPublic, NothingToProve, NotPublishedYet, SealMissing
from signatories.models import Evidence, Organization, Signature
from signatories.public_selectors import admitted_in_public
from signatories.services.receipt import Receipt, as_json, proofs_of, receipts_of
from signatories.states import SignatureSource, SignatureState

AT_ONCE = 200
DATED = (2020, 1, 1, 0, 0, 0)  # in every archive, so that only its content tells it from another
PROVED = Q(state__in=[SignatureState.ADMITTED, SignatureState.ON_HOLD]) | Q(
    state=SignatureState.WITHDRAWN, admitted_index__isnull=False
)


def of_letter(letter: Letter, *, language: str, by: User, at: datetime) -> IO[bytes]:
    """The file of one letter, for its coordinators: every signature that counts or counted.

    :raises Refusal: NotAllowed, NothingToProve, SealMissing.
    """
    if not Letter.objects.of(by).filter(pk=letter.pk).exists():
        raise NotAllowed
    found = Signature.objects.filter(PROVED, revision__letter=letter)
    return _private(found, letter, scope=letter.slug, language=language, by=by, at=at, for_desk=True)


def of_organization(organization: Organization, *, language: str, by: User, at: datetime) -> IO[bytes]:
    """The file of one organization, for a coordinator: its signatures under the letters that this person runs.

    :raises Refusal: NothingToProve, SealMissing.
    """
    found = Signature.objects.filter(PROVED, organization=organization, revision__letter__in=Letter.objects.of(by))
    return _private(found, organization, scope="", language=language, by=by, at=at, for_desk=True)


def of_own_organization(organization: Organization, *, language: str, by: User, at: datetime) -> IO[bytes]:
    """The file of one organization, for its own people: what this person signed, or as an owner all.

    Says what was checked and when, not what reviewers noted and who they are.

    :raises Refusal: NothingToProve, SealMissing.
    """
    found = signatures_of(by).filter(PROVED, organization=organization)
    return _private(found, organization, scope="", language=language, by=by, at=at, for_desk=False)


def public_version_of(letter: Letter, *, language: str, by: User, at: datetime) -> IO[bytes]:
    """The file of a published letter that may be passed on: no person, no address, no hidden name, nothing of the evidence.

    :raises Refusal: NotAllowed, NotPublishedYet, SealMissing.
    """
    if not Letter.objects.of(by).filter(pk=letter.pk).exists():
        raise NotAllowed
    if not letter.is_published(at):
        raise NotPublishedYet
    revision = letter.current_revision()
    archive = Archive()
    with translation.override(language):
        for one in letter.revisions.order_by("number"):
            _add_letter(archive, one, folder="letter" if one == revision else f"letter/text-{one.number}")
        standing = signed_by.reader().standing(letter.pk, language)
        entries = RegisterEntry.objects.filter(letter=letter.uid, kind__startswith="letter.").order_by("index")
        inclusions, checkpoint = proofs_of(list(entries.values_list("index", flat=True)))
        archive.add_json(
            "letter/register.json", proofs.bundle(checkpoint, [(one, None) for one in inclusions.values()])
        )
        facts = {
            "organizations": [
                {
                    "name": line.name,
                    "place": line.place,
                    "late": line.late,
                    "came": str(line.came),
                    "text": line.revision,
                }
                for line in standing.names
            ],
            "withdrawn": [
                {"name": line.name, "on": line.on.isoformat(), "disputed": line.disputed} for line in standing.withdrawn
            ],
            "signed": standing.counts.admitted,
            "not_named": standing.counts.unnamed,
        }
        archive.add_json("signatures.json", facts)
        page = {**facts, "title": letter.text("title", language), "fingerprint": revision.fingerprint, "made_at": at}
        archive.add("index.html", render_to_string("signatories/consent_file_public.html", page).encode())
        return _sealed(archive, letter, "consent_file.public", scope=letter.slug, by=by, at=at)


def public_version_of_organization(organization: Organization, *, language: str, by: User, at: datetime) -> IO[bytes]:
    """What an organization signed in public, with its own receipts: for whoever may make its whole file.

    Nothing of people, of the evidence, and of what it signed without being named.

    :raises Refusal: NothingInPublic, SealMissing.
    """
    mine = Q(pk__in=signatures_of(by)) | Q(revision__letter__in=Letter.objects.of(by))
    found = admitted_in_public(at).filter(mine, organization=organization)
    signatures = list(found.select_related("revision__letter", "organization").order_by("decided_at", "pk"))
    if not signatures:
        raise NothingInPublic
    receipts = receipts_of(signatures)
    archive = Archive()
    with translation.override(language):
        for signature in signatures:
            _add_letter(archive, signature.revision, folder=_folder(signature.revision))
            archive.add(f"receipts/{signature.admitted_index}.json", as_json(receipts[signature.pk]))
        page = {
            "organization": organization.name_in(language),
            "signatures": [_public_facts(signature, language) for signature in signatures],
        }
        archive.add_json("signatures.json", page)
        shown = render_to_string("signatories/consent_file_organization.html", {**page, "made_at": at})
        archive.add("index.html", shown.encode())
        return _sealed(archive, organization, "consent_file.public", scope="", by=by, at=at)


def _public_facts(signature: Signature, language: str) -> dict[str, Any]:
    letter = signature.revision.letter
    return {
        "letter": letter.uid,
        "title": letter.text("title", language),
        "fingerprint": signature.revision.fingerprint,
        "admitted_on": "" if signature.decided_at is None else timezone.localdate(signature.decided_at).isoformat(),
        "late": signature.late,
        "register_entry": signature.admitted_index,
    }


def _private(
    found: QuerySet[Signature],
    subject: Letter | Organization,
    *,
    scope: str,
    language: str,
    by: User,
    at: datetime,
    for_desk: bool,
) -> IO[bytes]:
    if not found.exists():
        raise NothingToProve
    archive = Archive()
    with translation.override(language):
        texts = Revision.objects.filter(letter__in=found.values("revision__letter")).order_by("letter", "number")
        for revision in texts.select_related("letter"):  # all: who renewed signed an earlier one, too
            _add_letter(archive, revision, folder=_folder(revision))
        with archive.open("index.html") as page:
            page.write(render_to_string("signatories/_consent_file_head.html", {"made_at": at}).encode())
            for signature, facts, receipt in _proved(found, for_desk=for_desk):
                shown = {**facts, "signature": signature, "organization": signature.organization.name_in(language)}
                shown["title"] = signature.revision.letter.text("title", language)
                page.write(render_to_string("signatories/_consent_file_signature.html", shown).encode())
                archive.later(f"signatures/{signature.token[:12]}.json", _json(facts))
                if receipt is not None:
                    archive.later(f"receipts/{receipt.inclusion.index}.json", as_json(receipt))
            page.write(b"</body></html>\n")
        archive.write_later()
        return _sealed(archive, subject, "consent_file.made", scope=scope, by=by, at=at)


def _folder(revision: Revision) -> str:
    number = f"-{revision.number}" if revision.number > 1 else ""
    return f"letters/{revision.letter.slug}{number}"


def _add_letter(archive: "Archive", revision: Revision, folder: str) -> None:
    archive.add(f"{folder}/canonical.json", revision.canonical.encode())
    prints = {"letter": revision.fingerprint, "languages": revision.language_fingerprints}
    archive.add_json(f"{folder}/fingerprints.json", prints)


def _proved(
    found: QuerySet[Signature], *, for_desk: bool
) -> Iterator[tuple[Signature, dict[str, Any], Receipt | None]]:
    """Each signature with what is known of it and its receipt, some at a time."""
    keys = list(found.order_by("confirmed_at", "pk").values_list("pk", flat=True))
    people = ("person", "approver", "entered_by", "seconded_by", "decided_by", "mandate")
    for start in range(0, len(keys), AT_ONCE):
        some = Signature.objects.select_related("revision__letter", "organization", *people)
        some = some.prefetch_related("erratum_answers")
        signatures = some.in_bulk(keys[start : start + AT_ONCE])
        evidence = _evidence_of(list(signatures.values()))
        receipts = receipts_of(signatures.values())
        for key in keys[start : start + AT_ONCE]:
            signature = signatures[key]
            yield signature, _facts(signature, evidence, for_desk=for_desk), receipts.get(key)


def _evidence_of(signatures: list[Signature]) -> list[Evidence]:
    known = Evidence.objects.filter(organization__in={one.organization_id for one in signatures})
    return list(known.select_related("checked_by").order_by("checked_at", "pk"))


def _facts(signature: Signature, evidence: list[Evidence], *, for_desk: bool) -> dict[str, Any]:
    """What text, who, when and how, in words and numbers that programs read too."""
    own = [
        one
        for one in evidence
        if one.organization_id == signature.organization_id and one.mandate_id in (None, signature.mandate_id)
    ]
    return {
        "letter": signature.revision.letter.uid,
        "fingerprint": signature.revision.fingerprint,
        "organization_id": signature.organization.uid,
        "state": signature.state,
        "visibility": signature.visibility,
        "late": signature.late,
        "person": {
            "name": signature.person_name,
            "position": signature.position,
            "basis": signature.get_basis_display(),
            "basis_note": signature.basis_note,
            "email": signature.email,
        },
        "consent": {
            "version": signature.consent_version,
            "language": signature.language,
            "text": signature.consent_text,
            "at": _moment(signature.consented_at),
        },
        "earlier_texts": [one.before for one in signature.erratum_answers.all() if one.renewed_at is not None],
        "how": _how(signature, for_desk=for_desk),
        "admitted_at": _moment(signature.decided_at) if signature.admitted_index is not None else "",
        "withdrawn_at": _moment(signature.withdrawn_at),
        "register_entry": signature.admitted_index,
        "evidence": [_evidence_facts(one, for_desk=for_desk) for one in own],
    }


def _how(signature: Signature, *, for_desk: bool) -> list[dict[str, str]]:
    """The steps by which the signature was given, each with its time."""
    if signature.source == SignatureSource.ONLINE:
        steps = [{"step": "code", "at": _moment(signature.confirmed_at), "by": signature.email}]
    else:
        steps = [
            {"step": "entered", "at": _moment(signature.started_at), "by": _name(signature.entered_by, for_desk)},
            {"step": "compared", "at": _moment(signature.confirmed_at), "by": _name(signature.seconded_by, for_desk)},
        ]
        steps[0]["scan_sha256"] = signature.scan_sha256
    if signature.approved_at is not None:
        by = "" if signature.approver is None else signature.approver.email
        steps.append({"step": "approved", "at": _moment(signature.approved_at), "by": by})
    return steps


def _evidence_facts(evidence: Evidence, *, for_desk: bool) -> dict[str, str]:
    facts = {
        "kind": evidence.kind,
        "name": evidence.get_kind_display(),
        "result": evidence.result,
        "checked_at": _moment(evidence.checked_at),
        "document_sha256": evidence.document_sha256,
    }
    return facts | {"detail": evidence.detail, "by": _name(evidence.checked_by, for_desk)} if for_desk else facts


def _name(person: User | None, for_desk: bool) -> str:
    return person.email if for_desk and person is not None else ""


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else timezone.localtime(moment).isoformat(timespec="seconds")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


@transaction.atomic
def _sealed(
    archive: "Archive", subject: Letter | Organization, act: str, *, scope: str, by: User, at: datetime
) -> IO[bytes]:
    """Close the archive with its sums, their seal and how to check both; the making is remembered."""
    try:
        file = archive.seal()
    except (SigningNotConfigured, SigningKeyUnusable) as missing:
        archive.zip.close()
        archive.file.close()
        raise SealMissing from missing
    journal.write(act, subject, by=by, at=at, scope=scope)
    return file


class Archive:
    """A ZIP on the disk that remembers the SHA-256 of whatever was put in."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (whoever answers with it closes it)
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, str] = {}
        self.waiting: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it is empty)
        self.waiting_names: list[tuple[str, int]] = []

    def add(self, name: str, content: bytes) -> None:
        """Put a whole file in."""
        self.zip.writestr(_dated(name), content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def add_json(self, name: str, value: Any) -> None:
        """Put a value in."""
        self.add(name, _json(value))

    def open(self, name: str) -> "_Part":
        """A file to be written bit by bit; meanwhile nothing else can be put in but `later`."""
        return _Part(self, name)

    def later(self, name: str, content: bytes) -> None:
        """Keep a file on the disk until the open one is closed."""
        self.waiting.write(content)
        self.waiting_names.append((name, len(content)))

    def write_later(self) -> None:
        """Put in what was kept."""
        self.waiting.seek(0)
        for name, size in self.waiting_names:
            self.add(name, self.waiting.read(size))
        self.waiting.close()

    def seal(self) -> IO[bytes]:
        """The finished file, at its beginning.

        :raises SigningNotConfigured, SigningKeyUnusable: there is no key that signs.
        """
        self.waiting.close()
        has_receipts = any(name.startswith("receipts/") for name in self.sums)
        told = {"site": settings.SITE_URL, "has_receipts": has_receipts, "has_table": "signatures.json" in self.sums}
        self.add("README.txt", render_to_string("signatories/consent_file_readme.txt", told).encode())
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(self.sums.items())).encode()
        self.zip.writestr(_dated("SHA256SUMS"), sums)
        self.zip.writestr(_dated("SHA256SUMS.p7s"), seal.seal(sums))
        self.zip.writestr(_dated("certificate.pem"), seal.certificates())
        self.zip.close()
        self.file.seek(0)
        return self.file


class _Part:
    """One file of an archive that is being written."""

    def __init__(self, archive: Archive, name: str) -> None:
        self.archive, self.name, self.sum = archive, name, hashlib.sha256()
        self.target = archive.zip.open(_dated(name), "w", force_zip64=True)

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, *_: object) -> None:
        self.target.close()
        self.archive.sums[self.name] = self.sum.hexdigest()

    def write(self, content: bytes) -> None:
        """Write on."""
        self.target.write(content)
        self.sum.update(content)


def _dated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=DATED)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
