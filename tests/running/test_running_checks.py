"""A domain is checked by the site as it really runs: asked for in a transaction, handed out by the clock, made by the worker for checks."""

from pathlib import Path

import pytest

from tests.signatories.checks.servers import Zone, dns_server
from tests.site import running_site, wait_until

pytestmark = pytest.mark.postgresql

ASK = """
from django.utils import timezone
from campaign.base.models import User
from signatories.models import Mandate, Organization, Representative
from signatories.services.check import ask_for_proof, request_check
from signatories.states import CheckKind
now = timezone.now()
person = User.objects.create_user("daniyar@adilsoz.kz", None)
organization = Organization.objects.create(slug="adil-soz", original_language="en", name_en="Adil Soz", domain="adilsoz.kz")
speaks = Representative.objects.create(user=person, organization=organization)
Mandate.objects.create(representative=speaks, name="D", position="Head", basis="head", stated_at=now)
proof = ask_for_proof(organization, "adilsoz.kz", by=person, at=now)
request_check(proof, CheckKind.DNS_TXT, by=person, at=now)
print(proof.token)
"""


def test_a_domain_is_checked_by_its_worker(tmp_path: Path) -> None:
    found = Zone(wildcard_texts=[b"nothing to see"])
    with dns_server(found) as one, dns_server(found) as other:
        resolvers = ",".join(f"{server.address}:{server.port}" for server in (one, other))
        folder = tmp_path / "var"
        folder.mkdir()
        with running_site(folder, {"DNS_RESOLVERS": resolvers}) as site:
            token = site.do(ASK).strip()

            wait_until(lambda: site.rows("SELECT 1 FROM signatories_check WHERE state = 'done'"), 60)

            rows = site.rows("SELECT outcome, outcome_code FROM signatories_check")
            evidence = site.rows("SELECT kind, result, detail FROM signatories_evidence")

    assert len(token) == 40
    assert rows == [("failed", "record_other")]
    assert evidence == [("dns_txt", "failed", "TXT _qoltanba.adilsoz.kz (2/2 DNS)")]
    assert ("_qoltanba.adilsoz.kz", "TXT") in found.asked
