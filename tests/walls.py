"""Who may go where: every address of the site, how to build it, and what each role gets there.

Add a line for every new view. An answer is one word for each of ROLES, or one for all:
`in` is the view's own answer, whatever it is; `login` the way to the log-in page; `index` the
admin's way back to its start page; else the status.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, reverse

from gallery.paper import Sheet, paper
from gallery.press_crew import Order
from gallery.print_runs import ordered_run
from gallery.printing import Ordered

ROLES = ["logged out", "visitor", "stranger", "host", "facilitator", "owner", "superuser"]

#            out   visitor stranger host facil. owner super
ANYBODY = "  in    in      in       in   in     in    in"
TEAM = "     404   404     404      in   in     in    in"  # a visitor's page while the gallery is a draft
ROOM = "     login login   404      in   in     in    in"
DECIDING = " login login   404      404  in     in    in"
IMPORTS = "  login login   in       404  in     in    in"  # a host finds no measures there
STAFF = "    login login   in       in   in     in    in"
CURATING = " login login   in       403  in     in    in"  # one's own team's, all of them
THING = "    login login   index    403  in     in    in"  # one thing of the team
GONE = "     login login   index    index in    in    in"  # its history
LOOKED_AT = "login login   index    in   in     in    in"
SITE = "     login login   403      403  403    403   in"
NOBODY = "   404   404     404      404  404    404   404"
ABSENT = "   login login   404      404  404    404   404"
NO_METHOD = "405   405     405      405  405    405   405"
NOT_THIS_WAY = "login login 405     405  405    405   405"


@dataclass(frozen=True)
class View:
    """`at` makes the addresses that are asked for; `sent` what is sent to the first of them."""

    get: str
    post: str
    at: Callable[[Any], list[str]]
    sent: Callable[[Any], list[dict[str, Any]]] = lambda rooms: [{}]
    coded: bool = False  # the gallery's code is in the address

    def answers(self, method: str) -> dict[str, str]:
        words = (self.get if method == "get" else self.post).split()
        return dict(zip(ROLES, words, strict=True))


def named(name: str, *args: str) -> Callable[[Any], list[str]]:
    """The address of this name, for the attributes of the rooms that are its arguments."""

    def at(rooms: Any) -> list[str]:
        return [reverse(name, args=[getattr(rooms, arg) for arg in args])]

    return at


def of_a_room(name: str, get: str, post: str, *args: str, **sent: str) -> dict[str, View]:
    return {name: View(get, post, named(name, "code", *args), lambda _: [sent], coded=True)}


def looked_at(name: str, *args: str) -> dict[str, View]:
    return of_a_room(name, ROOM, NOT_THIS_WAY, *args)


def sent_to(name: str, *args: str, **sent: str) -> dict[str, View]:
    return of_a_room(name, NOT_THIS_WAY, ROOM, *args, **sent)


def of_a_visitor(name: str, *args: str) -> dict[str, View]:
    return of_a_room(name, TEAM, NO_METHOD, *args)


def of_a_note(name: str, get: str, post: str) -> dict[str, View]:
    return of_a_room(name, get, post, "number", "key", text="Reworded")


def of_a_run(name: str, get: str, post: str, *args: str) -> dict[str, View]:
    """A print of the room, all of which is done."""

    def at(rooms: Any) -> list[str]:
        printed(rooms)
        return named(name, "code", "run", *args)(rooms)

    return {name: View(get, post, at, coded=True)}


def printed(rooms: Any) -> None:
    if hasattr(rooms, "run"):
        return
    poster = rooms.gallery.posters.get(number=rooms.number)
    order = Order("0" * 64, Sheet(poster.heading, poster.heading, poster.number, 1.0, 1.0), "")
    on = {"size": "A4", "orientation": "portrait"}
    run = ordered_run(rooms.gallery, [Ordered(poster, order, "")], paper(**on), **on, crop=False)
    run.file(poster.number, "pdf").write_bytes(poster.heading.encode())
    run.file(poster.number, "done").write_text('{"pages": 1, "missing": "", "made": true}')
    rooms.run = run.name


def of_model(label: str, *, listed: str, add: str, change: str, post: str, delete: str, **more: str) -> dict:
    """The admin's six pages of a model."""

    def page(name: str, *args: Any) -> str:
        return reverse(f"admin:{label}_{name}", args=args)

    def one(name: str) -> Callable[[Any], list[str]]:
        return lambda rooms: [page(name, rooms.key_of(label))]

    def lists(rooms: Any) -> list[str]:
        start = page("changelist")
        return [start, f"{start}?q=hush", f"{start}?all=", *rooms.filters(label, start)]

    def typed(name: str) -> Callable[[Any], list[dict]]:
        return lambda rooms: rooms.typed_by_its_owner(label, name)

    redirect = f"admin/{label.replace('_', '/', 1)}/<path:object_id>/"
    return {
        f"admin:{label}_changelist": View(
            listed, more.get("acted", listed), lists, lambda rooms: rooms.actions(label)
        ),
        f"admin:{label}_add": View(add, add, lambda rooms: [page("add")], typed("add")),
        f"admin:{label}_change": View(change, post, one("change"), typed("change")),
        f"admin:{label}_delete": View(
            delete, more.get("deleted", delete), one("delete"), lambda rooms: [rooms.sure]
        ),
        f"admin:{label}_history": View(more.get("history", GONE), more.get("history", GONE), one("history")),
        redirect: View(STAFF, STAFF, lambda rooms: [f"{page('changelist')}{rooms.key_of(label)}/"]),
    }


def curated(label: str) -> dict[str, View]:
    return of_model(label, listed=CURATING, add=CURATING, change=THING, post=THING, delete=THING)


TABLE: dict[str, View] = {
    # For visitors
    "home": View(ANYBODY, NO_METHOD, lambda rooms: ["/", f"/?code={rooms.code}"]),
    **of_a_visitor("lobby"),
    **of_a_visitor("invitation_ics"),
    **of_a_visitor("drift"),
    **of_a_room("report_pdf", NOBODY, NO_METHOD),
    **of_a_room("tell_me", NO_METHOD, TEAM, mail="canary@example.org"),
    **of_a_visitor("poster", "number"),
    **of_a_room("feed", ANYBODY, NO_METHOD, "number"),
    **of_a_room("stick", TEAM, TEAM, "number", text="Hello"),
    **of_a_room("propose", TEAM, TEAM, "number", text="Hello"),
    **of_a_room("answers", TEAM, TEAM, "number", "key", text="Hello"),
    **of_a_note("me_too", NO_METHOD, NOBODY),
    **of_a_note("note", NOBODY, NOBODY),
    **of_a_note("take_back", NO_METHOD, NOBODY),
    **of_a_note("put_back", NO_METHOD, NOBODY),
    **of_a_note("add_photo", NO_METHOD, NOBODY),
    **of_a_note("take_photo_away", NO_METHOD, NOBODY),
    **of_a_room("photo", TEAM, NO_METHOD, "photo"),
    **of_a_visitor("rating"),
    **of_a_room("rate", TEAM, TEAM, "round"),
    # For hosts
    "host/": View(ANYBODY, ANYBODY, lambda rooms: ["/host/"]),
    **of_a_room("print", ROOM, NOT_THIS_WAY),
    **of_a_room("print_pdf", ROOM, ROOM),
    **sent_to("print_start", poster="0"),
    **of_a_run("print_run", ROOM, NOT_THIS_WAY),
    **of_a_run("print_all", ROOM, NOT_THIS_WAY),
    **of_a_run("print_one", ROOM, NOT_THIS_WAY, "number"),
    **of_a_run("print_cancel", NOT_THIS_WAY, ROOM),
    **of_a_run("print_again", NOT_THIS_WAY, ROOM),
    **looked_at("handouts"),
    **looked_at("print_flyer"),
    **looked_at("print_door"),
    **looked_at("print_cards"),
    **looked_at("print_notes"),
    **looked_at("dashboard"),
    **looked_at("dashboard_news"),
    **sent_to("doors", act="open"),
    **sent_to("lock", act="lock"),
    **sent_to("moderate", act="on"),
    **sent_to("hide_note", "key"),
    **sent_to("show_note", "key"),
    **sent_to("hide_sender", "key"),
    **of_a_room("answer_note", ROOM, ROOM, "key", text="Hello"),
    **of_a_room("our_answer", ROOM, ROOM, "answer_key", text="Hello"),
    **sent_to("hide_listed"),
    **sent_to("show_listed"),
    **sent_to("undo_turn"),
    **looked_at("export_csv"),
    **looked_at("export_xlsx"),
    **looked_at("paper"),
    **of_a_room("paper_poster", ROOM, ROOM, "number", kind="Idea", text="Hello"),
    **of_a_room("paper_note", ROOM, ROOM, "number", "paper_key", kind="Idea", text="Reworded"),
    **sent_to("take_paper_away", "number", "paper_key"),
    **sent_to("put_paper_back", "number", "paper_key"),
    **sent_to("add_wall_photo", "number"),
    **looked_at("wall_photo", "number", "wall_photo"),
    **sent_to("take_wall_photo_away", "number", "wall_photo"),
    # For whoever decides
    **of_a_room("rounds", DECIDING, DECIDING, title="Stranger words", rates="themes", scale="must"),
    **of_a_room("round", DECIDING, NOT_THIS_WAY, "round"),
    **of_a_room("round_news", DECIDING, NOT_THIS_WAY, "round"),
    **of_a_room("round_act", NOT_THIS_WAY, DECIDING, "round", act="close", sure="1"),
    **of_a_room("last_word", NOT_THIS_WAY, DECIDING, "round", "place", word="0", remark="Stranger words"),
    **of_a_room("sort", DECIDING, NOT_THIS_WAY),
    "sort_act": View(
        NOT_THIS_WAY,
        DECIDING,
        named("sort_act", "code"),
        lambda _: [{"act": "begin", "name": "Stranger words"}],
        coded=True,
    ),
    **of_a_room("sort_undo", NOT_THIS_WAY, DECIDING, did=""),
    **of_a_room("sort_read", NOT_THIS_WAY, DECIDING),
    **of_a_room("decide", DECIDING, NOT_THIS_WAY),
    **of_a_room("decide_poster", NOT_THIS_WAY, DECIDING, "number", verdict="keep", reason="Stranger words"),
    **of_a_room("decide_theme", NOT_THIS_WAY, DECIDING, "theme", verdict="no", reason="Stranger words"),
    **of_a_room("change_shown", DECIDING, DECIDING, "number", intent="Stranger words"),
    **of_a_room("report_draft", DECIDING, NOT_THIS_WAY),
    **of_a_room("report_pdf_draft", DECIDING, NOT_THIS_WAY),  # a host's once it is published
    **of_a_room("export_themes", DECIDING, NOT_THIS_WAY),
    **of_a_room("export_votes", DECIDING, NOT_THIS_WAY),
    **of_a_room("adopt", NOT_THIS_WAY, DECIDING, "key"),
    **of_a_room("export_decisions", DECIDING, NOT_THIS_WAY),
    **of_a_room("export_gallery", DECIDING, NOT_THIS_WAY),
    **of_a_room("carry_on", DECIDING, DECIDING, poster="1", title="Stranger words"),
    **of_a_room("hang_anew", DECIDING, DECIDING, poster="1"),
    **of_a_room("publish", NOT_THIS_WAY, DECIDING, thanks="Stranger words"),
    # The admin: what is everybody's
    "second_step": View(STAFF, STAFF, named("second_step"), lambda rooms: [{"act": "confirm"}]),
    "admin:index": View(STAFF, STAFF, named("admin:index")),
    "admin:login": View("in in index index index index index", ANYBODY, named("admin:login")),
    "admin:logout": View(
        "index index 405 405 405 405 405", "index index in in in in in", named("admin:logout")
    ),
    "admin:password_change": View(STAFF, STAFF, named("admin:password_change")),
    "admin:password_change_done": View(STAFF, NOT_THIS_WAY, named("admin:password_change_done")),
    "admin:jsi18n": View(STAFF, NOT_THIS_WAY, named("admin:jsi18n")),
    "admin:app_list": View(IMPORTS, IMPORTS, lambda rooms: rooms.app_lists()),
    "admin:autocomplete": View(CURATING, NOT_THIS_WAY, lambda rooms: rooms.completions()),
    "admin:view_on_site": View(ABSENT, ABSENT, lambda rooms: rooms.on_site()),
    "admin/(?P<url>.*)$": View(
        ABSENT,
        ABSENT,
        lambda rooms: ["/admin/nothing/here/"],
    ),
    # The admin: goals, measures, galleries
    **of_model("measures_team", listed=CURATING, add=SITE, change=THING, post=THING, delete=SITE),
    **curated("measures_goal"),
    **curated("measures_measure"),
    **curated("measures_value"),
    **curated("measures_target"),
    "admin:measures_import": View(IMPORTS, IMPORTS, named("admin:measures_import")),
    **of_model(
        "gallery_gallery",
        listed=STAFF,
        add=CURATING,
        change=LOOKED_AT,
        post=THING,
        delete=THING,
        history=LOOKED_AT,
    ),
    "admin:gallery_gallery_deleted": View(CURATING, CURATING, named("admin:gallery_gallery_deleted")),
    "admin:gallery_gallery_restore": View(
        NOT_THIS_WAY, STAFF, named("admin:gallery_gallery_restore", "deleted")
    ),
    **curated("gallery_wall"),
    **curated("gallery_poster"),
    **curated("feedback_notekind"),
    # The admin: people
    **of_model("auth_user", listed=SITE, add=SITE, change=SITE, post=SITE, delete=SITE, history=SITE),
    "admin:auth_user_password_change": View(SITE, SITE, named("admin:auth_user_password_change", "person")),
}


def names(resolver: Any, route: str = "", namespace: str = "") -> Iterator[str]:
    """Every address of a resolver by its name, or by its route where it has none."""
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern, here, inner)
        else:
            yield f"{namespace}{pattern.name}" if pattern.name else here
