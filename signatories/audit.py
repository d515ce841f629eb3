"""Whether signatures, verifications and the public register say the same, for whoever suspects that somebody wrote into the tables by hand."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from campaign.base import register
from campaign.base.canonical import fingerprint
from campaign.base.models import RegisterEntry
from signatories.models import ErratumAnswer, Organization, Signature, VerificationEntry
from signatories.services.verification import commitments
from signatories.states import Level, SignatureState


def disagreements() -> Iterator[str]:
    """What does not agree, in sentences of the active language; names nobody."""
    yield from _about_signatures()
    yield from _about_organizations()


def _about_signatures() -> Iterator[str]:
    counting = RegisterEntry.objects.filter(kind__in=("signature.admitted", "signature.renewed"))
    entries = {entry.index: register.facts_of(entry) for entry in counting}
    renewed = ErratumAnswer.objects.filter(renewed_at__isnull=False, before__admitted_index__isnull=False)
    for answer in renewed.select_related("signature", "signature__revision__letter"):
        facts = entries.pop(answer.before["admitted_index"], None)
        if facts is None or facts["signatory"] != fingerprint("qoltanba/signatory/v1", answer.signature.opening):
            yield _("Signature %(key)d was renewed, and its earlier entry stands for another one.") % {
                "key": answer.signature_id
            }
    known = Signature.objects.exclude(admitted_index=None).select_related("revision__letter").order_by("admitted_index")
    for signature in known.iterator(chunk_size=2000):
        facts = entries.pop(signature.admitted_index or 0, None)
        if facts is None:
            yield _("Signature %(key)d refers to an entry that is no admission, or that of another signature.") % {
                "key": signature.pk
            }
        elif not _agree(signature, facts):
            yield _("Signature %(key)d was changed: entry %(index)d stands for another one.") % {
                "key": signature.pk,
                "index": signature.admitted_index,
            }
    for index in entries:
        yield _("The signature of entry %(index)d is missing.") % {"index": index}
    for key in Signature.objects.filter(state=SignatureState.ADMITTED, admitted_index=None).values_list(
        "pk", flat=True
    ):
        yield _("Signature %(key)d counts and has no entry.") % {"key": key}


def _agree(signature: Signature, facts: dict[str, object]) -> bool:
    """Whether the entry says what the signature opens: this organization, these names, this text of this letter."""
    opened = fingerprint("qoltanba/signatory/v1", signature.opening)
    revision = signature.revision
    said = (facts["signatory"], facts["fingerprint"], facts["letter"])
    return said == (opened, revision.fingerprint, revision.letter.uid)


def _about_organizations() -> Iterator[str]:
    kinds = ("organization.decided", "organization.lapsed", "organization.revoked")
    entries = {entry.index: register.facts_of(entry) for entry in RegisterEntry.objects.filter(kind__in=kinds)}
    left: dict[int, VerificationEntry] = {}  # the last word on each organization
    for known in VerificationEntry.objects.select_related("organization").order_by("index"):
        if not _stands_for(entries.pop(known.index, {}), known):
            yield _("Entry %(index)d stands for another verification than the one that is kept.") % {
                "index": known.index
            }
        left[known.organization_id] = known
    for index in entries:
        yield _("The verification of entry %(index)d is missing.") % {"index": index}
    borne: dict[int, int] = {}
    for known in left.values():
        key = known.organization.merged_into_id or known.organization_id
        borne[key] = max(borne.get(key, Level.NONE), known.level)
    for key, level in Organization.objects.filter(merged_into=None).values_list("pk", "level"):
        if level > borne.get(key, Level.NONE):
            yield _("Organization %(key)d has a level that no entry gives it.") % {"key": key}


def _stands_for(facts: dict[str, Any], known: VerificationEntry) -> bool:
    """Whether the entry says what the row opens, and the row is about the organization that it opens."""
    said = {"level": known.level} | commitments(known.opening)
    return known.opening["organization"] == known.organization.uid and facts.items() >= said.items()
