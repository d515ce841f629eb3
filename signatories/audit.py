"""Whether signatures and the public register say the same, for whoever suspects that somebody wrote into the tables by hand."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaign.base import register
from campaign.base.canonical import fingerprint
from campaign.base.models import RegisterEntry
from signatories.models import ErratumAnswer, Signature
from signatories.states import SignatureState


def disagreements() -> Iterator[str]:
    """What does not agree, in sentences of the active language; names nobody."""
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
