"""Addresses of the first floor; the roof puts them below the language and below `desk/`."""

from django.urls import URLPattern, path

from letters.models.edition import BOUND
from letters.views import (
    desk,
    desk_draft,
    desk_edition,
    desk_import,
    desk_late,
    desk_letter,
    first_reader,
    public,
    reading,
    register,
    register_files,
    verify,
)

desk_patterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("mail/", desk.mail, name="desk-mail"),
    path("letters/new/", desk_draft.letter_new, name="desk-letter-new"),
    path("letters/import/", desk_import.letter_import, name="desk-import"),
    path("letters/<slug:slug>/", desk_letter.letter_page, name="desk-letter"),
    path("letters/<slug:slug>/edit/", desk_draft.letter_edit, name="desk-letter-edit"),
    path("letters/new/keep/", desk_draft.letter_keep, name="desk-letter-new-keep"),
    path("letters/new/unkeep/", desk_draft.letter_unkeep, name="desk-letter-new-unkeep"),
    path("letters/<slug:slug>/blocks/", desk_draft.letter_blocks, name="desk-letter-blocks"),
    path("letters/<slug:slug>/readers/", first_reader.reader_list, name="desk-readers"),
    path(
        "letters/<slug:slug>/readers/<int:reader_id>/dismiss/", first_reader.reader_dismiss, name="desk-reader-dismiss"
    ),
    path(
        "letters/<slug:slug>/comments/<int:comment_id>/settle/", first_reader.comment_settle, name="desk-comment-settle"
    ),
    path("letters/<slug:slug>/word-file/", desk_draft.letter_word_file, name="desk-letter-word-file"),
    path("letters/<slug:slug>/keep/", desk_draft.letter_keep, name="desk-letter-keep"),
    path("letters/<slug:slug>/unkeep/", desk_draft.letter_unkeep, name="desk-letter-unkeep"),
    path("letters/<slug:slug>/issuer/", desk_draft.issuer_edit, name="desk-issuer"),
    path("letters/<slug:slug>/open/", desk_letter.letter_open, name="desk-letter-open"),
    path("letters/<slug:slug>/publish/", desk_letter.letter_publish, name="desk-letter-publish"),
    path("letters/<slug:slug>/vouched/", desk_letter.letter_vouched, name="desk-letter-vouched"),
    path("letters/<slug:slug>/close/", desk_letter.letter_close, name="desk-letter-close"),
    path("letters/<slug:slug>/late/", desk_late.letter_late, name="desk-letter-late"),
    path("letters/<slug:slug>/late/end/", desk_late.letter_late_end, name="desk-letter-late-end"),
    path("letters/<slug:slug>/late/addendum/", desk_late.letter_addendum, name="desk-letter-addendum"),
    path("letters/<slug:slug>/archive/", desk_letter.letter_archive, name="desk-letter-archive"),
    path("letters/<slug:slug>/withdraw/", desk_letter.letter_withdraw, name="desk-letter-withdraw"),
    path("letters/<slug:slug>/preview/", desk_letter.page_preview, name="desk-page-preview"),
    path("letters/<slug:slug>/preview/<str:language>.pdf", desk_letter.preview, name="desk-preview"),
    path("letters/<slug:slug>/demands/", desk_draft.demands, name="desk-demands"),
    path("letters/<slug:slug>/recipients/", desk_draft.recipient_list, name="desk-recipients"),
    path("letters/<slug:slug>/recipients/new/", desk_draft.recipient_new, name="desk-recipient-new"),
    path("letters/<slug:slug>/recipients/<int:recipient_id>/", desk_draft.recipient_edit, name="desk-recipient"),
    path(
        "letters/<slug:slug>/recipients/<int:recipient_id>/move/",
        desk_draft.recipient_move,
        name="desk-recipient-move",
    ),
    path(
        "letters/<slug:slug>/recipients/<int:recipient_id>/remove/",
        desk_draft.recipient_remove,
        name="desk-recipient-remove",
    ),
    path("letters/<slug:slug>/labels/<str:language>.pdf", desk_edition.label_sheet, name="desk-labels"),
    path("letters/<slug:slug>/covers/<str:language>.pdf", desk_edition.cover_letters, name="desk-covers"),
    path("letters/<slug:slug>/duplex/<str:language>.pdf", desk_edition.duplex, name="desk-duplex"),
    path("letters/<slug:slug>/editions/", desk_edition.edition_list, name="desk-editions"),
    path("letters/<slug:slug>/editions/progress.json", desk_edition.edition_progress, name="desk-editions-progress"),
    path("letters/<slug:slug>/editions/all.zip", desk_edition.edition_bundle, name="desk-editions-zip"),
    path("letters/<slug:slug>/editions/<int:edition_id>.pdf", desk_edition.edition_pdf, name="desk-edition"),
    path(
        "letters/<slug:slug>/editions/<int:edition_id>/archive.pdf",
        desk_edition.edition_archive,
        name="desk-edition-archive",
    ),
    path("letters/<slug:slug>/editions/<int:edition_id>/again/", desk_edition.edition_again, name="desk-edition-again"),
]

register_patterns: list[URLPattern] = [  # without a language
    path("checkpoint", register_files.checkpoint, name="register-checkpoint"),
    path("checkpoint/<int:size>", register_files.checkpoint_of, name="register-checkpoint-of"),
    path("cosignatures", register_files.cosignatures, name="register-cosignatures"),
    path("tile/<str:level>/<path:place>", register_files.tile, name="register-tile"),
    path("consistency/<int:first>/<int:second>", register_files.consistency, name="register-consistency"),
    path("proof/<int:index>", register_files.proof, name="register-proof"),
]

public_patterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("letters/", reading.letter_list, name="letters"),
    path("letters/<slug:slug>/", public.letter_page, name="letter"),
    path("letters/<slug:slug>/signatories/", reading.signatory_list, name="signatories"),
    path("letters/<slug:slug>/corrections/", reading.correction_list, name="corrections"),
    path("letters/<slug:slug>/letter.canonical", public.letter_canonical, name="letter-canonical"),
    path("letters/<slug:slug>/letter-<int:number>.canonical", public.letter_canonical, name="letter-canonical-of"),
    path("letters/<slug:slug>/letter.pdf", public.letter_pdf, name="letter-pdf"),
    path("letters/<slug:slug>/addendum-<int:number>.pdf", public.letter_pdf, name="letter-pdf-addendum"),
    path("letters/<slug:slug>/letter-bound.pdf", public.letter_pdf, {"language": BOUND}, name="letter-pdf-bound"),
    path(
        "letters/<slug:slug>/addendum-<int:number>-bound.pdf",
        public.letter_pdf,
        {"language": BOUND},
        name="letter-pdf-bound-addendum",
    ),
    path("read/<str:token>/", first_reader.read_first, name="read-first"),
    path("invitation/<str:token>/", public.invitation_page, name="invitation"),
    path("register/", register.register_list, name="register"),
    path("register/<int:index>/", register.register_entry, name="register-entry"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify, name="verify-code"),
]
