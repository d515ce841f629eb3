"""The desk pages on which duplicates are found and merged."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.models import User
from signatories.models import Organization, Signature
from tests.conftest import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_letter")]

LIST = "/en/desk/organizations/duplicates/"


@pytest.fixture
def desk(client: Client) -> Client:
    """The browser of a reviewer with a password and a second factor."""
    person = make_person("zhanar@example.org", password="a long enough password", is_reviewer=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client.force_login(person)
    return client


@pytest.fixture
def twins(confirmed: Callable[..., Signature]) -> list[Organization]:
    """One organization in two spellings."""
    kazakh = {"names": {"kk": "«Әділ сөз» қоғамдық қоры", "ru": "", "en": ""}, "original_language": "kk"}
    return [
        confirmed("a@one.example", name="", **kazakh).organization,
        confirmed("b@two.example", name="Adil Soz NGO").organization,
    ]


def page_of(twins: list[Organization], language: str = "en") -> str:
    return f"/{language}/desk/organizations/merge/{twins[0].pk}/{twins[1].pk}/"


def pairs(response: Any) -> list[tuple[str, str]]:
    return [(pair.one.name, pair.other.name) for pair in response.context["pairs"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Clean Air"}, {"name": "Clean Air Foundation"}),
        ({"name": "Clean Air Almaty"}, {"name": "Clean Air Almati"}),
        ({"name": "Kazakhstan Bureau for Human Rights"}, {"name": "KBHR"}),
        ({"name": "First", "number_scheme": "other", "number": "7"}, {"name": "Other", "website": "https://y.example"}),
    ],
)
def test_pairs_that_may_be_one_are_listed(
    desk: Client, confirmed: Callable[..., Signature], one: dict[str, str], other: dict[str, str]
) -> None:
    made = [confirmed("a@x.example", **one).organization, confirmed("b@x.example", **other).organization]
    confirmed("c@x.example", name="Something Entirely Different")
    if "number" in one:
        Organization.objects.filter(pk=made[1].pk).update(number_scheme="other", number="7")

    assert pairs(desk.get(LIST)) == [(one["name"], other["name"])]


def test_what_nobody_confirmed_and_what_was_merged_is_not_listed(
    desk: Client, start: Callable[..., Signature], twins: list[Organization]
) -> None:
    start("c@x.example", name="«Adil Soz»")
    assert len(desk.get(LIST).context["pairs"]) == 1

    desk.post(page_of(twins), {"stays": twins[0].pk})

    assert desk.get(LIST).context["pairs"] == []


def test_the_list_costs_the_same_queries_for_one_and_three_pairs(
    desk: Client, twins: list[Organization], confirmed: Callable[..., Signature]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        return len(queries)

    cost()
    once = cost()
    for number, name in enumerate(("Clean Water", "Clean Water NGO", "Free Press", "Free Press Foundation")):
        confirmed(f"c{number}@x.example", name=name)

    assert len(desk.get(LIST).context["pairs"]) == 3
    assert cost() == once


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_two_are_compared_and_the_chosen_one_stays(desk: Client, twins: list[Organization], language: str) -> None:
    shown = desk.get(page_of(twins, language))
    assert [(twin.key, twin.signatures, twin.representatives) for twin in shown.context["twins"]] == [
        (twins[0].pk, 1, 1),
        (twins[1].pk, 1, 1),
    ]

    done = desk.post(page_of(twins, language), {"stays": twins[1].pk})

    assert done["Location"] == f"/{language}/desk/organizations/duplicates/"
    assert Organization.objects.get(pk=twins[0].pk).merged_into == twins[1]
    assert desk.get(page_of(twins, language)).status_code == 404


def test_opening_the_page_changes_nothing_and_a_choice_is_asked_for(desk: Client, twins: list[Organization]) -> None:
    desk.get(page_of(twins), {"stays": twins[0].pk})
    wrong = desk.post(page_of(twins), {"stays": "0"})

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["stays"])
    assert not Organization.objects.exclude(merged_into=None).exists()


def test_a_refusal_is_shown_and_the_choice_kept(
    desk: Client, twins: list[Organization], admitted: Callable[..., Signature]
) -> None:
    verified = admitted().organization

    refused = desk.post(page_of([verified, twins[1]]), {"stays": twins[1].pk})

    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors() == [
        "Nothing was merged: only one of the two is verified. Let that one stay."
    ]
    assert refused.context["form"]["stays"].value() == str(twins[1].pk)


def test_nobody_else_sees_these_pages(client: Client, twins: list[Organization], stranger: User, aigul: User) -> None:
    for person in (stranger, aigul):
        client.force_login(person)
        assert [client.get(LIST).status_code, client.get(page_of(twins)).status_code] == [403, 403]
        assert client.post(page_of(twins), {"stays": twins[0].pk}).status_code == 403
    assert not Organization.objects.exclude(merged_into=None).exists()


def test_the_pages_name_no_person_and_no_letter(desk: Client, twins: list[Organization]) -> None:
    html = desk.get(page_of(twins)).content.decode() + desk.get(LIST).content.decode()

    assert not [
        word for word in ("Mira", "a@one.example", "b@two.example", "clean-air", str(NOON.year - 1)) if word in html
    ]


def test_the_review_page_leads_a_reviewer_from_a_claim_to_the_comparison(
    desk: Client, twins: list[Organization], aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    waiting = Signature.objects.get(organization=twins[1])
    address = f"/en/desk/signatures/{waiting.pk}/"
    link = f'href="/en/desk/organizations/merge/{twins[1].pk}/{twins[0].pk}/"'

    assert link in desk.get(address).content.decode()
    desk.force_login(aigul)
    assert link not in desk.get(address).content.decode()
