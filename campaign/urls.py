"""Every address of the site; the roof only joins the floors' own lists."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("admin/", admin.site.urls),
    ),
]
