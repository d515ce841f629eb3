"""One letter in three languages, as it is handed to the printer."""

import base64
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from letters.printing import keys
from letters.printing.payload import Addressee, CopyGroup, Issuer, Payload, Signatory

LANGUAGES = ("kk", "ru", "en")

TITLES = {
    "kk": "Сайлауға дейін, сайлау кезінде және одан кейін интернетке еркін қолжетімділік",
    "ru": "Свободный доступ к интернету до, во время и после выборов",
    "en": "Free access to the internet before, during and after the elections",
}
BODIES = {
    "kk": """Біз, төменде қол қойған ұйымдар, Қазақстанда еркін, ашық әрі қауіпсіз интернетті қолдайтыныңызды көпшілік алдында мәлімдеуге шақырамыз.[^1] Өңірлердегі әр өшіру ұлттық және халықаралық құқыққа қайшы келеді.

## Біздің өтінішіміз

1. интернеттің ашық, қолжетімді және қауіпсіз болуын қамтамасыз ету;
2. интернетті өшіруді, баяулатуды және бұғаттауды тоқтату.

> «Интернетке еркін қолжетімділік — құқық».

[^1]: Президенттің Қазақстан халқына үндеуі, 2022 жылғы 7 қаңтар.""",
    "ru": """Мы, нижеподписавшиеся организации, призываем Вас публично заявить о поддержке свободного, открытого и безопасного доступа к интернету в Казахстане.[^1] Каждое отключение противоречит национальному и международному праву.

## О чём мы просим

1. обеспечить открытый, доступный и безопасный интернет на всей территории Казахстана;
2. прекратить отключать, замедлять и блокировать интернет.

> «Свободный доступ к интернету — это право».

[^1]: Обращение Президента к народу Казахстана, 7 января 2022 года.""",
    "en": """We, the undersigned organizations, urge you to declare publicly your support for free, open and secure internet access in Kazakhstan.[^1] Each shutdown contradicts national and international law.

## What we ask

1. Ensure that the internet remains open, accessible and secure across Kazakhstan;
2. Stop shutting down, throttling or blocking the internet.

> “Free access to the internet is a right.”

[^1]: Address of the President to the people of Kazakhstan, 7 January 2022.""",
}
ADDRESSEES = {
    "kk": Addressee(("Қазақстан Республикасының Президенті", "Қ. К. Үлгіұлына"), "Құрметті Қайрат Кемелұлы!"),
    "ru": Addressee(("Президенту Республики Казахстан", "Примерову К. К."), "Уважаемый Кайрат Кемелевич!"),
    "en": Addressee(("President of the Republic of Kazakhstan", "Kairat Primerov"), "Your Excellency,"),
}
NAMES = {
    "kk": "«Маңғыстау және Атырау облыстарының “Үні” жас журналистер қауымдастығы» қоғамдық бірлестігі",
    "ru": "Общественное объединение «Ассоциация журналистов Мангистауской и Атырауской областей “Голос”»",
    "en": "Association of Young Journalists of the Mangystau and Atyrau Regions “Voice”",
}
PLACES = {"kk": "Қазақстан", "ru": "Казахстан", "en": "Kazakhstan"}


@pytest.fixture
def make_payload() -> Callable[..., Payload]:
    """Makes payloads: `make_payload("kk", reference="")`."""

    def make(language: str = "kk", **changes: Any) -> Payload:
        fields: dict[str, Any] = {
            "language": language,
            "kind": "open_letter",
            "title": TITLES[language],
            "body": BODIES[language],
            "original_language": "kk",
            "reference": "ҚҚ-12/2022",
            "dated_on": "2022-11-18",
            "letter_slug": "free-internet",
            "fingerprint": "9f3a12bc" * 8,
            "check_code": "9f3a-12bc-77d0",
            "check_address": "https://letters.example.org/v/9f3a12bc77d0/",
            "issuer": Issuer(
                name="«Үлгі» қоғамдық қоры",
                address="050000, Алматы қ., Үлгі к-сі, 1",
                number_scheme="KZ-BIN",
                number="221140000111",
                phone="+7 727 000 00 00",
                email="letters@example.org",
                signer="Ә. Үлгіұлы",
                post="Қор президенті",
                executor="М. Мысалова",
            ),
            "recipient": ADDRESSEES[language],
            "copies": (
                CopyGroup("Үкімет", ("Премьер-Министрге", "Ішкі істер министріне")),
                CopyGroup("", ("Kcell JSC",)),
            ),
            "signatories": tuple(
                Signatory(
                    f"{NAMES[language]} № {number}", "ҮНІ" if number % 2 else "", PLACES[language] if number % 3 else ""
                )
                for number in range(1, 27)
            ),
            "created_at": "2022-11-18T18:00:00+06:00",
            "edition_number": "7",
        }
        return Payload(**fields | changes)

    return make


@pytest.fixture
def logo() -> str:
    """A small picture, as the issuer's logo is stored."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode()


@pytest.fixture
def demonstration(settings: Any, tmp_path: Path) -> Path:
    """A demonstration without a configured key; its folder."""
    settings.DEMONSTRATION, settings.SIGNING_PKCS12, settings.TIMESTAMP_URL = True, "", ""
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture(scope="session")
def sealing_identity() -> keys.Identity:
    """A key of the demonstration's kind, made once for all tests that do not ask how it is made."""
    return keys._parsed(keys._new_demonstration(), "")


def run_on(pdf: bytes, *command: str, folder: Path) -> str:
    """What a program of poppler says about the file; `{}` in the command stands for it."""
    file = folder / "edition.pdf"
    file.write_bytes(pdf)
    asked = [part.replace("{}", str(file)) for part in command]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout
