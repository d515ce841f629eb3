"""A reviewer sees which known domain a new one can be taken for, both in both forms."""

from collections.abc import Callable

import pytest

from campaign.base.models import User
from signatories.models import Signature
from signatories.review_selectors import review_of
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Signature]


def warnings(signature: Signature, by: User) -> list[str]:
    review = review_of(signature, "en", by=by, at=NOON)
    return [check.text for check in review.checks if "easily taken for" in check.text]


@pytest.mark.parametrize(
    ("website", "shown", "known"),
    [
        ("https://verifled.example", "verifled.example", "verified.example"),
        ("https://ver1fied.example", "ver1fied.example", "verified.example"),
        ("https://verified.org", "verified.org", "verified.example"),
        ("https://vérified.example", "vérified.example (xn--vrified-bya.example)", "verified.example"),
    ],
)
def test_a_domain_that_looks_like_a_known_one_is_shown_beside_it(
    confirmed: Make, admitted: Make, aigul: User, website: str, shown: str, known: str
) -> None:
    admitted()
    twin = confirmed("mira@twin.example", name="Another Initiative", website=website)

    (warning,) = warnings(twin, aigul)

    assert f"the domain {shown} is easily taken for {known}, which belongs to another organization" in warning


def test_another_domain_is_shown_without_a_warning(confirmed: Make, admitted: Make, aigul: User) -> None:
    first = admitted()
    other = confirmed("mira@clean-air.example", name="Clean Air", website="https://clean-air.example")

    assert warnings(other, aigul) == warnings(first, aigul) == []
