"""What a representative sees of her own signatures."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.models import Mail, User
from letters import signed_by
from letters.models import Letter
from signatories.models import Signature
from signatories.states import SignatureState

pytestmark = pytest.mark.django_db


@pytest.fixture
def daniyar(admitted: Callable[..., Signature], client: Client) -> Signature:
    """Daniyar's admitted signature; he is signed in."""
    signature = admitted()
    assert signature.person is not None
    client.force_login(signature.person)
    return signature


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_my_signatures_are_shown_with_their_state(client: Client, daniyar: Signature, language: str) -> None:
    response = client.get(f"/{language}/my/")

    (shown,) = response.context["signatures"]
    assert (shown.state, shown.organization) == ("admitted", "Verified Organization")
    assert shown.withdraw_url == f"/{language}/my/signatures/{daniyar.pk}/withdraw/"
    assert [one.name for one in response.context["organizations"]] == ["Verified Organization"]


def test_a_withdrawal_is_asked_once_more_and_then_done(client: Client, daniyar: Signature) -> None:
    address = f"/en/my/signatures/{daniyar.pk}/withdraw/"
    asked = client.get(address)
    daniyar.refresh_from_db()
    assert (asked.context["was_public"], daniyar.state) == (True, SignatureState.ADMITTED)

    done = client.post(address)

    daniyar.refresh_from_db()
    assert (done["Location"], daniyar.state) == ("/en/my/", SignatureState.WITHDRAWN)
    assert signed_by.reader().standing(daniyar.revision.letter_id, "en").names == []
    assert Mail.objects.filter(template="signature_withdrawn", to=daniyar.email).count() == 1


def test_withdrawing_twice_says_so_and_leaves_one_trace(client: Client, daniyar: Signature) -> None:
    address = f"/en/my/signatures/{daniyar.pk}/withdraw/"
    client.post(address)

    again = client.post(address, follow=True)

    assert [message.level_tag for message in again.context["messages"]][-1] == "error"
    assert len(signed_by.reader().standing(daniyar.revision.letter_id, "en").withdrawn) == 1


def test_others_signatures_do_not_exist(client: Client, daniyar: Signature, stranger: User) -> None:
    client.force_login(stranger)

    assert client.get("/en/my/").context["signatures"] == []
    assert client.get(f"/en/my/signatures/{daniyar.pk}/withdraw/").status_code == 404
    assert client.post(f"/en/my/signatures/{daniyar.pk}/withdraw/").status_code == 404
    daniyar.refresh_from_db()
    assert daniyar.state == SignatureState.ADMITTED


def test_a_reader_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/en/my/")["Location"] == "/en/accounts/login/?next=/en/my/"


def test_a_quiet_letter_is_linked_by_its_invitation(client: Client, daniyar: Signature, open_letter: Letter) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)

    (shown,) = client.get("/en/my/").context["signatures"]

    assert shown.letter_url == f"/en/invitation/{open_letter.invitation_token}/"


def test_one_and_three_signatures_cost_the_same_queries(
    client: Client, confirmed: Callable[..., Signature], revision: object
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/my/")
        return len(queries)

    first = confirmed("many@hats.example", name="First of All")
    assert first.person is not None
    client.force_login(first.person)
    client.get("/en/my/")
    once = cost()
    for name in ("Second Initiative", "Third Movement"):
        confirmed("many@hats.example", name=name)

    assert cost() == once
