"""The report put into words for the press, with the way back to the gallery on its first page."""

from django.template.loader import render_to_string

from feedback.report import report
from gallery import addresses, press_report, qr
from gallery.codes import in_print
from gallery.models import Gallery
from gallery.print_shelf import Finished

SYMBOL = 32.0  # mm: the QR code's dark part


def printed(gallery: Gallery) -> Finished:
    """The report as it stands now, as a PDF. Raises NotPrinted in words, and Busy among it."""
    code = qr.code(addresses.of_gallery(gallery))
    context = {
        "gallery": gallery,
        "report": report(gallery),
        "printed": True,
        "qr": code,
        "qr_width": f"{code.width(SYMBOL):.2f}",
        "address": addresses.short(code.address),
        "code": in_print(gallery.code),
    }
    words = render_to_string("print/report.html", context)
    return press_report.bound(
        words, title=f"{gallery.title}: what we heard, what we changed", name=gallery.code
    )


def lacks(letters: str) -> str:
    """For whoever printed it: the letters that no font of this machine has."""
    return (
        f"The report has letters that no font here has, printed as empty boxes: {letters}. "
        "Tell whoever runs this site."
    )
