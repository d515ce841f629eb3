"""The small file that is signed names everything, and equal facts give equal bytes."""

import json
from datetime import timedelta, timezone

from signatories.eds.manifest import manifest
from tests.signatories.eds.authority import NOON

FACTS = {
    "letter": "2f0c7f1e",
    "fingerprint": "ab" * 32,
    "languages": {"ru": "22" * 32, "kk": "11" * 32, "en": "33" * 32},
    "organization": "7d3a",
    "number": "221140000111",
    "statement": "Ұйымымыз осы хатқа қол қояды.",
    "at": NOON,
}


def test_it_says_what_is_signed_by_whom_and_when():
    assert json.loads(manifest(**FACTS)) == {
        "version": "signatories/eds/v1",
        "letter": "2f0c7f1e",
        "fingerprint": "ab" * 32,
        "languages": {"kk": "11" * 32, "ru": "22" * 32, "en": "33" * 32},
        "organization": "7d3a",
        "number": "221140000111",
        "statement": "Ұйымымыз осы хатқа қол қояды.",
        "time": "2026-11-20T12:00:00Z",
    }


def test_equal_facts_give_equal_bytes_whatever_their_order_and_zone():
    almaty = NOON.astimezone(timezone(timedelta(hours=5)))
    turned = dict(sorted(FACTS["languages"].items()))

    assert manifest(**FACTS | {"at": almaty, "languages": turned}) == manifest(**FACTS)


def test_every_fact_changes_the_bytes():
    others = {"languages": {"kk": "44" * 32}, "at": NOON + timedelta(seconds=1)}
    changed = [manifest(**FACTS | {name: others.get(name, "x")}) for name in FACTS]

    assert len({*changed, manifest(**FACTS)}) == len(FACTS) + 1
