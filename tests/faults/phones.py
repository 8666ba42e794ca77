"""Phones: each keeps its cookie, and takes a note for saved when the server has said so, not before."""

import http.client
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.faults.house import House, Room
from tests.faults.sizes import SIZE

PATIENCE = 20 if SIZE.timed else 120  # seconds that a phone waits for an answer
FORM = "application/x-www-form-urlencoded"
EDGE = "the-edge-of-the-form"


@dataclass(frozen=True)
class Words:
    """A note as its form sends it."""

    room: Room
    text: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    kind: str = "Idea"
    name: str = ""

    def body(self) -> bytes:
        return urlencode({"key": self.key, "kind": self.kind, "text": self.text, "name": self.name}).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def saved(self) -> bool:
        """A 2xx that names the note, or a redirect to it."""
        way = self.headers.get("location", "")
        if self.status == 302:
            return "#n-" in way
        return 200 <= self.status < 300 and "note-saved" in self.headers

    @property
    def saved_as(self) -> str:
        """What the server says that the note is."""
        return self.headers.get("note-saved", "") or self.headers.get("location", "").rpartition("#n-")[2]


@dataclass
class Phone:
    house: House
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer | None:
        return self._ask("GET", path)

    def stick(self, words: Words, *, port: int = 0, script: bool = True) -> Answer | None:
        """Send a note, by the page's script or as a plain form; None where no whole answer came."""
        path = f"{words.room.address}notes/"
        return self._ask("POST", path, words.body(), port=port, script=script)

    def send_photo(self, words: Words, picture: bytes) -> Answer | None:
        """Put a photo on one's own note, as the plain form does."""
        part = f'--{EDGE}\r\nContent-Disposition: form-data; name="photo"; filename="p.png"\r\n\r\n'.encode()
        body = part + picture + f"\r\n--{EDGE}--\r\n".encode()
        path = f"{words.room.address}notes/{words.key}/photo/"
        return self._ask("POST", path, body, kind=f"multipart/form-data; boundary={EDGE}")

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        port: int = 0,
        script: bool = False,
        kind: str = FORM,
    ) -> Answer | None:
        link = http.client.HTTPConnection("127.0.0.1", port or self.house.port, timeout=PATIENCE)
        try:
            link.request(method, path, body, self._headers(script, body, kind))
            answer = link.getresponse()
            self._keep_cookies(answer)
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()

    def _headers(self, script: bool, body: bytes | None, kind: str) -> dict[str, str]:
        own = f"127.0.0.1:{self.house.port}"
        headers = {"Host": own, "Connection": "close"}
        if body is not None:
            headers |= {"Origin": f"http://{own}", "Content-Type": kind}
        if script:
            headers["HX-Request"] = "true"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
