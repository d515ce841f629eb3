"""Addresses of the second floor; the roof puts them below the language, `desk/` and `my/`."""

from django.urls import URLPattern, path

from signatories.views import (
    approval,
    consent_file,
    desk,
    desk_bulk,
    desk_dispute,
    desk_invitation,
    dispute,
    forward,
    invited,
    merging,
    my,
    my_eds,
    my_organization,
    paper,
    public,
    sign,
)

public_patterns: list[URLPattern] = [
    path("organizations/<slug:slug>/", public.organization_page, name="organization"),
    path("letters/<slug:slug>/sign/", sign.sign, name="sign"),
    path("letters/<slug:slug>/sign/new/", sign.sign_new, name="sign-new"),
    path(
        "letters/<slug:slug>/sign/organization/<slug:organization>/", sign.sign_organization, name="sign-organization"
    ),
    path("invitation/<str:token>/sign/", sign.sign, name="invitation-sign"),
    path("invitation/<str:token>/sign/new/", sign.sign_new, name="invitation-sign-new"),
    path(
        "invitation/<str:token>/sign/organization/<slug:organization>/",
        sign.sign_organization,
        name="invitation-sign-organization",
    ),
    path("invited/<str:token>/", invited.invited, name="invited"),
    path("invited/<str:token>/letter/", invited.invited_letter, name="invited-letter"),
    path("invited/<str:token>/answer/", invited.invited_answer, name="invited-answer"),
    path("invited/<str:token>/stop/", invited.invited_stop, name="invited-stop"),
    path("invited/<str:token>/resume/", invited.invited_resume, name="invited-resume"),
    path("invited/<str:invited>/sign/", sign.sign, name="invited-sign"),
    path("invited/<str:invited>/sign/new/", sign.sign_new, name="invited-sign-new"),
    path(
        "invited/<str:invited>/sign/organization/<slug:organization>/",
        sign.sign_organization,
        name="invited-sign-organization",
    ),
    path("letters/<slug:slug>/sign/forward/", forward.sign_forward, name="sign-forward"),
    path("invitation/<str:token>/sign/forward/", forward.sign_forward, name="invitation-sign-forward"),
    path("invited/<str:invited>/sign/forward/", forward.sign_forward, name="invited-sign-forward"),
    path("approval/<str:token>/", approval.approval, name="approval"),
    path("approval/<str:token>/new-code/", approval.approval_new_code, name="approval-new-code"),
    path("approval/<str:token>/decline/", approval.approval_decline, name="approval-decline"),
    path("approval/<str:token>/forward/", approval.approval_forward, name="approval-forward"),
    path("organizations/<slug:slug>/dispute/", dispute.dispute, name="dispute"),
    path("dispute/signature/<str:key>/", dispute.dispute_signature, name="dispute-signature"),
    path("dispute/<str:token>/", dispute.dispute_code, name="dispute-code"),
    path("signing/<str:token>/", sign.signing_code, name="signing-code"),
    path("signing/<str:token>/new-code/", sign.signing_new_code, name="signing-new-code"),
]
desk_patterns: list[URLPattern] = [
    path("organizations/duplicates/", merging.duplicate_list, name="desk-duplicates"),
    path("organizations/merge/<int:one>/<int:other>/", merging.merge_page, name="desk-merge"),
    path("reviews/", desk.review_list, name="desk-reviews"),
    path("letters/<slug:slug>/signatures/", desk.signature_list, name="desk-signatures"),
    path("letters/<slug:slug>/consent/", consent_file.letter_consent, name="desk-consent"),
    path("letters/<slug:slug>/consent/public/", consent_file.letter_consent_public, name="desk-consent-public"),
    path("signatures/<int:signature_id>/consent/", consent_file.organization_consent, name="desk-consent-organization"),
    path("letters/<slug:slug>/signatures/paper/", paper.paper_find, name="desk-paper-find"),
    path("letters/<slug:slug>/signatures/paper/new/", paper.paper_new, name="desk-paper-new"),
    path(
        "letters/<slug:slug>/signatures/paper/organization/<slug:organization>/",
        paper.paper_new,
        name="desk-paper-organization",
    ),
    path("signatures/<int:signature_id>/paper/", paper.paper_page, name="desk-paper"),
    path("signatures/<int:signature_id>/paper/scan/", paper.paper_scan, name="desk-paper-scan"),
    path("signatures/<int:signature_id>/paper/second/", paper.paper_second, name="desk-paper-second"),
    path("signatures/<int:signature_id>/paper/discard/", paper.paper_discard, name="desk-paper-discard"),
    path("letters/<slug:slug>/signatories.csv", desk.signatories_csv, name="desk-signatories-csv"),
    path("letters/<slug:slug>/invitations/", desk_invitation.invitation_board, name="desk-invitations"),
    path("letters/<slug:slug>/invitations/list/", desk_invitation.invitation_list, name="desk-invitation-list"),
    path("letters/<slug:slug>/invitations/act/", desk_invitation.invitation_act, name="desk-invitations-act"),
    path("letters/<slug:slug>/invitations/plan/", desk_invitation.invitation_plan, name="desk-invitations-plan"),
    path(
        "letters/<slug:slug>/invitations.csv",
        desk_invitation.invitation_export,
        {"form": "csv"},
        name="desk-invitations-csv",
    ),
    path(
        "letters/<slug:slug>/invitations.xlsx",
        desk_invitation.invitation_export,
        {"form": "xlsx"},
        name="desk-invitations-xlsx",
    ),
    path(
        "letters/<slug:slug>/invitations/<int:invitation_id>/", desk_invitation.invitation_page, name="desk-invitation"
    ),
    path(
        "letters/<slug:slug>/invitations/<int:invitation_id>/do/",
        desk_invitation.invitation_do,
        name="desk-invitation-do",
    ),
    path(
        "letters/<slug:slug>/invitations/<int:invitation_id>/answer/",
        desk_invitation.invitation_answer,
        name="desk-invitation-answer",
    ),
    path(
        "letters/<slug:slug>/invitations/<int:invitation_id>/notes/",
        desk_invitation.invitation_note,
        name="desk-invitation-note",
    ),
    path("letters/<slug:slug>/bulk/", desk_bulk.bulk_list, name="desk-bulk"),
    path("letters/<slug:slug>/bulk/<int:run_id>/", desk_bulk.bulk_run, name="desk-bulk-run"),
    path("letters/<slug:slug>/bulk/<int:run_id>/progress.json", desk_bulk.bulk_progress, name="desk-bulk-progress"),
    path("signatures/<int:signature_id>/", desk.signature_page, name="desk-signature"),
    path("signatures/<int:signature_id>/evidence/", desk.signature_evidence, name="desk-signature-evidence"),
    path("signatures/<int:signature_id>/admit/", desk.signature_admit, name="desk-signature-admit"),
    path("signatures/<int:signature_id>/refuse/", desk.signature_refuse, name="desk-signature-refuse"),
    path("signatures/<int:signature_id>/dispute/", desk_dispute.signature_dispute, name="desk-signature-dispute"),
    path("signatures/<int:signature_id>/mandate/", desk_dispute.mandate_revoke, name="desk-mandate-revoke"),
]
my_patterns: list[URLPattern] = [
    path("", my.my, name="my"),
    path("signatures/<int:signature_id>/visibility/", my.my_signature_visibility, name="my-signature-visibility"),
    path("organizations/<slug:slug>/consent/", consent_file.my_organization_consent, name="my-organization-consent"),
    path("signatures/<int:signature_id>/receipt/", my.my_signature_receipt, name="my-signature-receipt"),
    path(
        "signatures/<int:signature_id>/receipt.json",
        my.my_signature_receipt,
        {"form": "json"},
        name="my-signature-receipt-json",
    ),
    path("signatures/<int:signature_id>/withdraw/", my.my_signature_withdraw, name="my-signature-withdraw"),
    path("signatures/<int:signature_id>/eds/", my_eds.my_signature_eds, name="my-signature-eds"),
    path("colleagues/<str:token>/", my_organization.my_colleague_invitation, name="my-colleague-invitation"),
    path("organizations/<slug:slug>/", my_organization.my_organization, name="my-organization"),
    path("organizations/<slug:slug>/leave/", my_organization.my_organization_leave, name="my-organization-leave"),
    path(
        "organizations/<slug:slug>/second-person/",
        my_organization.my_organization_second_person,
        name="my-organization-second-person",
    ),
    path("organizations/<slug:slug>/colleagues/", my_organization.my_colleague_invite, name="my-colleague-invite"),
    path(
        "organizations/<slug:slug>/invitations/<int:invitation_id>/take-back/",
        my_organization.my_colleague_take_back,
        name="my-colleague-take-back",
    ),
    *(
        path(f"organizations/<slug:slug>/colleagues/<int:colleague_id>/{act}/", view, name=f"my-colleague-{act}")
        for act, view in (
            ("role", my_organization.my_colleague_role),
            ("hand-over", my_organization.my_colleague_hand_over),
            ("remove", my_organization.my_colleague_remove),
            ("revoke", my_organization.my_colleague_revoke),
        )
    ),
]
