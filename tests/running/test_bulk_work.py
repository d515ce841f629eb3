"""Three hundred invitations and three hundred admissions, while the workers are killed: each is done once."""

import os
import signal
from pathlib import Path

import pytest

from tests.running.conftest import COORDINATOR, open_letter
from tests.site import Site, running_site, wait_until

pytestmark = pytest.mark.postgresql

MANY = 300
PREPARE = """
from hashlib import sha256
from django.db import transaction
from django.utils import timezone
from campaign.base.models import Mail, User
from letters.models import Letter
from signatories.services import bulk, evidence as evidences, invitation as invitations, signature as signatures
from signatories.services.organization import Claim
from signatories.states import EvidenceKind
now = timezone.now()
letter, person = Letter.objects.get(slug={slug!r}), User.objects.get(email={person!r})
revision = letter.revisions.get()
with transaction.atomic():
    new = [invitations.NewInvitation(name=f"Fund {{n}}", email=f"office@fund{{n}}.example", language="kk") for n in range({many})]
    invitations.prepare_invitations(letter, new, owner=person, by=person, at=now)
    for n in range({many}):
        word = sha256(str(n).encode()).hexdigest()[:20]  # like no other, or somebody would have to compare them
        claim = Claim(original_language="en", names={{"en": f"Fund {{word}}"}}, abbreviations={{}}, notes={{}}, kind="organization",
            country="KZ", website=f"https://{{word}}.example", number_scheme="", number="")
        one = signatures.start(revision, organization=None, claim=claim, email=f"office@{{word}}.example", person_name="Mira Example",
            position="Director", basis="head", fingerprint=revision.fingerprint, language="en", at=now)
        code = Mail.objects.filter(template="signing_code").order_by("-pk")[0].context["code"]
        signatures.confirm(one, code, at=now)
        one.refresh_from_db()
        if n:  # of the first nothing was checked
            for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK):
                evidences.record_by_hand(one, kind, detail="register and telephone, today", by=person, at=now)
    Mail.objects.all().delete()
bulk.start_sending(letter, language="en", by=person, at=now)
bulk.start_admitting(letter, language="en", by=person, at=now)
"""


def ended(site: Site) -> int:
    """How many rows of bulk work are at their end."""
    return int(site.rows("SELECT count(*) FROM signatories_bulkitem WHERE state IN ('done', 'parked')")[0][0])


def test_bulk_work_is_done_once_although_its_workers_are_killed(tmp_path: Path) -> None:
    slug = "bulk-work"
    folder = tmp_path / "var"
    folder.mkdir()
    with running_site(folder) as site:
        open_letter(site, slug, tmp_path)
        site.do(PREPARE.format(slug=slug, person=COORDINATOR, many=MANY))

        wait_until(lambda: ended(site) > 20, 120, pause=0.02)
        for worker in site.children_of("worker-mail"):
            os.kill(worker, signal.SIGKILL)
        so_far = ended(site)
        wait_until(lambda: ended(site) > so_far + 20, 120, pause=0.02)
        os.kill(site.programs()["worker-mail"], signal.SIGKILL)
        wait_until(lambda: ended(site) == 2 * MANY, 400)

        states = site.rows("SELECT state, count(*) FROM signatories_bulkitem GROUP BY state")
        refused = site.rows("SELECT refusal FROM signatories_bulkitem WHERE refusal <> ''")
        invited = site.rows("SELECT state, count(*) FROM signatories_invitation GROUP BY state")
        asked = site.rows("SELECT count(*), count(DISTINCT \"to\") FROM base_mail WHERE template = 'invitation'")
        admitted = site.rows("SELECT state, count(*) FROM signatories_signature GROUP BY state ORDER BY state")
        entries = site.rows("SELECT count(*) FROM base_registerentry WHERE kind = 'signature.admitted'")
        told = site.rows("SELECT count(*), count(DISTINCT \"to\") FROM base_mail WHERE template = 'signature_admitted'")
        replayed = site.manage("verify_register")

    assert so_far < 2 * MANY, "the workers were killed too late to show anything"
    assert states == [("done", 2 * MANY)]
    assert len(refused) == 1
    assert "Not admitted: no evidence shows yet" in refused[0][0]
    assert (invited, asked) == ([("invited", MANY)], [(MANY, MANY)])
    assert admitted == [("admitted", MANY - 1), ("confirmed", 1)]
    assert (entries, told) == ([(MANY - 1,)], [(MANY - 1, MANY - 1)])
    assert "entries, root" in replayed
