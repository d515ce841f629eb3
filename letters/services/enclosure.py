"""What a printed edition carries besides its pages, so that it can be checked without this site: canonical text, names, proofs."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils import timezone

from campaign.base import proofs
from campaign.base.canonical import canonical_json, fingerprint
from campaign.base.models import RegisterEntry
from letters import signed_by
from letters.models import Edition, SignatoryList
from letters.printing.enclosure import Enclosure

MOST_PROVED = 1_000  # signatures with a proof of their own in one file; of more, the frozen list alone is proved


def entries_fingerprint(entries: list[int]) -> str:
    """The fingerprint of the numbers of all entries that a frozen list counts, in their order."""
    return fingerprint("qoltanba/indices/v1", entries)


def enclosures_of(edition: Edition) -> tuple[Enclosure, ...]:
    """The files for one edition, the proofs under a checkpoint that has its closing.

    :raises CheckpointNotYet: no checkpoint has it, and this machine signs none; worth another attempt.
    """
    revision = edition.revision
    frozen = revision.signatory_lists.get(number=edition.addendum)
    files = [Enclosure("letter.json", revision.canonical.encode())]
    if not frozen.hidden:  # with a name that was hidden since then the list cannot be shown whole
        files.append(Enclosure("names.json", canonical_json(frozen.frozen_names())))
    files.append(Enclosure("register.json", _proofs_of(frozen.pk, revision.fingerprint, frozenset(frozen.hidden))))
    return tuple(files)


@lru_cache(maxsize=4)
def _proofs_of(frozen_id: int, _fingerprint: str, _hidden: frozenset[str]) -> bytes:
    """The proofs for a frozen list: a worker prints all editions of a letter one after another, and a proof holds for ever.

    The fingerprint of the text and whom the list hides tell one list from another; they are asked for nothing else.
    """
    frozen = SignatoryList.objects.select_related("revision__letter").get(pk=frozen_id)
    openings: dict[int, Any] = dict.fromkeys(_entries_of_letter(frozen))
    openings |= _openings(frozen.revision.letter_id, frozen)
    bundle = proofs.bundle_of(openings, at=timezone.now()) | {"signatures": frozen.entries()}
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _entries_of_letter(frozen: SignatoryList) -> list[int]:
    """The numbers of the opening and all corrections, and of the closing or the addendum by which this list was frozen."""
    kinds = ("letter.opened", "letter.erratum", "letter.addendum" if frozen.number else "letter.closed")
    rows: Any = RegisterEntry.objects.filter(letter=frozen.revision.letter.uid, kind__in=kinds).order_by("index")
    found = [(index, json.loads(bytes(leaf))) for index, leaf in rows.values_list("index", "leaf")]
    return [index for index, facts in found if facts["op"] != "letter.addendum" or facts["number"] == frozen.number]


def _openings(letter_id: int, frozen: SignatoryList) -> Mapping[int, Any]:
    """What the entries of the signatures stand for; nothing where a hidden one would be told apart by it."""
    if frozen.hidden or frozen.named != frozen.count or frozen.count > MOST_PROVED:
        return {}
    known = signed_by.reader().openings(letter_id)
    return {entry: known[entry] for entry in frozen.entries() if entry in known}
