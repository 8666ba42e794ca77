"""What this code base never does, read from its source: each has been a security release somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["measures", "gallery", "feedback"]
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

FORBIDDEN_NAMES = {
    "cache_page": "a page that is kept for one is shown to another",
    "mark_safe": "format_html escapes; this doesn't",
    "list_editable": "its formset takes primary keys from the browser",
    "RawSQL": "write it as an expression",
    "eval": "runs what a person typed",
    "exec": "runs what a person typed",
    "pickle": "loading it runs what it says",
}
FORBIDDEN_METHODS = {"extra": "write it as an expression", "raw": "write it as an expression"}
# The one place that answers for forms without a token: it asks for the Origin instead.
CSRF_EXEMPT_IN = "feedback/visitors.py"
FLOORS = {"django": (5, 2, 19), "weasyprint": (69,), "pillow": (12, 3)}


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)


def spread_requests(tree: ast.AST) -> Iterator[int]:
    """`f(**request.GET)`, also by way of .dict(), .items() and dict(…)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            spread = [keyword.value for keyword in node.keywords if keyword.arg is None]
            for value in spread:
                if any(
                    isinstance(part, ast.Attribute) and part.attr in {"GET", "POST"}
                    for part in ast.walk(value)
                ):
                    yield node.lineno


def formatted(tree: ast.AST) -> Iterator[int]:
    """`words.format(…)` on anything but a literal: braces that a person typed would be read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            harmless = isinstance(owner, ast.Constant) or getattr(owner, "id", "") == "dateformat"
            if node.func.attr in {"format", "format_map"} and not harmless:
                yield node.lineno


def problems_in_code(source: str, where: str = "") -> list[str]:
    tree = ast.parse(source)
    found = [
        f"{line}: {name} ({FORBIDDEN_NAMES[name]})"
        for line, name in names_used(tree)
        if name in FORBIDDEN_NAMES
    ]
    found += [
        f"{node.lineno}: .{node.func.attr}() ({FORBIDDEN_METHODS[node.func.attr]})"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FORBIDDEN_METHODS
    ]
    found += [f"{line}: a request's fields as keywords" for line in spread_requests(tree)]
    found += [f"{line}: .format() on words that may be typed" for line in formatted(tree)]
    if where != CSRF_EXEMPT_IN:
        found += [f"{line}: csrf_exempt" for line, name in names_used(tree) if name == "csrf_exempt"]
    return found


IN_TEMPLATES = {
    r"\|\s*safe(seq)?\b": "|safe",
    r"autoescape\s+off": "autoescape off",
    r"<script(?![^>]*\bsrc=)": "an inline script",
    r"<style": "an inline style sheet",
    r"\sstyle\s*=": "an inline style",
    r"\son[a-z]+\s*=": "an inline handler",
    r"javascript:": "a script in an address",
    r"hx-(?:vals|vars)\s*=\s*(?:'[^']*|\"[^\"]*)\{\{": "typed words in hx-vals",
    r"\bhx-on": "an inline handler",
    r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//(?!www\.w3\.org)": "another host",
}
IN_SCRIPTS = {
    r"\beval\s*\(": "eval",
    r"\bnew\s+Function\b": "new Function",
    r"\.(?:inner|outer)HTML\s*=": "HTML from words",
    r"insertAdjacentHTML|document\.write": "HTML from words",
    r"https?://": "another host",
}


def matches(text: str, patterns: dict[str, str]) -> list[str]:
    return [words for pattern, words in patterns.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_does_what_is_banned(path):
    assert problems_in_code(path.read_text(), str(path.relative_to(ROOT))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_does(path):
    text = path.read_text()
    if path.parent.name == "print":  # a sheet is a document of its own, with a style sheet for its size
        text = re.sub(r"<style>\{\{ \w+ \}\}</style>", "", text)
    assert matches(text, IN_TEMPLATES) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_script_does(path):
    assert matches(path.read_text(), IN_SCRIPTS) == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.views.decorators.cache import cache_page",
        "from django.utils.safestring import mark_safe as harmless",
        "safestring.mark_safe(words)",
        "class A:\n    list_editable = ['name']",
        "Note.objects.filter(**request.GET)",
        "Note.objects.filter(**request.GET.dict())",
        "Note.objects.filter(**{k: v for k, v in request.POST.items()})",
        "Note.objects.extra(where=[words])",
        "Note.objects.raw(words)",
        "words.format(name)",
        "import pickle",
        "eval(words)",
        "@csrf_exempt\ndef view(request): ...",
    ],
)
def test_control_each_ban_is_noticed(source):
    assert problems_in_code(source) != []


def test_control_what_is_allowed_is_not():
    assert (
        problems_in_code("'{}'.format(1)\nNote.objects.filter(**{'pk': 1})\nformat_html('{}', words)") == []
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ note.text|safe }}",
        "{% autoescape off %}",
        "<script>alert(1)</script>",
        '<p style="color: {{ colour }}">',
        '<p onclick="go()">',
        '<form hx-vals=\'{"a": "{{ words }}"}\'>',
        '<img src="https://elsewhere.example/x.png">',
        '<a href="javascript:go()">',
    ],
)
def test_control_each_ban_on_templates_is_noticed(template):
    assert matches(template, IN_TEMPLATES) != []


@pytest.mark.parametrize("script", ["eval (x)", "a.innerHTML = words", "fetch('https://elsewhere.example')"])
def test_control_each_ban_on_scripts_is_noticed(script):
    assert matches(script, IN_SCRIPTS) != []


def below_floor(requirements: str) -> list[str]:
    """Packages that are missing, or older than a known security release."""
    found = {}
    for name, version in re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([0-9.]+)", requirements, re.MULTILINE):
        found[name] = tuple(int(part) for part in version.split("."))
    return [name for name, floor in FLOORS.items() if found.get(name, ()) < floor]


def test_no_pin_is_below_a_security_release():
    assert below_floor((ROOT / "requirements" / "run.txt").read_text()) == []


def test_control_an_old_or_missing_one_is_noticed():
    assert below_floor("django==5.2.18 \\\nweasyprint==70.0 \\\n") == ["django", "pillow"]


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_pin_has_its_hash_and_no_address(name):
    text = (ROOT / "requirements" / name).read_text()
    pins = re.split(r"\n(?=[a-z0-9])", text)
    assert [pin.split()[0] for pin in pins if "==" in pin and "--hash=sha256:" not in pin] == []
    assert "://" not in text
