"""Is this paper, or this file, what it says it is? No account, no script, three languages, and JSON for programs."""

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaign.base.calendar import page_date
from campaign.base.rate import allow, day_key, network_of
from letters.models import SignatoryList
from letters.photo import codes_on
from letters.services import checking
from letters.services.checking import Answer, Check
from letters.views.public import language_of_page

CODE = re.compile(r"[0-9a-f]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_FILES_AN_HOUR = 60  # from one network; each takes a process of its own
HOUR = 3600
STATUS = {Answer.CODE_UNKNOWN: 404, Answer.HASH_UNKNOWN: 404, Answer.TOO_LARGE: 413}


@csrf_exempt  # it changes nothing, and programs send files here, too
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Check by the code on the paper (GET), by a photograph of its QR code, by a file or by its SHA-256 (POST)."""
    language, now = language_of_page(), timezone.now()
    if request.method == "POST":
        if (photo := request.FILES.get("photo")) is not None:
            return _by_photo(request, photo, now)
        file, sha256 = request.FILES.get("file"), request.POST.get("sha256", "").strip().lower()
        if file is not None:
            if not _has_turn(request, now):
                return render(request, "429.html", status=429)
            too_large = (file.size or 0) > checking.LARGEST_FILE
            found = (
                Check(Answer.TOO_LARGE) if too_large else checking.check_file(file.read(), language=language, at=now)
            )
            return _answer(request, found)
        if SHA256.fullmatch(sha256):
            return _answer(request, checking.check_hash(sha256, language=language, at=now))
        return _answer(request, None, missing=True)
    typed = code or request.GET.get("code", "")
    plain = re.sub(r"[\s-]", "", typed).lower()
    if not code and CODE.fullmatch(plain):
        return _to_code(plain)
    if not typed:
        return _answer(request, None)
    known = CODE.fullmatch(plain)
    found = checking.check_code(plain, language=language, at=now) if known else Check(Answer.CODE_UNKNOWN)
    return _answer(request, found, code=typed[:40])


def _to_code(plain: str) -> HttpResponse:
    return redirect("verify-code", code="-".join(plain[start : start + 4] for start in (0, 4, 8)))


def _by_photo(request: HttpRequest, photo: UploadedFile[Any], at: datetime) -> HttpResponse:
    """Go where the QR code of the photograph leads, when that is a letter here."""
    if not _has_turn(request, at):
        return render(request, "429.html", status=429)
    if (photo.size or 0) > checking.LARGEST_FILE:
        return _answer(request, Check(Answer.NO_QR_CODE))
    texts = codes_on(photo.read())
    for text in texts:
        if text.startswith(f"{settings.SITE_URL}/v/"):
            plain = text.removeprefix(f"{settings.SITE_URL}/v/").rstrip("/").replace("-", "")
            if CODE.fullmatch(plain):
                return _to_code(plain)
    return _answer(request, Check(Answer.QR_CODE_ELSEWHERE if texts else Answer.NO_QR_CODE))


def _has_turn(request: HttpRequest, at: datetime) -> bool:
    return allow(day_key("verify-network", network_of(request), on=at.date()), MOST_FILES_AN_HOUR, HOUR)


def _answer(request: HttpRequest, found: Check | None, *, code: str = "", missing: bool = False) -> HttpResponse:
    status = 422 if missing else 200 if found is None else STATUS.get(found.answer, 200)
    if request.accepts("application/json") and not request.accepts("text/html"):
        response: HttpResponse = JsonResponse(
            {} if found is None else as_facts(found, language_of_page()),
            status=status,
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
    else:
        context = {
            "code": code,
            "missing": missing,
            "found": found,
            "facts": _shown(found),
            "largest": checking.LARGEST_FILE,
            "too_large": Answer.TOO_LARGE.words,
        }
        response = render(request, "letters/verify.html", context, status=status)
    patch_vary_headers(response, ["Accept"])
    response["Cache-Control"] = "no-store"
    return response


def as_facts(found: Check, language: str) -> dict[str, Any]:
    """The answer for programs; the words are in the language of the address, the keys never change."""
    facts: dict[str, Any] = {
        "answer": found.answer.value,
        "good": found.answer.is_good,
        "words": str(found.answer.words),
    }
    letter, edition = found.letter, found.edition
    if letter is not None and found.revision is not None:
        facts["letter"] = {
            "title": letter.text("title", language),
            "url": reverse("letter", args=[letter.slug]) if letter.is_published(timezone.now()) else "",
            "issuer": getattr(letter.issuer, f"name_{language}"),
            "revision": found.revision.number,
            "newest_revision": found.newest,
            "corrections": reverse("corrections", args=[letter.slug])
            if found.newest > 1 and letter.is_published(timezone.now())
            else "",
            "fingerprint": found.revision.fingerprint,
            "signed_now": found.now,
            "left_since": [
                {"name": one.name, "on": one.on.isoformat(), "disputed": one.disputed} for one in found.left
            ],
        }
        if found.then is not None:
            facts["then"] = _of_list(found.then) | {
                "names": [row["name"] for row in found.then.shown(language, to_addressee=False).public]
            }
            facts["since"] = {"names": list(found.came), "addenda": [_of_list(one) for one in found.addenda]}
    if edition is not None:
        facts["edition"] = {
            "language": edition.language,
            "recipient": "" if edition.recipient is None else edition.recipient.named_in(language),
            "addendum": edition.addendum,
            "pages": edition.pages,
            "sha256": edition.sha256,
        }
    if found.judgement is not None and found.judgement.signer:
        judged = found.judgement
        facts["signature"] = {
            "signer": judged.signer,
            "signed_at": judged.signed_at,
            "timestamped_at": judged.timestamped_at,
            "timestamp_authority": judged.timestamp_authority,
            "further": [asdict(one) for one in judged.further],
        }
    if found.proof is not None:
        facts["register"] = {
            "entry": found.proof.index,
            "printed_at": found.proof.printed_at,
            "checkpoint": found.proof.checkpoint,
            "proof": reverse("register-proof", args=[found.proof.index]) if found.proof.checkpoint else "",
        }
    return facts


def _of_list(frozen: SignatoryList) -> dict[str, Any]:
    return {"addendum": frozen.number, "signed": frozen.count, "frozen_at": frozen.closed_at.isoformat()}


def _shown(found: Check | None) -> dict[str, Any]:
    """What the page shows besides: moments and days in the reader's form."""
    if found is None or found.letter is None:
        return {}
    language, judged = language_of_page(), found.judgement
    return {
        **as_facts(found, language),
        "left": [(one.name, page_date(one.on, language), one.disputed) for one in found.left],
        "further": [
            (one.signer, one.authority, datetime.fromisoformat(one.signed_at) if one.signed_at else None)
            for one in (judged.further if judged else ())
        ],
        "signed_at": datetime.fromisoformat(judged.signed_at) if judged and judged.signed_at else None,
        "timestamped_at": datetime.fromisoformat(judged.timestamped_at) if judged and judged.timestamped_at else None,
    }
