"""The upload page beside the admin, wired as MeasureAdmin wires it."""

from functools import partial

from django.contrib import admin
from django.urls import include, path

from measures.upload import upload

urlpatterns = [
    path("upload/", admin.site.admin_view(partial(upload, admin_site=admin.site)), name="measures_import"),
    path("", include("gallery.urls")),
]
