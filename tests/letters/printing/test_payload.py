import json

import pytest

from letters.printing.payload import Payload


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_payload_comes_back_from_its_text_unchanged(make_payload, language):
    payload = make_payload(language)

    assert Payload.from_json(payload.to_json()) == payload


def test_the_public_edition_comes_back_without_a_recipient(make_payload):
    payload = make_payload(recipient=None, copies=(), signatories=(), draft=True, demonstration=True)

    assert Payload.from_json(payload.to_json()) == payload


def test_equal_payloads_have_equal_texts_with_sorted_keys(make_payload):
    text = make_payload().to_json()

    assert text == make_payload().to_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("change", [{"title": None}, {"unknown": "field"}])
def test_a_text_that_lacks_a_field_or_has_an_unknown_one_is_refused(make_payload, change):
    fields = json.loads(make_payload().to_json()) | change
    fields = {name: value for name, value in fields.items() if value is not None or name == "recipient"}

    with pytest.raises(TypeError):
        Payload.from_json(json.dumps(fields))
