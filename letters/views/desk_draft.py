"""Making and correcting a draft: texts, dates, issuer, recipients."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import recipient_rows, title_in
from letters.errors import EditedMeanwhile, LogoNotKept, TextIsFixed
from letters.forms import typed
from letters.forms.columns import in_languages
from letters.forms.demand import DemandsForm
from letters.forms.issuer import IssuerForm
from letters.forms.letter import TEXTS, LetterForm
from letters.forms.recipient import NewRecipientForm, RecipientForm
from letters.forms.word_file import WordFileForm
from letters.models import Letter, Recipient, UnsavedDraft
from letters.redline import Piece, redline
from letters.services import issuer as issuers
from letters.services import letter as letters
from letters.services import recipient as recipients
from letters.services import unsaved
from letters.services.block import block_rows, compared_blocks, confirm_blocks
from letters.services.demand import address_demands
from letters.services.edition import recipients_of
from letters.states import LetterState
from letters.views.public import language_of_page
from letters.word_file import read_word_file

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@coordinator_required
def letter_new(request: DeskRequest) -> HttpResponse:
    """Make a draft without any file."""
    kept = unsaved.kept_of(None, request.user)
    form = LetterForm(_typed_or_kept(request, kept), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            letter = letters.make_letter(Letter(**form.columns_to_save()), by=request.user, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            unsaved.forget(None, request.user)
            messages.success(request, _("The draft is saved. Add its recipients next."))
            return redirect("desk-recipients", slug=letter.slug)
    return _letter_form_page(request, form, kept, slug="")


def _typed_or_kept(request: DeskRequest, kept: UnsavedDraft | None) -> Any:
    """What was sent; or, where the person asks for it, what was kept while she typed."""
    if request.method != "POST" and kept is not None and "kept" in request.GET:
        fields = QueryDict(mutable=True)
        fields.update(kept.fields)
        return fields
    return typed(request)[0]


def _not_saved_yet(letter: Letter, request: DeskRequest) -> UnsavedDraft | None:
    """What was kept while it was typed, unless the draft says the same by now."""
    kept = unsaved.kept_of(letter, request.user)
    if kept is None:
        return None
    fields = {
        name: value.replace("\r\n", "\n") for name, value in kept.fields.items()
    }  # browsers send line ends their own way
    form = LetterForm(fields, instance=letter, user=request.user)
    return kept if set(form.changed_data) - {"version"} else None


def _letter_form_page(
    request: DeskRequest, form: LetterForm, kept: UnsavedDraft | None, **context: Any
) -> HttpResponse:
    """The form of a letter; words that were kept and are not in it are offered."""
    offered = None if form.is_bound else kept
    status = 422 if request.method == "POST" and form.errors else 200
    context |= letter_form_context(form, slug=context["slug"], kept=offered)
    return render(request, "letters/desk_letter_form.html", context, status=status)


def letter_form_context(form: LetterForm, *, slug: str, kept: UnsavedDraft | None = None) -> dict[str, Any]:
    """What the page with the form of a letter shows."""
    languages = LANGUAGE_NAMES.items() if slug else ()
    previews = [(code, name, reverse("desk-preview", args=[slug, code])) for code, name in languages]
    word_file = WordFileForm(initial={"language": language_of_page()})
    return {"form": form, "slug": slug, "kept": kept, "word_file": word_file, "previews": previews}


def _typed_fields(request: DeskRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in (*LetterForm.base_fields, "page", "turn")}


@require_POST
@coordinator_required
def letter_keep(request: DeskRequest, slug: str = "") -> HttpResponse:
    """Keep what is being typed; nobody else sees it."""
    letter = desk_letter(request, slug) if slug else None
    fields = _typed_fields(request)
    if letter is not None and letter.state != LetterState.DRAFT:
        return HttpResponse(status=409)
    if not unsaved.keep(letter, fields, by=request.user, at=timezone.now()):
        return HttpResponse(status=413)
    if letter is None:
        return HttpResponse(status=204)
    report = _report(letter, request, fields) | {"saved_meanwhile": fields["version"] != str(letter.version)}
    return render(request, "letters/_desk_report.html", report)


def _report(letter: Letter, request: DeskRequest, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Who else is at a draft, and how its three texts differ.

    :param words: what is typed into its texts, by name of field; the letter holds that afterwards.
    """
    saved = {block.key for block in compared_blocks(letter)}
    if words is not None:
        for name in in_languages(TEXTS):
            setattr(letter, name, words.get(name, "").replace("\r\n", "\n"))
    rows, hints = block_rows(letter, saved=saved)
    unconfirmed = [row for row in rows if not row.block.agrees]
    return {
        "slug": letter.slug,
        "others": unsaved.others_typing(letter, besides=request.user, at=timezone.now()),
        "obstacles": [str(one) for one in letters.text_obstacles(letter)],
        "hints": hints,
        "rows": [row for row in rows if row.asks()],
        "other_rows": [row for row in unconfirmed if not row.asks()],
        "open_blocks": len(unconfirmed),
        "can_confirm": any(row.is_saved for row in unconfirmed),
        "unsaved_blocks": not all(row.is_saved for row in unconfirmed),
        "languages": LANGUAGE_NAMES.items(),
    }


@require_POST
@coordinator_required
def letter_word_file(request: DeskRequest, slug: str) -> HttpResponse:
    """Take the text of one language from a Word file into the form, where it waits to be saved."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    form = WordFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Nothing was taken over: choose a Word file and the language of its text."))
        return redirect("desk-letter-edit", slug=slug)
    try:
        found = read_word_file(form.content())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-letter-edit", slug=slug)
    language, kept = form.cleaned_data["language"], unsaved.kept_of(letter, request.user)
    fields = dict(kept.fields) if kept else _fields_of(letter, request)
    fields[f"body_{language}"] = found.body
    if found.title:
        fields[f"title_{language}"] = found.title
    unsaved.keep(letter, fields, by=request.user, at=timezone.now())
    messages.success(request, _("The text of the file stands in the form now. Look through it, then save the draft."))
    if found.tables or found.pictures:
        left_out = {"tables": found.tables, "pictures": found.pictures}
        messages.warning(request, _("Left out: tables %(tables)d, pictures %(pictures)d.") % left_out)
    return redirect(reverse("desk-letter-edit", args=[slug]) + "?kept=yes")


def _fields_of(letter: Letter, request: DeskRequest) -> dict[str, str]:
    """The form of a letter as a browser would send it unchanged."""
    form = LetterForm(instance=letter, user=request.user, initial={"version": letter.version})
    values = {bound.name: bound.field.widget.format_value(bound.value()) for bound in form}
    return {name: "".join(value) if isinstance(value, list) else str(value or "") for name, value in values.items()}


@require_POST
@coordinator_required
def letter_unkeep(request: DeskRequest, slug: str = "") -> HttpResponse:
    """Throw away what was kept."""
    unsaved.forget(desk_letter(request, slug) if slug else None, request.user)
    messages.success(request, _("The words that were not saved are thrown away."))
    return redirect("desk-letter-edit", slug=slug) if slug else redirect("desk-letter-new")


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
    kept = _not_saved_yet(letter, request)
    data = _typed_or_kept(request, kept)
    form = LetterForm(data, instance=letter, user=request.user, initial={"version": letter.version})
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
    report = _report(desk_letter(request, slug), request, data)
    return _letter_form_page(request, form, kept, slug=slug, differences=differences, report=report)


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
        unsaved.forget(letter, request.user)
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
def letter_blocks(request: DeskRequest, slug: str) -> HttpResponse:
    """The three texts block by block; those that say the same are confirmed by a person."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.DRAFT:
        return _fixed(request, slug)
    if request.method == "POST":
        return _confirm_blocks(request, letter)
    rows, hints = block_rows(letter)
    context = {
        "slug": slug,
        "title": title_in(letter, language_of_page()),
        "rows": rows,
        "languages": LANGUAGE_NAMES.items(),
        "open_blocks": sum(not row.block.agrees for row in rows),
        "hints": hints,
    }
    return render(request, "letters/desk_blocks.html", context)


def _confirm_blocks(request: DeskRequest, letter: Letter) -> HttpResponse:
    """Confirm what is ticked; pressed beside the form, it keeps what is typed there, and that comes back."""
    answer = redirect("desk-letter-blocks", slug=letter.slug)
    if "version" in request.POST:
        if not unsaved.keep(letter, _typed_fields(request), by=request.user, at=timezone.now()):
            form = LetterForm(request.POST, instance=letter, user=request.user)  # which says what is too long
            report = _report(desk_letter(request, letter.slug), request, request.POST)
            return _letter_form_page(request, form, None, slug=letter.slug, report=report)
        if _not_saved_yet(desk_letter(request, letter.slug), request) is None:
            unsaved.forget(letter, request.user)
        answer = redirect(reverse("desk-letter-edit", args=[letter.slug]) + "?kept=yes#report")
    try:
        count = confirm_blocks(letter, set(request.POST.getlist("agrees")), by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-letter", slug=letter.slug)
    if count:
        words = ngettext("%(count)d block is confirmed.", "%(count)d blocks are confirmed.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.error(request, _("Nothing was confirmed: tick the blocks that say the same in all three languages."))
    return answer


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
