"""A form as a browser would send it back: what the page shows, and what a test typed over it."""

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.fields = form_id, False, {}
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        if not self.inside:
            return
        if tag == "input":
            self._input(found)
        elif tag == "select":
            self.select = found["name"]
            self.fields.setdefault(self.select, "")
        elif tag == "option" and self.select and "selected" in found:
            self.fields[self.select] = found.get("value", "")
        elif tag == "textarea":
            self.textarea = found["name"]
            self.fields[self.textarea] = ""

    def _input(self, found):
        kind, name = found.get("type", "text"), found.get("name")
        if not name or kind == "submit" or (kind in {"checkbox", "radio"} and "checked" not in found):
            return
        self.fields[name] = found.get("value") or ("on" if kind == "checkbox" else "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.inside and self.textarea:
            self.fields[self.textarea] += data.removeprefix("\n").replace("\r\n", "\n")


def sent_back(response, form_id: str, **typed: str) -> dict[str, str]:
    """Every named field of the page's form with the value that it shows, then what was typed."""
    form = _Form(form_id)
    form.feed(response.content.decode())
    assert form.fields, f"the page has no form {form_id}"
    return {**form.fields, **typed}


def admin_address(app: str, model: str, page: str, *args) -> str:
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def saved(app: str, client: Client, model: str, pk: int | None = None, query: str = "", **typed):
    """Open a thing's page in the admin, type over it, send it; the answer, redirects followed."""
    page = admin_address(app, model, "change", pk) if pk else admin_address(app, model, "add")
    form = sent_back(client.get(page + query), f"{model}_form", **typed)
    return client.post(page + query, form, follow=True)
