"""Two reviewers merge the same two organizations at the same moment, in both directions."""

from collections.abc import Callable

import pytest

from campaign.base.models import RegisterEntry
from campaign.base.replay import replay
from signatories.models import Organization, Signature
from signatories.services.merging import merge
from tests.conftest import NOON, make_person
from tests.signatories.test_race import race


@pytest.mark.postgresql
@pytest.mark.database
@pytest.mark.usefixtures("committed", "open_letter")
def test_of_two_merges_in_both_directions_one_is_done(admitted: Callable[..., Signature]) -> None:
    one = admitted("a@one.example", name="One", website="https://one.example").organization
    other = admitted("b@other.example", name="Other", website="https://other.example").organization
    people = [make_person(f"{name}@example.org", is_reviewer=True) for name in ("zhanar", "marat")]

    race(
        [
            lambda: merge(one, into=other, by=people[0], at=NOON),
            lambda: merge(other, into=one, by=people[1], at=NOON),
        ]
    )

    assert Organization.objects.exclude(merged_into=None).count() == 1
    assert sorted(Signature.objects.values_list("state", flat=True)) == ["admitted", "merged"]
    assert RegisterEntry.objects.filter(kind="signature.merged").count() == 1
    assert replay().problems == ()
