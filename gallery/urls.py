"""Where each address leads. Siblings are named as strings: the wiring imports no app."""

from django.contrib import admin
from django.urls import include, path, register_converter

from gallery.codes import GalleryCode

register_converter(GalleryCode, "code")

handler400 = "feedback.views.lost.bad_request"
handler500 = "gallery.standstill.server_error"
handler404 = "feedback.views.lost.not_found"

urlpatterns = [
    path("", include("gallery.login_urls")),
    path("admin/", admin.site.urls),
    path("", include("gallery.handout_urls")),
    path("", include("gallery.print_urls")),
    path("", include("gallery.hang_urls")),
    path("", include("feedback.urls")),
]
