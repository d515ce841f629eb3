"""Making and correcting a draft: texts, dates, issuer, recipients."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import recipient_rows, title_in
from letters.errors import EditedMeanwhile, LogoNotKept, TextIsFixed
from letters.forms import typed
from letters.forms.columns import in_languages
from letters.forms.demand import DemandsForm
from letters.forms.issuer import IssuerForm
from letters.forms.letter import TEXTS, LetterForm
from letters.forms.recipient import NewRecipientForm, RecipientForm
from letters.models import Letter, Recipient
from letters.redline import Piece, redline
from letters.services import issuer as issuers
from letters.services import letter as letters
from letters.services import recipient as recipients
from letters.services.demand import address_demands
from letters.services.edition import recipients_of
from letters.states import LetterState
from letters.views.public import language_of_page

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@coordinator_required
def letter_new(request: DeskRequest) -> HttpResponse:
    """Make a draft without any file."""
    form = LetterForm(typed(request)[0], user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            letter = letters.make_letter(Letter(**form.columns_to_save()), by=request.user, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved. Add its recipients next."))
            return redirect("desk-recipients", slug=letter.slug)
    return _form_page(request, "letters/desk_letter_form.html", form, slug="")


def _form_page(request: DeskRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """A form, with 422 when it came back with what was typed."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


@require_http_methods(FORM_METHODS)
@coordinator_required
def letter_edit(request: DeskRequest, slug: str) -> HttpResponse:
    """Correct a draft."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    form = LetterForm(typed(request)[0], instance=letter, user=request.user, initial={"version": letter.version})
    differences: list[tuple[str, list[Piece]]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if saved := _save_draft(request, slug, form):
                return saved
        except EditedMeanwhile as refusal:
            now_saved = desk_letter(request, slug)
            differences = _differences(now_saved, form)
            form.add_error(None, str(refusal))
            form.data = _with_version(request.POST, now_saved.version)
    return _form_page(request, "letters/desk_letter_form.html", form, slug=slug, differences=differences)


def _differences(saved: Letter, form: LetterForm) -> list[tuple[str, list[Piece]]]:
    """Where the saved texts are others than this person typed: each with its label, from the saved to the typed one."""
    texts = {name: str(getattr(saved, name) or "") for name in in_languages(TEXTS)}
    typed_texts = {name: str(form.cleaned_data.get(name) or "") for name in texts}
    return [
        (str(form[name].label), redline(text, typed_texts[name]))
        for name, text in texts.items()
        if text != typed_texts[name]
    ]


def _save_draft(request: DeskRequest, slug: str, form: LetterForm) -> HttpResponse | None:
    """Save, or say in the form why not.

    :raises EditedMeanwhile: somebody else saved the draft since it was shown.
    """
    letter, version = desk_letter(request, slug), form.cleaned_data["version"]
    try:
        letters.change_draft(
            letter,
            form.columns_to_save(),
            version=letter.version if version is None else version,
            by=request.user,
            at=timezone.now(),
        )
    except EditedMeanwhile:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("The draft is saved."))
        return redirect("desk-letter", slug=letter.slug)
    return None


def _with_version(typed: QueryDict, version: int) -> QueryDict:
    """What was typed, to be saved over the version of now when the person sends it again."""
    data = typed.copy()
    data["version"] = str(version)
    return data


def _fixed(request: DeskRequest, slug: str) -> HttpResponse:
    messages.error(request, str(TextIsFixed()))
    return redirect("desk-letter", slug=slug)


@require_http_methods(FORM_METHODS)
@coordinator_required
def issuer_edit(request: DeskRequest, slug: str) -> HttpResponse:
    """Correct the issuer of a draft."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    form = IssuerForm(*typed(request), instance=letter.issuer)
    if request.method == "POST" and form.is_valid() and (saved := _save_issuer(request, slug, form)):
        return saved
    others = letter.issuer.letters.exclude(pk=letter.pk).order_by("-created_at", "-pk")
    context = {
        "slug": slug,
        "title": title_in(letter, language_of_page()),
        "others": [(other, title_in(other, language_of_page())) for other in others],
    }
    return _form_page(request, "letters/desk_issuer_form.html", form, **context)


def _save_issuer(request: DeskRequest, slug: str, form: IssuerForm) -> HttpResponse | None:
    try:
        issuers.change_issuer(
            desk_letter(request, slug),
            form.columns_to_save(),
            logo=form.cleaned_data["new_logo"],
            remove_logo=bool(form.cleaned_data.get("remove_logo")),
            by=request.user,
            at=timezone.now(),
        )
    except LogoNotKept as refusal:
        form.add_error("new_logo", str(refusal))
        return None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The issuer is saved."))
    return redirect("desk-letter", slug=slug)


@require_safe
@coordinator_required
def recipient_list(request: DeskRequest, slug: str) -> HttpResponse:
    """The recipients in their order."""
    letter = desk_letter(request, slug)
    language = language_of_page()
    context = {
        "letter": letter,
        "title": title_in(letter, language),
        "rows": recipient_rows(letter, language),
        "is_draft": letter.state == LetterState.DRAFT,
    }
    return render(request, "letters/desk_recipient_list.html", context)


@require_http_methods(FORM_METHODS)
@coordinator_required
def recipient_new(request: DeskRequest, slug: str) -> HttpResponse:
    """Add a recipient to a draft."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    now = timezone.now()
    form = NewRecipientForm(typed(request)[0], letter=letter, on=recipients.letter_day(letter, at=now))
    if request.method == "POST" and form.is_valid():
        try:
            recipients.add_recipient(letter, form.office(), form.columns_to_save(), by=request.user, at=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The recipient is added."))
            return redirect("desk-recipients", slug=slug)
    return _form_page(request, "letters/desk_recipient_form.html", form, slug=slug, recipient=None)


@require_http_methods(FORM_METHODS)
@coordinator_required
def recipient_edit(request: DeskRequest, slug: str, recipient_id: int) -> HttpResponse:
    """Change rank, group or holder of a recipient."""
    recipient = _recipient(request, slug, recipient_id)
    if recipient.letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    form = RecipientForm(typed(request)[0], instance=recipient)
    if request.method == "POST" and form.is_valid():
        return _act(request, recipients.change_recipient, recipient, columns=form.columns_to_save())
    return _form_page(request, "letters/desk_recipient_form.html", form, slug=slug, recipient=recipient)


@require_http_methods(FORM_METHODS)
@coordinator_required
def demands(request: DeskRequest, slug: str) -> HttpResponse:
    """Say to whom each demand of a draft is addressed."""
    letter, language = desk_letter(request, slug), language_of_page()
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    recipients_here = recipients_of(letter)
    asked = list(letter.demands.prefetch_related("recipients").order_by("number"))
    form = DemandsForm(typed(request)[0], demands=asked, recipients=recipients_here, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            address_demands(letter, form.addressed(), by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is saved to whom the demands are addressed."))
        return redirect("desk-letter", slug=slug)
    context = {"title": title_in(letter, language), "has_recipients": bool(recipients_here)}
    return _form_page(request, "letters/desk_demands.html", form, slug=slug, **context)


def _recipient(request: DeskRequest, slug: str, recipient_id: int) -> Recipient:
    letter = desk_letter(request, slug)
    return get_object_or_404(letter.recipients.select_related("letter", "office"), pk=recipient_id)


def _act(request: DeskRequest, service: Any, recipient: Recipient, **options: Any) -> HttpResponse:
    """Call one service of recipients and go back to the list."""
    try:
        service(recipient, by=request.user, at=timezone.now(), **options)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("desk-recipients", slug=recipient.letter.slug)


@require_POST
@coordinator_required
def recipient_move(request: DeskRequest, slug: str, recipient_id: int) -> HttpResponse:
    """Move a recipient one place up or down."""
    recipient = _recipient(request, slug, recipient_id)
    return _act(request, recipients.move_recipient, recipient, up=request.POST.get("to") == "up")


@require_POST
@coordinator_required
def recipient_remove(request: DeskRequest, slug: str, recipient_id: int) -> HttpResponse:
    """Take a recipient off the list."""
    return _act(request, recipients.remove_recipient, _recipient(request, slug, recipient_id))
