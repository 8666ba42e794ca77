"""A PDF as a reader opens it: its words page by page, and the language that it says it is in."""

import ctypes
from typing import Protocol

import pypdfium2


class Made(Protocol):
    pdf: bytes


def opened(made: Made) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(made.pdf)


def words_of(page: pypdfium2.PdfPage) -> str:
    return " ".join(page.get_textpage().get_text_range().split())


def language_of(document: pypdfium2.PdfDocument) -> str:
    said = (ctypes.c_ushort * 20)()
    size = pypdfium2.raw.FPDFCatalog_GetLanguage(document, said, 40)
    return bytes(said)[: size - 2].decode("utf-16-le")
