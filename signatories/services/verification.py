"""What the public register says of the verification of organizations: levels and numbers of reviewers, and nobody's name.

Each of these writes into the register, so it comes last in its transaction.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.base import register
from campaign.base.canonical import fingerprint
from signatories.models import Decision, Evidence, Organization, VerificationEntry
from signatories.states import Level


def tell_decided(organization: Organization, level: Level, decisions: Sequence[Decision], *, at: datetime) -> None:
    """Say that these decisions gave an organization this level."""
    seen = Evidence.objects.filter(pk__in={key for one in decisions for key in one.evidence}).order_by("pk")
    opening = {
        "salt": secrets.token_hex(32),
        "organization": organization.uid,
        "reviewers": sorted({one.reviewer_id for one in decisions}),
        "evidence": [
            {"kind": one.kind, "checked_at": one.checked_at.isoformat(), "document": one.document_sha256}
            for one in seen
        ],
    }
    index = register.append("organization.decided", at=_hour(at), level=int(level), **commitments(opening))
    VerificationEntry.objects.create(organization=organization, index=index, level=level, opening=opening)


def tell_lapsed(organization: Organization, level: Level, *, at: datetime) -> None:
    """Say that evidence expired and bears only this level; nothing where the register never named another."""
    if (entry := _newest(organization)) is not None:
        register.append("organization.lapsed", at=_hour(at), level=int(level), entry=entry)


def tell_revoked(organization: Organization, *, at: datetime) -> None:
    """Say that a verification was taken back; nothing where the register never named one."""
    if (entry := _newest(organization)) is not None:
        register.append("organization.revoked", at=_hour(at), entry=entry)


def commitments(opening: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry says of an opening: salted fingerprints, in an order that tells nothing; equal reviewers would have equal ones."""
    salt = opening["salt"]
    reviewers = [fingerprint("qoltanba/reviewer/v1", {"salt": salt, "reviewer": one}) for one in opening["reviewers"]]
    return {
        "organization": fingerprint(
            "qoltanba/organization/v1", {"salt": salt, "organization": opening["organization"]}
        ),
        "reviewers": sorted(reviewers),
        "evidence": fingerprint("qoltanba/evidence/v1", {"salt": salt, "evidence": opening["evidence"]}),
    }


def _newest(organization: Organization) -> int | None:
    found: Any = VerificationEntry.objects.filter(organization=organization).order_by("-index")
    index: int | None = found.values_list("index", flat=True).first()
    return index


def _hour(at: datetime) -> datetime:
    """So that times betray no person, as with `signature.admitted`."""
    return at.replace(minute=0, second=0, microsecond=0)
