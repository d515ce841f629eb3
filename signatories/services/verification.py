"""What the public register says of the verification of organizations: levels and numbers of reviewers, and nobody's name.

No entry leads to another, and one stands before each admission, of an organization that is known as of one that is new: what is told of
organizations in public does not lead to what they signed in silence.

Each of these writes into the register, so it comes last in its transaction.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from campaign.base import register
from campaign.base.canonical import fingerprint
from signatories.models import Decision, Evidence, Organization, VerificationEntry


def tell_decided(
    organization: Organization, *, decisions: Iterable[Decision], seen: Iterable[Evidence], at: datetime
) -> None:
    """Say that an organization has its level, by these decisions or, without any, still by those of which an entry said so before.

    :param seen: what was checked.
    """
    reviewers = {one.reviewer_id for one in decisions} or _reviewers_before(organization)
    evidence = [
        {"kind": one.kind, "checked_at": one.checked_at.isoformat(), "document": one.document_sha256}
        for one in sorted(seen, key=lambda one: one.pk)
    ]
    _tell("organization.decided", organization, at=at, reviewers=sorted(reviewers), evidence=evidence)


def tell_lapsed(organization: Organization, *, at: datetime) -> None:
    """Say that evidence expired, and which level is left."""
    _tell("organization.lapsed", organization, at=at)


def tell_revoked(organization: Organization, *, at: datetime) -> None:
    """Say that a verification was taken back."""
    _tell("organization.revoked", organization, at=at)


def _tell(kind: str, organization: Organization, *, at: datetime, **more: Any) -> None:
    opening = {"salt": secrets.token_hex(32), "organization": organization.uid, **more}
    hour = at.replace(minute=0, second=0, microsecond=0)  # so that times betray no person, as with `signature.admitted`
    index = register.append(kind, at=hour, level=int(organization.level), **commitments(opening))
    VerificationEntry.objects.create(organization=organization, index=index, level=organization.level, opening=opening)


def _reviewers_before(organization: Organization) -> set[int]:
    found = VerificationEntry.objects.filter(organization=organization, opening__has_key="reviewers")
    newest = found.order_by("-index").first()
    return set() if newest is None else set(newest.opening["reviewers"])


def commitments(opening: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry says of an opening: salted fingerprints, in an order that tells nothing; equal reviewers would have equal ones."""
    salt = opening["salt"]
    said: dict[str, Any] = {
        "organization": fingerprint("qoltanba/organization/v1", {"salt": salt, "organization": opening["organization"]})
    }
    if "evidence" in opening:
        said["evidence"] = fingerprint("qoltanba/evidence/v1", {"salt": salt, "evidence": opening["evidence"]})
    if "reviewers" in opening:
        said["reviewers"] = sorted(
            fingerprint("qoltanba/reviewer/v1", {"salt": salt, "reviewer": one}) for one in opening["reviewers"]
        )
    return said
