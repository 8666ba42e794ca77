"""The facilitator's addresses for printing."""

from django.urls import path, register_converter

from gallery import print_runs, print_views, views


class RunName:
    regex = print_runs.NAME.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RunName, "run")

urlpatterns = [
    path("host/<code:code>/print/", views.print_page, name="print"),
    path("host/<code:code>/print/posters.pdf", views.print_pdf, name="print_pdf"),
    path("host/<code:code>/print/start/", print_views.print_start, name="print_start"),
    path("host/<code:code>/print/<run:run>/", print_views.print_run, name="print_run"),
    path("host/<code:code>/print/<run:run>/cancel/", print_views.print_cancel, name="print_cancel"),
    path("host/<code:code>/print/<run:run>/again/", print_views.print_again, name="print_again"),
    path("host/<code:code>/print/<run:run>/posters.pdf", print_views.print_all, name="print_all"),
    path("host/<code:code>/print/<run:run>/<int:number>.pdf", print_views.print_one, name="print_one"),
]
