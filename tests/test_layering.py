"""Nothing may import from a floor above its own: measures ← gallery ← feedback.

Reads the imports, `get_model` calls and reverse accessors of every module. The project's
wiring (settings, urls, wsgi) names its siblings as strings only.
"""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["measures", "gallery", "feedback"]
WIRING = ["settings.py", "urls.py", "wsgi.py"]


def above(app: str) -> set[str]:
    return set(FLOORS[FLOORS.index(app) + 1 :])


def reverse_accessors(app: str) -> frozenset[str]:
    """Names by which a model of this floor reaches back up to the models above it."""
    found = set()
    for model in apps.get_app_config(app).get_models():
        for relation in model._meta.related_objects:
            if relation.related_model._meta.app_label in above(app):
                found.add(relation.get_accessor_name())
    return frozenset(found)


def own_names(app: str) -> frozenset[str]:
    """Names that this floor's models have of their own, which a reverse name may repeat."""
    names = set()
    for model in apps.get_app_config(app).get_models():
        names |= {field.name for field in model._meta.get_fields() if not field.auto_created}
        for relation in model._meta.related_objects:
            if relation.related_model._meta.app_label not in above(app):
                names.add(relation.get_accessor_name())
    return frozenset(names)


def breaches(source: str, app: str, backwards: frozenset[str] = frozenset()) -> list[str]:
    """What in this source reaches above the app's floor, as 'line: what'."""
    found = []
    for node in ast.walk(ast.parse(source)):
        reached: list[str] = []
        if isinstance(node, ast.Import):
            reached = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            reached = [node.module or ""]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"get_model", "import_module", "import_string"}:
                reached = [str(node.args[0].value)]
        elif isinstance(node, ast.Attribute) and node.attr in backwards:
            found.append(f"{node.lineno}: .{node.attr}")
        found += [f"{node.lineno}: {name}" for name in reached if name.split(".")[0] in above(app)]
    return found


def modules(app: str) -> list[Path]:
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


@pytest.mark.parametrize("app", FLOORS)
def test_no_module_reaches_above_its_floor(app):
    backwards = reverse_accessors(app) - own_names(app)
    found = [
        f"{path.relative_to(ROOT)}:{breach}"
        for path in modules(app)
        for breach in breaches(path.read_text(), app, backwards)
    ]
    assert found == []


@pytest.mark.parametrize("app", FLOORS)
def test_migrations_depend_downwards_only(app):
    found = [
        f"{path.name}: {other}"
        for path in (ROOT / app / "migrations").glob("0*.py")
        for other in above(app)
        if f'("{other}"' in path.read_text() or f"('{other}'" in path.read_text()
    ]
    assert found == []


@pytest.mark.parametrize("name", WIRING)
def test_the_wiring_names_its_siblings_as_strings(name):
    source = (ROOT / "gallery" / name).read_text()
    assert [line for line in breaches(source, "measures") if ": gallery" not in line] == []


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("measures", "from gallery.models import Poster"),
        ("measures", "import feedback.notes"),
        ("gallery", "from feedback import models"),
        ("gallery", "apps.get_model('feedback.Note')"),
        ("gallery", "def f():\n    from feedback.notes import stick"),
        ("gallery", "poster.notes.count()"),
        ("measures", "goal.posters.all()"),
    ],
)
def test_control_a_breach_is_caught(app, source):
    assert breaches(source, app, reverse_accessors(app) - own_names(app))


def test_control_looking_down_is_allowed():
    assert breaches("from gallery.models import Poster\nfrom measures.models import Goal", "feedback") == []
