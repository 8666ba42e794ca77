"""Sheets of paper notes for people without a phone: to tick, they have the gallery's own kinds of note."""

from feedback.models import NoteKind
from gallery import handouts
from gallery.handouts import Handout
from gallery.models import Gallery, Poster
from gallery.printing import pick

ALL, CHOSEN, ANY = "all", "chosen", "any"


def note_sheets(gallery: Gallery, of: str, numbers: str = "") -> Handout:
    """Sheets for all posters and one for any, for the posters that "1,3,7-9" names, or for any poster alone.
    A welcome has none, unless it alone is named.

    Raises ValueError in words, and NotPrinted, as handouts.notes() does.
    """
    if of == CHOSEN and not numbers.strip():
        raise ValueError("Which posters are the paper notes for? Write their numbers, like 1,3,7-9.")
    hanging = list(Poster.objects.filter(gallery=gallery).with_face().in_order())
    wanted = [] if of == ANY else pick(hanging, numbers if of == CHOSEN else "")
    posters = [poster for poster in wanted if poster.kind != Poster.Kind.WELCOME]  # it asks nobody anything
    if of == CHOSEN:
        posters = posters or wanted
    kinds = list(NoteKind.objects.filter(gallery=gallery).values_list("word", flat=True))
    return handouts.notes(gallery, posters, kinds, any_poster=of != CHOSEN)
