"""Whose gallery it is: the question that every host's page begins with."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, ExpressionWrapper, Value
from django.http import Http404

from gallery.codes import NO_GALLERY
from gallery.models import Gallery, GalleryQuerySet
from measures.models import CURATING, in_teams_of


def hosted_by(user: User | AnonymousUser, code: str) -> Gallery:
    """The gallery with this code for whoever runs its room; one query.

    Its `curates` tells whether this person may also make, decide and publish. Raises Http404 where
    the gallery isn't one of the person's teams'.
    """
    return _the_one(Gallery.objects.reached_by(user), user, code)


def curated_by(user: User | AnonymousUser, code: str) -> Gallery:
    """As hosted_by, and a host's answer is Http404 too."""
    return _the_one(Gallery.objects.curated_by(user), user, code)


def _the_one(galleries: GalleryQuerySet, user: User | AnonymousUser, code: str) -> Gallery:
    """The join that tells whether the person is in the team tells their role too."""
    curates = ExpressionWrapper(in_teams_of(user, "team__", CURATING), BooleanField())
    told = galleries.annotate(curates=Value(True) if user.is_superuser else curates)
    for found in told.filter(code=code).select_related("team").order_by()[:1]:
        return found
    raise Http404(NO_GALLERY)
