"""Addresses of the second floor; the roof puts them below the language, `desk/` and `my/`."""

from django.urls import URLPattern, path

from signatories.views import desk, merging, my, public, sign

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
    path("signing/<str:token>/", sign.signing_code, name="signing-code"),
    path("signing/<str:token>/new-code/", sign.signing_new_code, name="signing-new-code"),
]
desk_patterns: list[URLPattern] = [
    path("organizations/duplicates/", merging.duplicate_list, name="desk-duplicates"),
    path("organizations/merge/<int:one>/<int:other>/", merging.merge_page, name="desk-merge"),
    path("reviews/", desk.review_list, name="desk-reviews"),
    path("letters/<slug:slug>/signatures/", desk.signature_list, name="desk-signatures"),
    path("letters/<slug:slug>/signatories.csv", desk.signatories_csv, name="desk-signatories-csv"),
    path("signatures/<int:signature_id>/", desk.signature_page, name="desk-signature"),
    path("signatures/<int:signature_id>/evidence/", desk.signature_evidence, name="desk-signature-evidence"),
    path("signatures/<int:signature_id>/admit/", desk.signature_admit, name="desk-signature-admit"),
    path("signatures/<int:signature_id>/refuse/", desk.signature_refuse, name="desk-signature-refuse"),
]
my_patterns: list[URLPattern] = [
    path("", my.my, name="my"),
    path("signatures/<int:signature_id>/visibility/", my.my_signature_visibility, name="my-signature-visibility"),
    path("signatures/<int:signature_id>/receipt/", my.my_signature_receipt, name="my-signature-receipt"),
    path(
        "signatures/<int:signature_id>/receipt.json",
        my.my_signature_receipt,
        {"form": "json"},
        name="my-signature-receipt-json",
    ),
    path("signatures/<int:signature_id>/withdraw/", my.my_signature_withdraw, name="my-signature-withdraw"),
]
