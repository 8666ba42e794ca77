"""The facilitator's addresses; every view asks first whose gallery it is."""

from django.urls import path

from feedback.views import answer, dashboard, decide, export, moderate, note_sheets, paper

urlpatterns = [
    path("host/<code:code>/", dashboard.dashboard, name="dashboard"),
    path("host/<code:code>/news/", dashboard.news, name="dashboard_news"),
    path("host/<code:code>/doors/", dashboard.doors, name="doors"),
    path("host/<code:code>/lock/", moderate.lock, name="lock"),
    path("host/<code:code>/moderate/", moderate.moderate, name="moderate"),
    path("host/<code:code>/notes/<uuid:key>/hide/", moderate.hide_note, name="hide_note"),
    path("host/<code:code>/notes/<uuid:key>/show/", moderate.show_note, name="show_note"),
    path("host/<code:code>/notes/<uuid:key>/hide-sender/", moderate.hide_sender, name="hide_sender"),
    path("host/<code:code>/notes/<uuid:key>/answer/", answer.answer_note, name="answer_note"),
    path("host/<code:code>/notes/<uuid:key>/adopt/", answer.adopt, name="adopt"),
    path("host/<code:code>/notes/hide/", moderate.hide_listed, name="hide_listed"),
    path("host/<code:code>/notes/show/", moderate.show_listed, name="show_listed"),
    path("host/<code:code>/notes/undo/", moderate.undo_turn, name="undo_turn"),
    path("host/<code:code>/decide/", decide.decide, name="decide"),
    path("host/<code:code>/decide/<int:number>/", decide.decide_poster, name="decide_poster"),
    path("host/<code:code>/publish/", decide.publish, name="publish"),
    path("host/<code:code>/paper/", paper.posters, name="paper"),
    path("host/<code:code>/paper/<int:number>/", paper.entry, name="paper_poster"),
    path("host/<code:code>/paper/<int:number>/notes/<uuid:key>/", paper.paper_note, name="paper_note"),
    path(
        "host/<code:code>/paper/<int:number>/notes/<uuid:key>/take-away/",
        paper.take_paper_away,
        name="take_paper_away",
    ),
    path(
        "host/<code:code>/paper/<int:number>/notes/<uuid:key>/put-back/",
        paper.put_paper_back,
        name="put_paper_back",
    ),
    path("host/<code:code>/paper/<int:number>/photos/", paper.add_wall_photo, name="add_wall_photo"),
    path("host/<code:code>/paper/<int:number>/photos/<uuid:name>/", paper.wall_photo, name="wall_photo"),
    path(
        "host/<code:code>/paper/<int:number>/photos/<uuid:name>/take-away/",
        paper.take_wall_photo_away,
        name="take_wall_photo_away",
    ),
    path("host/<code:code>/print/notes.pdf", note_sheets.print_notes, name="print_notes"),
    path("host/<code:code>/export.csv", export.export_csv, name="export_csv"),
    path("host/<code:code>/export.xlsx", export.export_xlsx, name="export_xlsx"),
    path("host/<code:code>/decisions.csv", export.export_decisions, name="export_decisions"),
    path("host/<code:code>/gallery.json", export.export_gallery, name="export_gallery"),
]
