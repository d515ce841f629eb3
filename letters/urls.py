"""Addresses of the first floor; the roof puts them below the language and below `desk/`."""

from django.urls import URLPattern, path

from letters.views import public

desk_patterns: list[URLPattern] = []

public_patterns: list[URLPattern] = [
    path("", public.home, name="home"),
    path("letters/<slug:slug>/", public.letter_page, name="letter"),
    path("letters/<slug:slug>/letter.pdf", public.letter_pdf, name="letter-pdf"),
    path("invitation/<str:token>/", public.invitation_page, name="invitation"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:code>/", public.verify, name="verify-code"),
]
