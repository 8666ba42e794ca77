"""The facilitator's addresses for what is handed out; paper notes have theirs a floor up."""

from django.urls import path

from gallery import handing_out

urlpatterns = [
    path("host/<code:code>/print/handouts/", handing_out.handouts_page, name="handouts"),
    path("host/<code:code>/print/flyer.pdf", handing_out.print_flyer, name="print_flyer"),
    path("host/<code:code>/print/door.pdf", handing_out.print_door, name="print_door"),
    path("host/<code:code>/print/cards.pdf", handing_out.print_cards, name="print_cards"),
]
