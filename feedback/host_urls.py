"""The facilitator's addresses; every view asks first whose gallery it is."""

from django.urls import path

from feedback.views import dashboard, decide, export

urlpatterns = [
    path("host/<code:code>/", dashboard.dashboard, name="dashboard"),
    path("host/<code:code>/news/", dashboard.news, name="dashboard_news"),
    path("host/<code:code>/doors/", dashboard.doors, name="doors"),
    path("host/<code:code>/notes/<uuid:key>/hide/", dashboard.hide_note, name="hide_note"),
    path("host/<code:code>/notes/<uuid:key>/show/", dashboard.show_note, name="show_note"),
    path("host/<code:code>/decide/", decide.decide, name="decide"),
    path("host/<code:code>/decide/<int:number>/", decide.decide_poster, name="decide_poster"),
    path("host/<code:code>/publish/", decide.publish, name="publish"),
    path("host/<code:code>/export.csv", export.export_csv, name="export_csv"),
]
