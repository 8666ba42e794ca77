"""The visitor's addresses (under /g/) and the facilitator's (under /host/)."""

from django.urls import include, path, register_converter

from feedback.note_keys import NoteKey
from feedback.views import lobby, lost, photos, rate, report, talk, telling, visit

register_converter(NoteKey, "key")

urlpatterns = [
    path("", lobby.home, name="home"),
    path("g/<code:code>/", lobby.lobby, name="lobby"),
    path("g/<code:code>/invitation.ics", lobby.invitation_ics, name="invitation_ics"),
    path("g/<code:code>/report.pdf", report.report_pdf, name="report_pdf"),
    path("g/<code:code>/tell-me/", telling.tell_me, name="tell_me"),
    path("g/<code:code>/drift/", visit.drift, name="drift"),
    path("g/<code:code>/<int:number>/", visit.poster, name="poster"),
    path("g/<code:code>/<int:number>/notes/", visit.stick, name="stick"),
    path("g/<code:code>/<int:number>/proposals/", visit.propose, name="propose"),
    path("g/<code:code>/<int:number>/feed/", visit.feed, name="feed"),
    path("g/<code:code>/<int:number>/notes/<key:key>/", visit.note, name="note"),
    path("g/<code:code>/<int:number>/notes/<key:key>/take-back/", visit.take_back, name="take_back"),
    path("g/<code:code>/<int:number>/notes/<key:key>/put-back/", visit.put_back, name="put_back"),
    path("g/<code:code>/<int:number>/notes/<key:key>/answers/", talk.answers, name="answers"),
    path("g/<code:code>/<int:number>/notes/<key:key>/me-too/", talk.say_me_too, name="me_too"),
    path("g/<code:code>/<int:number>/notes/<key:key>/photo/", photos.add_photo, name="add_photo"),
    path(
        "g/<code:code>/<int:number>/notes/<key:key>/photo/take-away/",
        photos.take_photo_away,
        name="take_photo_away",
    ),
    path("g/<code:code>/rate/", rate.rating, name="rating"),
    path("g/<code:code>/rate/<int:number>/", rate.rate, name="rate"),
    path("g/<code:code>/photos/<uuid:name>.jpg", photos.photo, name="photo"),
    path("host/", lost.to_my_galleries),
    path("", include("feedback.host_urls")),
]
