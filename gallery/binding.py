"""Binding posters, a tagged PDF each, into one that is tagged as well (PDF/UA-1).

Own code because pypdf, pikepdf and qpdf leave the structure behind, or keep pages' old places in it.
It runs in the server: what it reads, the press has made.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String

PDF_UA = "http://www.aiim.org/pdfua/ns/id/"


def bind(sheets: Sequence[bytes], *, title: str) -> bytes:
    """The PDFs of single posters as one, in their order and in the first one's language, a bookmark each.

    A single one is given back as it is. Raises pikepdf.PdfError where one is no PDF.
    """
    if len(sheets) == 1:
        return sheets[0]
    with Pdf.new() as book:
        binder = _Binder(book)
        for sheet in sheets:
            with Pdf.open(io.BytesIO(sheet)) as part:
                binder.add(part)
        binder.finish(title)
        bound = io.BytesIO()
        book.save(bound, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return bound.getvalue()


class _Binder:
    """The book's structure while it grows: a Document with a Part for each poster."""

    def __init__(self, book: Pdf) -> None:
        self.book = book
        self.places = Array()  # the parent tree: from the key of a page or a link to its elements
        self.tree = book.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.whole = book.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.tree, K=Array())
        )
        self.bookmarks: list[Object] = []
        self.keys = 0  # given so far
        self.parts = 0

    def add(self, part: Pdf) -> None:
        first = len(self.book.pages)
        self.book.pages.extend(part.pages)
        for page in list(self.book.pages)[first:]:
            self._move_on(page.obj)
        if self.parts == 0:
            for name in ("/Lang", "/MarkInfo", "/Metadata", "/ViewerPreferences"):
                if name in part.Root:
                    self.book.Root[name] = self._copy(part.Root, name)
        if "/StructTreeRoot" in part.Root:
            self._add_structure(self._copy(part.Root, "/StructTreeRoot"), str(part.Root.get("/Lang", "")))
        if "/Outlines" in part.Root:
            self.bookmarks += _chain(self._copy(part.Root, "/Outlines"))
        self.parts += 1

    def _copy(self, root: Object, name: str) -> Object:
        """Copied into the book; what it refers to and is there already, a page above all, stays one."""
        found = root[name]
        return self.book.copy_foreign(found) if found.is_indirect else _direct(self.book, found)

    def _move_on(self, page: Object) -> None:
        """Keys that no other page of the book has."""
        if "/StructParents" in page:
            page.StructParents = int(page.StructParents) + self.keys
        for annotation in page.get("/Annots", Array()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + self.keys

    def _add_structure(self, tree: Object, language: str) -> None:
        for element in _several(tree.K):
            element.P = self.whole
            if Name.Document == element.S:
                element.S = Name.Part
            if language and "/Lang" not in element:
                element.Lang = String(language)
            self.whole.K.append(element)
        for name in ("/RoleMap", "/ClassMap"):
            if name in tree:
                self.tree[name] = Dictionary({**dict(tree[name]), **dict(self.tree.get(name, {}))})
        given = self.keys
        for key, elements in _numbers(tree.ParentTree):
            self.places.extend(Array([given + key, elements]))
            self.keys = max(self.keys, given + key + 1)

    def finish(self, title: str) -> None:
        root = self.book.Root
        if self.whole.K:
            self.tree.K = Array([self.whole])
            self.tree.ParentTree = self.book.make_indirect(Dictionary(Nums=self.places))
            self.tree.ParentTreeNextKey = self.keys
            root.StructTreeRoot = self.tree
        if self.bookmarks:
            root.Outlines = self._outlines()
        self.book.docinfo["/Title"] = String(title)
        with self.book.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            said.register_xml_namespace(PDF_UA, "pdfuaid")
            said["dc:title"] = title

    def _outlines(self) -> Object:
        outlines = self.book.make_indirect(Dictionary(Type=Name.Outlines, Count=len(self.bookmarks)))
        outlines.First, outlines.Last = self.bookmarks[0], self.bookmarks[-1]
        for place, bookmark in enumerate(self.bookmarks):
            bookmark.Parent = outlines
            for name, beside in (("/Prev", place - 1), ("/Next", place + 1)):
                if 0 <= beside < len(self.bookmarks):
                    bookmark[name] = self.bookmarks[beside]
        return outlines


def _direct(book: Pdf, found: Object) -> Object:
    """A direct object's copy: only an indirect one can be copied from file to file."""
    if isinstance(found, Dictionary):
        return Dictionary({name: _direct(book, value) for name, value in found.items()})
    if isinstance(found, Array):
        return Array([_direct(book, value) for value in found])
    if isinstance(found, Object) and found.is_indirect:
        return book.copy_foreign(found)
    return found


def _several(found: Object) -> list[Object]:
    return list(found) if isinstance(found, Array) else [found]


def _chain(outlines: Object) -> Iterator[Object]:
    """The bookmarks of the first level."""
    bookmark = outlines.get("/First")
    while bookmark is not None:
        yield bookmark
        bookmark = bookmark.get("/Next")


def _numbers(tree: Object) -> Iterator[tuple[int, Object]]:
    """A number tree's keys and values, from all its leaves."""
    flat = list(tree.get("/Nums", Array()))
    for key, value in zip(flat[::2], flat[1::2], strict=True):
        yield int(key), value
    for kid in tree.get("/Kids", Array()):
        yield from _numbers(kid)
