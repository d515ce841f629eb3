"""The cockpit of a coalition: who is invited, who talks to them, what they say, and what is sent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.spreadsheet import TableRefused, csv_file, read_file, read_text
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import title_in
from letters.models import Letter
from signatories.board_selectors import BoardFilter, board_of
from signatories.errors.invitation import ActMissing
from signatories.forms.invitation import HandForm, InvitationForm, ListForm, NoteForm, PlanForm, team_of
from signatories.invitation_selectors import ListedRow, invitation_page_of, sort_out
from signatories.invitation_table import COLUMNS, Usual, read_invitations
from signatories.models import Invitation, InvitationPlan
from signatories.services import bulk
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.states import InvitationState
from signatories.views.private import private_page
from signatories.views.sign import language_of_page

ROWS_ON_A_PAGE = 100
FILTERS = ("state", "owner", "country", "language", "kind", "overdue")


def board_filter(data: QueryDict) -> BoardFilter:
    """What the board shows of all, from the address."""
    chosen = {name: data.get(name, "")[:60] for name in FILTERS}
    return BoardFilter(**chosen, words=data.get("q", "").strip()[:200])


@require_safe
@coordinator_required
@private_page
def invitation_board(request: DeskRequest, slug: str) -> HttpResponse:
    """Everybody who is invited to one letter, with filters, counts, coverage and the course of signing."""
    letter, language, now = desk_letter(request, slug), language_of_page(), timezone.now()
    chosen = board_filter(request.GET)
    board = board_of(letter, chosen, language, at=now)
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "letter": letter,
        "title": title_in(letter, language),
        "board": board,
        "chosen": chosen,
        "page": Paginator(board.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode() + "&" if query else "",
        "filters": query.urlencode(),
        "is_filtered": chosen != BoardFilter(),
        "plan": InvitationPlan.objects.of(letter),
        "team": team_of(letter),
        "takes_answers": letter.accepts_signatures(now),
    }
    return render(request, "signatories/desk_invitations.html", context)


@require_POST
@coordinator_required
@private_page
def invitation_act(request: DeskRequest, slug: str) -> HttpResponse:
    """Do one thing with the chosen rows of the board."""
    letter = desk_letter(request, slug)
    keys = [int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 18]
    back = f"{reverse('desk-invitations', args=[slug])}?{QueryDict(request.POST.get('filters', '')[:1000]).urlencode()}"
    chosen = list(_invitations(letter).filter(pk__in=keys).order_by("pk"))
    if not chosen:
        messages.warning(request, _("Nothing was done: mark the organizations first."))
        return redirect(back)
    if request.POST.get("act") == "send":
        return _send(request, letter, [one.pk for one in chosen], back)
    _act_on(request, letter, chosen)
    return redirect(back)


def _send(request: DeskRequest, letter: Letter, only: list[int] | None, back: str) -> HttpResponse:
    try:
        run = bulk.start_sending(letter, only=only, language=language_of_page(), by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("desk-bulk-run", slug=letter.slug, run_id=run.pk)


def _act_on(request: DeskRequest, letter: Letter, chosen: list[Invitation]) -> None:
    """One act on each; what is refused is said once, with how many it was."""
    act, done = request.POST.get("act", ""), 0
    refused: dict[str, list[str]] = {}
    for one in chosen:
        try:
            _ACTS.get(act, _nothing)(request, letter, one)
            done += 1
        except Refusal as refusal:
            refused[str(refusal)] = [*refused.get(str(refusal), []), one.name]
    if done:
        told = ngettext("Done for %(number)d organization.", "Done for %(number)d organizations.", done)
        messages.success(request, told % {"number": done})
    for sentence, names in refused.items():
        messages.error(request, f"{sentence} ({', '.join(names[:5])}{' …' if len(names) > 5 else ''})")


def _nothing(request: DeskRequest, letter: Letter, one: Invitation) -> None:
    raise ActMissing


def _give(request: DeskRequest, letter: Letter, one: Invitation) -> None:
    key = request.POST.get("owner", "")
    owner = team_of(letter).filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 18 else None
    invitations.give_to([one], owner, by=request.user, at=timezone.now())


def _answered(answer: InvitationState) -> Callable[[DeskRequest, Letter, Invitation], None]:
    def act(request: DeskRequest, letter: Letter, one: Invitation) -> None:
        invitations.answer_by_hand(one, answer, by=request.user, at=timezone.now())

    return act


_ACTS: dict[str, Callable[[DeskRequest, Letter, Invitation], None]] = {
    "give": _give,
    "again": lambda request, letter, one: invitations.send_again(one, by=request.user, at=timezone.now()),
    "sent": lambda request, letter, one: invitations.mark_sent(one, by=request.user, at=timezone.now()),
    "stop": lambda request, letter, one: reminders.stop_reminders(one, by=request.user, at=timezone.now()),
    "bounced": lambda request, letter, one: invitations.mark_bounced(one, by=request.user, at=timezone.now()),
    "remove": lambda request, letter, one: invitations.remove_invitation(one, by=request.user, at=timezone.now()),
    **{
        answer.value: _answered(answer)
        for answer in (InvitationState.CONSIDERING, InvitationState.NEEDS_BOARD, InvitationState.DECLINED)
    },
}


def _invitations(letter: Letter) -> Any:
    """The invitations of a letter whose coordinator asks."""
    return Invitation.objects.filter(letter=letter).select_related("letter__issuer", "owner", "signature")


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def invitation_list(request: DeskRequest, slug: str) -> HttpResponse:
    """Paste or upload a list, look at what would come of it, then write it down."""
    letter = desk_letter(request, slug)
    if request.method != "POST":
        initial = {"language": letter.original_language, "country": "KZ", "owner": request.user.pk}
        return _list_page(request, letter, ListForm(initial=initial, letter=letter))
    form = ListForm(request.POST, request.FILES, letter=letter)
    if not form.is_valid():
        return _list_page(request, letter, form)
    try:
        rows, text = _read(form, letter)
    except TableRefused as refused:
        return _list_page(request, letter, form, problems=[str(one) for one in refused.problems])
    if "save" not in request.POST:
        return _preview(request, letter, form, rows, text)
    return _save(request, letter, form, rows, text)


def _read(form: ListForm, letter: Letter) -> tuple[list[ListedRow], str]:
    """The rows that were pasted or uploaded, and the list as text.

    :raises TableRefused: it is no such list, or something in it is wrong.
    """
    upload, text = form.cleaned_data["file"], form.cleaned_data["table"]
    if upload:
        table = read_file(upload.read(2_000_000), COLUMNS)
        is_mere_list = "name" not in table.header  # one line each, without headings
        written = [] if is_mere_list else [[COLUMNS.name_of(column) for column in table.header]]
        written += [[row.cells[column] for column in table.header] for row in table.rows]
        text = csv_file(written).decode("utf-8-sig")
    else:
        table = read_text(text, COLUMNS)
    usual = Usual(language=form.cleaned_data["language"], country=form.cleaned_data["country"])
    return sort_out(letter, read_invitations(table, usual), at=timezone.now()), text


def _list_page(
    request: DeskRequest, letter: Letter, form: ListForm, *, problems: list[str] | None = None
) -> HttpResponse:
    context = {
        "letter": letter,
        "title": title_in(letter, language_of_page()),
        "form": form,
        "problems": (problems or [])[:50],
        "more": max(len(problems or []) - 50, 0),
    }
    status = 422 if problems or form.errors else 200
    return render(request, "signatories/desk_invitation_list.html", context, status=status)


def _preview(request: DeskRequest, letter: Letter, form: ListForm, rows: list[ListedRow], text: str) -> HttpResponse:
    context = {
        "letter": letter,
        "title": title_in(letter, language_of_page()),
        "text": text,
        "language": form.cleaned_data["language"],
        "country": form.cleaned_data["country"],
        "owner": form.cleaned_data["owner"],
        "new": [row for row in rows if row.verdict == "new"],
        "maybe": [row for row in rows if row.verdict == "maybe"],
        "known": [row for row in rows if row.verdict not in ("new", "maybe")],
        "takes_answers": letter.accepts_signatures(timezone.now()),
    }
    return render(request, "signatories/desk_invitation_preview.html", context)


def _save(request: DeskRequest, letter: Letter, form: ListForm, rows: list[ListedRow], text: str) -> HttpResponse:
    """Write down the new ones, and those of the doubtful that were chosen."""
    taken = set(request.POST.getlist("take"))
    chosen = [row.new for row in rows if row.verdict == "new" or (row.verdict == "maybe" and str(row.number) in taken)]
    if not chosen:
        messages.warning(request, _("Nothing was written down: nobody on the list is new."))
        return _preview(request, letter, form, rows, text)
    try:
        made = invitations.prepare_invitations(
            letter, chosen, owner=form.cleaned_data["owner"], by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _preview(request, letter, form, rows, text)
    told = ngettext(
        "%(number)d organization stands on the board now.",
        "%(number)d organizations stand on the board now.",
        len(made),
    )
    messages.success(request, told % {"number": len(made)})
    back = reverse("desk-invitations", args=[letter.slug])
    if request.POST["save"] == "send":
        return _send(
            request,
            letter,
            list(
                Invitation.objects.filter(letter=letter, token__in=[one.token for one in made]).values_list(
                    "pk", flat=True
                )
            ),
            back,
        )
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def invitation_page(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """One invitation: what is known, what can be done, and its notes; by POST its facts are corrected."""
    invitation = get_object_or_404(_invitations(desk_letter(request, slug)), pk=invitation_id)
    form = InvitationForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if form.is_valid():
        try:
            invitations.change_invitation(invitation, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk-invitation", slug=slug, invitation_id=invitation_id)
    return _page(request, invitation, form=form)


def _page(
    request: DeskRequest,
    invitation: Invitation,
    *,
    form: InvitationForm | None = None,
    hand: HandForm | None = None,
    note: NoteForm | None = None,
) -> HttpResponse:
    forms = (form or InvitationForm(invitation=invitation), hand or HandForm(), note or NoteForm())
    context = {
        "page": invitation_page_of(invitation, language_of_page(), at=timezone.now()),
        "letter": invitation.letter,
        "title": title_in(invitation.letter, language_of_page()),
        **dict(zip(("form", "hand", "note"), forms, strict=True)),
    }
    wrong = any(one.is_bound and one.errors for one in forms)
    return render(request, "signatories/desk_invitation.html", context, status=422 if wrong else 200)


@require_POST
@coordinator_required
@private_page
def invitation_do(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Send, send again, stop, mark as bounced, remove."""
    letter = desk_letter(request, slug)
    invitation = get_object_or_404(_invitations(letter), pk=invitation_id)
    if request.POST.get("act") == "send":
        _send_one(request, invitation)
    else:
        _act_on(request, letter, [invitation])
    if invitation.pk is None:
        return redirect("desk-invitations", slug=slug)
    return redirect("desk-invitation", slug=slug, invitation_id=invitation_id)


def _send_one(request: DeskRequest, invitation: Invitation) -> None:
    try:
        invitations.send_invitation(invitation, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation is on its way."))


@require_POST
@coordinator_required
@private_page
def invitation_answer(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Write down what they say."""
    invitation = get_object_or_404(_invitations(desk_letter(request, slug)), pk=invitation_id)
    form = HandForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, hand=form)
    answer, reason = InvitationState(form.cleaned_data["answer"]), form.cleaned_data["reason"]
    try:
        invitations.answer_by_hand(invitation, answer, reason=reason, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted."))
    return redirect("desk-invitation", slug=slug, invitation_id=invitation_id)


@require_POST
@coordinator_required
@private_page
def invitation_note(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Add a note for colleagues."""
    invitation = get_object_or_404(_invitations(desk_letter(request, slug)), pk=invitation_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, note=form)
    invitations.add_note(invitation, form.cleaned_data["text"], by=request.user, at=timezone.now())
    return redirect("desk-invitation", slug=slug, invitation_id=invitation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def invitation_plan(request: DeskRequest, slug: str) -> HttpResponse:
    """Until when an answer is wanted, and when the invited are reminded."""
    letter, now = desk_letter(request, slug), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, letter=letter, plan=InvitationPlan.objects.of(letter), at=now)
    if form.is_valid():
        reminders.save_plan(letter, **form.cleaned_data, by=request.user, at=now)
        messages.success(request, _("The plan is saved; the next reminders follow it."))
        return redirect("desk-invitations", slug=slug)
    context = {"letter": letter, "title": title_in(letter, language_of_page()), "form": form}
    return render(request, "signatories/desk_invitation_plan.html", context, status=422 if form.errors else 200)
