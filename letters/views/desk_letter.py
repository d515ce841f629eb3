"""One letter on the desk, and what can be done with it next."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from letters import desk_selectors as selectors
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.errors import PreviewNeedsText, TextIsFixed
from letters.forms.letter import LetterForm, PublicationForm
from letters.models import Letter, Recipient
from letters.selectors import address_in, letter_page_of, shown_state
from letters.services import letter as letters
from letters.services.block import compared_blocks
from letters.services.edition import draft_payload
from letters.services.preview import print_draft
from letters.signed_by import Counts
from letters.states import LetterState
from letters.views.desk_draft import letter_form_context
from letters.views.public import language_of_page


@require_safe
@coordinator_required
def letter_page(request: DeskRequest, slug: str) -> HttpResponse:
    """A letter with its state, its next step, texts, recipients, signatures, editions and journal."""
    return _render_letter(request, desk_letter(request, slug), PublicationForm())


def _render_letter(request: DeskRequest, letter: Letter, publication: PublicationForm) -> HttpResponse:
    now, language = timezone.now(), language_of_page()
    state = shown_state(letter, now)
    context: dict[str, Any] = {
        "letter": letter,
        "title": selectors.title_in(letter, language),
        "issuer_name": getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
        "original_language": LANGUAGE_NAMES[letter.original_language],
        "state": state,
        "is_published": letter.is_published(now),
        "publication": publication,
        "texts": selectors.text_columns(letter),
        "recipients": selectors.recipient_rows(letter, language),
        "revision": letter.revisions.last(),
        "page_previews": [
            (code, name, address_in(letter, code, "desk-page-preview")) for code, name in LANGUAGE_NAMES.items()
        ],
        "counts": letters.waiting_counts([letter]).get(letter.pk, Counts()),
        "progress": selectors.progress_of(letter),
        "invitations": selectors.invitations(letter) if state == "open" else [],
        "journal": selectors.journal_of(letter),
        "languages": LANGUAGE_NAMES.items(),
    }
    return render(request, "letters/desk_letter.html", context, status=422 if publication.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_open(request: DeskRequest, slug: str) -> HttpResponse:
    """Open a letter for signature, once its coordinator has seen what opening does and what stands in the way."""
    letter = desk_letter(request, slug)
    if request.method == "POST":
        return _act(request, letter, letters.open_letter, gettext_lazy("The letter is open for signature."))
    now = timezone.now()
    context = {
        "letter": letter,
        "title": selectors.title_in(letter, language_of_page()),
        "obstacles": letters.obstacles(letter, at=now),
        "repairs": letters.repairs(letter),
        "hints": letters.hints(letter),
        "open_blocks": sum(not block.agrees for block in compared_blocks(letter)),
        "is_public_at_once": selectors.is_public_at_once(letter, at=now),
    }
    return render(request, "letters/desk_letter_open.html", context)


def _act(
    request: DeskRequest, letter: Letter, service: Callable[..., object], done: str | Promise, **options: Any
) -> HttpResponse:
    """Call one service, say what came of it, and go back to the letter."""
    try:
        service(letter, by=request.user, at=timezone.now(), **options)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect("desk-letter", slug=letter.slug)


@require_POST
@coordinator_required
def letter_publish(request: DeskRequest, slug: str) -> HttpResponse:
    """Publish a letter at once, or set the time of its publication."""
    letter = desk_letter(request, slug)
    form = PublicationForm(request.POST)
    if not form.is_valid():
        return _render_letter(request, letter, form)
    moment = form.moment()
    done = gettext_lazy("The time of publication is set.") if moment else gettext_lazy("The letter is published.")
    return _act(request, letter, letters.publish_letter, done, publish_at=moment)


@require_POST
@coordinator_required
def letter_vouched(request: DeskRequest, slug: str) -> HttpResponse:
    """Let organizations count that are only vouched for, or no longer."""
    takes = request.POST.get("takes") == "yes"
    done = (
        gettext_lazy("Organizations that are only vouched for count from now on.")
        if takes
        else gettext_lazy("Only confirmed organizations are admitted from now on.")
    )
    return _act(request, desk_letter(request, slug), letters.count_vouched, done, takes=takes)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_close(request: DeskRequest, slug: str) -> HttpResponse:
    """Close a letter: no signature comes in any more, and the editions are printed."""
    letter = desk_letter(request, slug)
    if request.method == "POST":
        return _act(
            request,
            letter,
            letters.close_letter,
            gettext_lazy("The letter is closed, and its editions are printed now."),
        )
    return _confirm(request, letter, "letters/desk_letter_close.html")


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_withdraw(request: DeskRequest, slug: str) -> HttpResponse:
    """Withdraw a draft or an open letter."""
    letter = desk_letter(request, slug)
    if request.method == "POST":
        return _act(request, letter, letters.withdraw_letter, gettext_lazy("The letter is withdrawn."))
    return _confirm(request, letter, "letters/desk_letter_withdraw.html")


def _confirm(request: DeskRequest, letter: Letter, template: str) -> HttpResponse:
    """Ask once more before something that cannot be undone."""
    context = {
        "letter": letter,
        "title": selectors.title_in(letter, language_of_page()),
        "counts": letters.waiting_counts([letter]).get(letter.pk, Counts()),
        "edition_count": (letter.recipients.count() + 1) * len(LANGUAGES),
    }
    return render(request, template, context)


@require_POST
@coordinator_required
def letter_archive(request: DeskRequest, slug: str) -> HttpResponse:
    """Put a closed letter aside."""
    letter = desk_letter(request, slug)
    return _act(request, letter, letters.archive_letter, gettext_lazy("The letter is in the archive."))


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def page_preview(request: DeskRequest, slug: str) -> HttpResponse:
    """The page of a draft as the public would read it, in the language of the address: as it is saved (GET), or as it is typed
    (POST; then `in` may name another language).
    """
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return redirect("desk-letter", slug=slug)
    if refused := _not_as_typed(request, letter):
        return refused
    asked = request.POST.get("in", "")
    language = asked if asked in LANGUAGES else language_of_page()
    page = letter_page_of(letter, language, at=timezone.now(), with_names=False)
    context = {"page": page, "invited": True, "preview": True, "typed": request.method == "POST"}
    with translation.override(language):
        return render(request, "letters/letter_page.html", context)


def _not_as_typed(request: DeskRequest, letter: Letter) -> HttpResponse | None:
    """Put what was sent into the letter, which is not saved; where that cannot be, the answer is the form with what is wrong in it."""
    if request.method != "POST":
        return None
    if letter.state != LetterState.DRAFT:
        messages.error(request, str(TextIsFixed()))
        return redirect("desk-letter", slug=letter.slug)
    slug = letter.slug  # the form writes what was typed into the letter
    form = LetterForm(request.POST, instance=letter, user=request.user)
    if form.is_valid():
        return None
    return render(request, "letters/desk_letter_form.html", letter_form_context(form, slug=slug), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def preview(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    """Any PDF of a letter as it would be printed now, marked as a draft; of a draft also as it is typed (POST)."""
    letter = desk_letter(request, slug)
    if language not in LANGUAGES:
        raise Http404
    if refused := _not_as_typed(request, letter):
        return refused
    recipient = _asked_recipient(letter, request.GET.get("recipient", ""))
    try:
        printed = _draft(letter, language, recipient)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-letter", slug=slug)
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-{language}-draft.pdf"'
    return response


def _draft(letter: Letter, language: str, recipient: Recipient | None) -> bytes:
    if language not in letter.languages():
        raise PreviewNeedsText(language=LANGUAGE_NAMES[language])
    return print_draft(draft_payload(letter, language, recipient, at=timezone.now()))


def _asked_recipient(letter: Letter, asked: str) -> Recipient | None:
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal()):
        raise Http404
    return get_object_or_404(letter.recipients.select_related("office"), pk=int(asked[:18]))
