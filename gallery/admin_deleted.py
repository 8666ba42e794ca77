"""In the admin, a deleted gallery is nowhere to be seen but on one page, from which it comes back."""

# ruff: noqa: ARG002 - Django's hooks are given the request and the object, used or not

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from gallery import events
from gallery.deleting import deleted_of, goes_at, restorable, what_differs
from gallery.models import Gallery
from gallery.phases import Phase, phase

# Of all that goes with a gallery, what a person knows by name.
TOLD = ("walls", "posters", "notes", "photos")

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:
    AnyAdmin = object


class DeletesGalleries(AnyAdmin):
    """The gallery's own delete page, the page of what was deleted, and the way back."""

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        return [
            path("deleted/", own(self.deleted_view), name="gallery_gallery_deleted"),
            path("deleted/<int:pk>/restore/", own(self.restore_view), name="gallery_gallery_restore"),
            *super().get_urls(),
        ]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Type the title to be sure; refused in words while the doors are open."""
        gallery = self.get_object(request, unquote(object_id))
        if gallery is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not Gallery.objects.curated_by(request.user).filter(pk=gallery.pk).exists():
            raise PermissionDenied
        typed = request.POST.get("title", "")
        problem = what_differs(typed, gallery.title) if request.method == "POST" else ""
        if request.method != "POST" or problem:
            return self._delete_page(request, gallery, typed, problem)
        return self._delete(request, gallery)

    def _delete(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        try:
            events.delete(gallery)
        except events.NotNow as reason:
            messages.warning(request, f"“{gallery}” was not deleted. {reason}")
            return redirect("admin:gallery_gallery_change", gallery.pk)
        self.log_change(request, gallery, "Deleted; it can be restored for 30 days.")
        messages.success(request, f"“{gallery}” is deleted. For 30 days it can be restored on this page.")
        return redirect("admin:gallery_gallery_deleted")

    def _delete_page(
        self, request: HttpRequest, gallery: Gallery, typed: str, problem: str
    ) -> TemplateResponse:
        _, counts, _, _ = self.get_deleted_objects([gallery], request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Delete “{gallery}”?",
            "opts": self.opts,
            "gallery": gallery,
            "counts": [(name, counts[name]) for name in TOLD if counts.get(name)],
            "is_open": phase(gallery, timezone.now()) is Phase.OPEN,
            "typed": typed,
            "problem": problem,
        }
        page = "admin/gallery/gallery/delete_confirmation.html"
        return TemplateResponse(request, page, context, status=422 if problem else 200)

    def delete_model(self, request: HttpRequest, obj: Gallery) -> None:
        """Whatever way the admin deletes: the gallery stays, out of sight. Raises events.NotNow."""
        events.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Gallery]) -> None:
        for gallery in queryset:
            events.delete(gallery)

    def deleted_view(self, request: HttpRequest) -> TemplateResponse:
        """What was deleted in the teams for which this person curates, and when each goes for good."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        now = timezone.now()
        galleries = [
            {"gallery": gallery, "goes_at": goes_at(gallery), "restorable": restorable(gallery, now)}
            for gallery in deleted_of(request.user)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Deleted galleries",
            "opts": self.opts,
            "deleted": galleries,
        }
        return TemplateResponse(request, "admin/gallery/gallery/deleted.html", context)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return require_POST(self._restore)(request, pk)

    def _restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring it back as it was; in words where that can't be any more."""
        gallery = next((found for found in deleted_of(request.user) if found.pk == pk), None)
        try:
            if gallery is None:
                raise events.NotNow("It was restored meanwhile, or is gone for good.")
            events.restore(gallery)
        except (events.NotNow, Gallery.DoesNotExist) as problem:
            reason = problem if isinstance(problem, events.NotNow) else "It is gone for good."
            messages.warning(request, f"“{gallery}”: {reason}" if gallery else str(reason))
            return redirect("admin:gallery_gallery_deleted")
        self.log_change(request, gallery, "Restored.")
        messages.success(request, f"“{gallery}” is back, as it was.")
        return redirect("admin:gallery_gallery_change", gallery.pk)
