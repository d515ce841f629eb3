"""The register for programs: its checkpoint, its tiles (c2sp.org/tlog-tiles), and proofs."""

import re

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from campaign.base import checkpoints, proofs, register, tiles, witnesses
from campaign.base.models import RegisterCheckpoint
from campaign.base.signed_note import NoteBroken

FOREVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=60"
PLAIN = "text/plain; charset=utf-8"
MOST_DIGITS = 15
MOST_NOTE_BYTES = 16384
_WIDTH = re.compile(r"[1-9][0-9]{0,2}")


def _published() -> RegisterCheckpoint:
    found = checkpoints.newest()
    if found is None:
        raise Http404
    return found


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint."""
    return _note(_published(), "no-cache")


@require_safe
def checkpoint_of(request: HttpRequest, size: int) -> HttpResponse:
    """The checkpoint that was signed at one size."""
    if len(str(size)) > MOST_DIGITS:
        raise Http404
    found = RegisterCheckpoint.objects.filter(size=size).first()
    if found is None:
        raise Http404
    return _note(found, SOON)  # witnesses may still sign it


def _note(found: RegisterCheckpoint, cache_control: str) -> HttpResponse:
    response = HttpResponse(found.witnessed_note, content_type=PLAIN)
    response["Cache-Control"] = cache_control
    return response


@csrf_exempt  # a program posts it; what counts is the signature in it
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponse:
    """Take a checkpoint that witnesses have signed, too; the answer is the note with every signature that is known."""
    try:
        note = request.read(MOST_NOTE_BYTES).decode()
        return _note(witnesses.accept(note, at=timezone.now()), "no-store")
    except (UnicodeDecodeError, NoteBroken):
        return HttpResponse("This is no signed checkpoint.\n", status=400, content_type=PLAIN)
    except witnesses.NotWitnessed as refused:
        return HttpResponse(f"{refused}\n", status=403, content_type=PLAIN)
    except witnesses.CheckpointUnknown as refused:
        return HttpResponse(f"{refused}\n", status=409, content_type=PLAIN)


@require_safe
def tile(request: HttpRequest, level: str, place: str) -> HttpResponse:
    """A tile of hashes or of entries; one that the published checkpoint does not reach does not exist."""
    size = _published().size
    name, partial, wide = place.partition(".p/")
    number = tiles.parse_number(name)
    if number is None or (partial and not _WIDTH.fullmatch(wide)):
        raise Http404
    width = int(wide) if partial else tiles.WIDTH
    height = 0 if level == tiles.ENTRIES else int(level) if level in "01234567" and len(level) == 1 else None
    if height is None or not tiles.has_tile(size, height, number, width) or (partial and width == tiles.WIDTH):
        raise Http404
    content = tiles.entries(number, width) if level == tiles.ENTRIES else tiles.hashes(height, number, width)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = SOON if partial else FOREVER
    return response


@require_safe
def consistency(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """The proof that the register of the second size begins with that of the first, as JSON with hashes in hexadecimal."""
    if max(first, second) > _published().size:
        raise Http404
    try:
        found = register.consistency_proof(first, second)
    except ValueError as wrong:
        raise Http404 from wrong
    response = JsonResponse(found.as_json())
    response["Cache-Control"] = FOREVER
    return response


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The proof of one entry to the newest checkpoint, in the form of `campaign.base.proofs`."""
    if index >= _published().size:
        raise Http404
    response = JsonResponse(proofs.bundle_of({index: None}, at=timezone.now()), json_dumps_params={"indent": 1})
    response["Cache-Control"] = SOON
    return response
