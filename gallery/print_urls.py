"""The facilitator's addresses for printing."""

from django.urls import path

from gallery import views

urlpatterns = [
    path("host/<code:code>/print/", views.print_page, name="print"),
    path("host/<code:code>/print/posters.pdf", views.print_pdf, name="print_pdf"),
]
