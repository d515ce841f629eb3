"""Drafts and their first readers: at the desk, and at the reader's personal address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import title_in
from letters.forms.first_reader import CommentForm, ReaderForm
from letters.models import Comment, FirstReader
from letters.services import first_reader as readers
from letters.services.block import compared_blocks
from letters.views.public import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def reader_list(request: DeskRequest, slug: str) -> HttpResponse:
    """Who was asked to read the draft, what they say, and asking somebody else (POST)."""
    letter, now = desk_letter(request, slug), timezone.now()
    form = ReaderForm(request.POST if request.method == "POST" else None, initial={"language": language_of_page()})
    if form.is_valid():
        facts = form.cleaned_data
        try:
            readers.ask_reader(letter, facts["email"], facts["language"], by=request.user, at=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is on its way to its reader."))
            return redirect("desk-readers", slug=slug)
    said = Comment.objects.filter(reader__letter=letter).select_related("reader")
    context = {
        "slug": slug,
        "title": title_in(letter, language_of_page()),
        "form": form,
        "readers": letter.first_readers.order_by("pk"),
        "open_comments": said.filter(settled_at=None).order_by("written_at", "pk"),
        "settled_comments": said.exclude(settled_at=None).order_by("-settled_at", "pk"),
        "now": now,
    }
    return render(request, "letters/desk_readers.html", context, status=422 if form.errors else 200)


@require_POST
@coordinator_required
def reader_dismiss(request: DeskRequest, slug: str, reader_id: int) -> HttpResponse:
    """Take a personal address back."""
    reader = get_object_or_404(
        FirstReader.objects.select_related("letter"), letter=desk_letter(request, slug), pk=reader_id
    )
    try:
        readers.dismiss_reader(reader, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("desk-readers", slug=slug)


@require_POST
@coordinator_required
def comment_settle(request: DeskRequest, slug: str, comment_id: int) -> HttpResponse:
    """Mark a comment as settled."""
    said = get_object_or_404(Comment, reader__letter=desk_letter(request, slug), pk=comment_id)
    readers.settle(said, at=timezone.now())
    return redirect("desk-readers", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def read_first(request: HttpRequest, token: str) -> HttpResponse:
    """The draft block by block for whom it was sent to, and taking a comment (POST)."""
    now = timezone.now()
    reader = get_object_or_404(FirstReader.objects.select_related("letter__issuer"), token=token)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            readers.comment(reader, form.cleaned_data["key"], form.cleaned_data["words"], at=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your comment has reached the coordinators."))
            return redirect("read-first", token=token)
    is_open = readers.reads_still(reader, at=now)
    context = {
        "title": title_in(reader.letter, language_of_page()),
        "is_open": is_open,
        "blocks": compared_blocks(reader.letter) if is_open else [],
        "languages": LANGUAGE_NAMES.items(),
        "form": form,
        "said": reader.comments.order_by("-written_at", "-pk") if is_open else [],
        "until": reader.expires_at,
    }
    response = render(request, "letters/read_first.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "strict-origin"
    return response
