"""What is vendored is what it says it is; what is bundled has all its parts."""

import gzip
import hashlib
from pathlib import Path

import pytest

from gallery import assets

ROOT = Path(__file__).resolve().parents[2]
SUMS = sorted([*ROOT.glob("static/**/CHECKSUMS"), *ROOT.glob("tests/**/CHECKSUMS")])


def strays(listed: Path) -> list[str]:
    """Files whose checksum is wrong, and files that no line names."""
    lines = [line.split() for line in listed.read_text().splitlines() if line and not line.startswith("#")]
    sums = {name.lstrip("*"): digest for digest, name in lines}
    wrong = [
        name
        for name, digest in sums.items()
        if hashlib.sha256((listed.parent / name).read_bytes()).hexdigest() != digest
    ]
    kept = {"CHECKSUMS"} | {
        path.name for path in listed.parent.iterdir() if "LICENSE" in path.name or "OFL" in path.name
    }
    unlisted = [
        path.name
        for path in listed.parent.iterdir()
        if path.is_file() and path.name not in sums.keys() | kept
    ]
    return wrong + unlisted


@pytest.mark.parametrize("listed", SUMS, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_vendored_files_are_what_they_say(listed):
    assert strays(listed) == []
    assert any("LICENSE" in path.name or "OFL" in path.name for path in listed.parent.iterdir())


def test_control_a_changed_file_and_a_stray_are_caught(tmp_path):
    (tmp_path / "a.js").write_text("changed")
    (tmp_path / "b.js").write_text("stray")
    (tmp_path / "CHECKSUMS").write_text(f"# comment\n{'0' * 64}  a.js\n")
    assert strays(tmp_path / "CHECKSUMS") == ["a.js", "b.js"]


@pytest.mark.parametrize("bundle", assets.BUNDLES)
def test_a_bundle_has_all_its_parts_once(bundle):
    found = assets.parts(bundle)
    assert found
    assert len(found) == len(set(found))
    assert all(assets.bare(part) in assets.joined(bundle) for part in found)


def test_comments_stay_at_home_and_what_only_looks_like_one_is_kept(tmp_path):
    script, style = tmp_path / "a.js", tmp_path / "a.css"
    script.write_text('// why\nconst a = "http://b/*"; // trap\n  // unit\nb("*/");\n')
    style.write_text("/* why */\na { b: c; /* two\nlines */ d: e; }\n")
    assert assets.bare(script) == 'const a = "http://b/*"; // trap\nb("*/");\n'
    assert assets.bare(style) == "a{b:c;d:e;}"


def test_spaces_go_where_they_say_nothing(tmp_path):
    style = tmp_path / "a.css"
    style.write_text('a:has(b :c), d > e {\n  f: calc(1px + 2px), 3px;\n}\n@media (g: h) { i { j: "·"; } }\n')
    assert assets.bare(style) == 'a:has(b :c),d > e{f:calc(1px + 2px),3px;}@media (g:h){i{j:"·";}}'


def test_every_source_is_in_some_bundle():
    sources = {
        *ROOT.glob("static/css/site/*"),
        *ROOT.glob("static/css/host/*"),
        *ROOT.glob("static/css/rate/*"),
        *ROOT.glob("static/js/rate/*"),
        *ROOT.glob("static/css/lobby/*"),
        *ROOT.glob("static/css/map/*"),
        *ROOT.glob("static/js/visit/*"),
        *ROOT.glob("static/js/own/*"),
    }
    assert sources <= {part for bundle in assets.BUNDLES for part in assets.parts(bundle)}


def test_the_layers_are_named_before_they_are_filled():
    names = [part.name for part in assets.parts("site.css")]
    assert names[:4] == ["layers.css", "tokens.css", "reset.css", "base.css"]


def test_what_phones_load_is_packed_tighter_and_comes_out_the_same(tmp_path):
    words = (ROOT / "static" / "vendor" / "htmx.min.js").read_bytes()
    sizes = {}
    for name in ("htmx.min.js", "other.js"):
        (tmp_path / name).write_bytes(words)
        [packed] = assets.Tight(use_brotli=False, quiet=True).compress(str(tmp_path / name))
        sizes[name] = len(Path(packed).read_bytes())
        assert gzip.decompress(Path(packed).read_bytes()) == words
    assert sizes["htmx.min.js"] < sizes["other.js"]
