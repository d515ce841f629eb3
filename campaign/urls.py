"""Every address of the site; the roof only joins the floors' own lists."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

import letters.urls
import signatories.urls
from campaign.pages import about, feeds, health, sitemap, start
from letters.views import public

handler400 = "campaign.pages.errors.bad_request"

urlpatterns = [
    path("", start.choose_language),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("register/", include(letters.urls.register_patterns)),
    path("v/<str:code>/", public.short_check_address, name="short-check"),
    re_path(r"^kz/(?P<rest>.*)$", start.country_code),
    re_path(r"^admin/(?P<rest>.*)$", start.administration),
    *i18n_patterns(
        path("", include(letters.urls.public_patterns)),
        path("", include(signatories.urls.public_patterns)),
        path("desk/", include(letters.urls.desk_patterns)),
        path("desk/", include(signatories.urls.desk_patterns)),
        path("my/", include(signatories.urls.my_patterns)),
        path("about/", about.about, name="about"),
        path("privacy/", about.privacy, name="privacy"),
        path("feed.xml", feeds.feed, name="feed"),
        path("start/", start.own_start, name="start"),
        path("accounts/", include("allauth.urls")),
        path("admin/", admin.site.urls),
    ),
]
