"""A backup that is broken, truncated or hostile is refused in words, and nothing is changed."""

import gzip
import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gallery import archives, manifests, restoring
from gallery.archives import Writer
from gallery.manifests import Manifest, Member
from gallery.snapshots import NAMES, NotDone

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PHOTO = "media/photos/ab/abcd.jpg"
ONE_FOLDER = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}
DAMAGED = "damaged|no backup of ours|can’t be read|another format"


@pytest.fixture
def data(settings, tmp_path) -> Path:
    """A house that must stay as it is."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "media"
    (settings.MEDIA_ROOT / "photos").mkdir(parents=True)
    (settings.MEDIA_ROOT / "photos" / "mine.jpg").write_bytes(b"mine")
    return settings.DATA_DIR


def seen(folder: Path) -> dict[str, bytes]:
    files = {path for path in folder.rglob("*") if path.is_file() and path.name != "in-use.lock"}
    return {str(path): path.read_bytes() for path in files} | {str(path): b"" for path in folder.rglob("*/")}


def made(tmp_path: Path, **changes) -> bytes:
    """A whole backup with a database that is none, and one photo."""
    for name, words in [("database", b"no database"), ("photo", b"a photo" * 200)]:
        (tmp_path / name).write_bytes(words)
    file = io.BytesIO()
    writer = Writer(file, AT)
    writer.add(NAMES[connection.vendor], tmp_path / "database")
    writer.add(PHOTO, tmp_path / "photo")
    told = {
        "made_at": AT,
        "engine": connection.vendor,
        "migrations": [],
        "rows": {},
        "members": writer.members,
    }
    writer.finish(Manifest(**(told | changes)))
    return file.getvalue()


def refused(tmp_path: Path, whole: bytes, words: str = DAMAGED) -> None:
    path = tmp_path / "hostile.tar"
    path.write_bytes(whole)
    with pytest.raises(NotDone, match=words):
        restoring.restore(path, at=AT)


def test_control_the_whole_one_passes_every_check(tmp_path):
    path = tmp_path / "whole.tar"
    path.write_bytes(made(tmp_path))
    manifest = restoring.look(path)
    assert set(manifest.members) == {NAMES[connection.vendor], PHOTO}
    with archives.opened(path) as archive:
        archive.unpack(PHOTO, tmp_path / "out" / "x.jpg")
    assert (tmp_path / "out" / "x.jpg").read_bytes() == b"a photo" * 200


@hypothesis_settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_one_bit_anywhere_is_caught_or_changes_nothing(tmp_path, data):
    whole = made(tmp_path)
    spot = data.draw(st.integers(0, len(whole) - 1))
    spoilt = bytearray(whole)
    spoilt[spot] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "spoilt.tar"
    path.write_bytes(spoilt)
    try:
        with archives.opened(path) as archive:
            archive.unpack(PHOTO, tmp_path / "out")
            assert (tmp_path / "out").read_bytes() == b"a photo" * 200
            (tmp_path / "out").unlink()
    except NotDone:
        pass


@hypothesis_settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_cut_off_anywhere_is_refused(tmp_path, data):
    whole = made(tmp_path)
    last = whole.rstrip(b"\0")  # what follows is padding alone
    refused(tmp_path, whole[: data.draw(st.integers(0, len(last) - 1))])


@pytest.mark.parametrize("words", [b"", b"My holiday.", b"My holiday. " * 99])
def test_what_is_no_backup_at_all_is_called_so(tmp_path, words):
    refused(tmp_path, words, "This is not a backup made by “manage.py backup”")


def tar_of(tmp_path: Path, *members: tarfile.TarInfo, format: int = tarfile.GNU_FORMAT) -> bytes:
    """A whole backup with more members in front."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(bytes(member.size)))
    bare = file.getvalue().rstrip(b"\0")
    return bare + bytes(-len(bare) % 512) + made(tmp_path)


def member(name: str, type: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.size, found.linkname = type, size, link
    return found


@pytest.mark.parametrize(
    "hostile",
    [
        member("../evil"),
        member("media/../../evil"),
        member("/etc/evil"),
        member("media/./evil"),
        member("media//evil"),
        member("media/.hidden"),
        member("media/a\nb"),
        member("media/ü.jpg"),
        member("media/x\\..\\evil"),
        member("secret_key"),
        member("media/" + "x" * 200),
        member("media/link.jpg", tarfile.SYMTYPE, link="/etc/passwd"),
        member("media/link.jpg", tarfile.LNKTYPE, link=PHOTO),
        member("media/device", tarfile.CHRTYPE),
        member("media/device", tarfile.BLKTYPE),
        member("media/pipe", tarfile.FIFOTYPE),
        member("media/folder", tarfile.DIRTYPE),
        member("media/sparse.jpg", tarfile.GNUTYPE_SPARSE),
        member("media/odd.jpg", b"Z"),
        member("media/unlisted.jpg", size=5),
        member(PHOTO, size=5),
        member("manifest.json", size=5),
    ],
    ids=lambda each: f"{each.type.decode()} {each.name[:20]!r}",
)
@pytest.mark.parametrize("format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_no_member_but_ours(data, tmp_path, hostile, format):
    before = seen(data)
    refused(tmp_path, tar_of(tmp_path, hostile, format=format))
    assert seen(data) == before
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("size", [-1, -512, 8 * 1024**4, 2**63])
def test_a_size_that_cannot_be_is_refused(data, tmp_path, size):
    head = bytearray(member("media/x.jpg").tobuf(tarfile.GNU_FORMAT))
    large = b"\x80" + (size % 2**64).to_bytes(11, "big")
    head[124:136] = large if size > 2**60 else tarfile.itn(size, 12, tarfile.GNU_FORMAT)
    head[148:156] = b"        "
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    refused(tmp_path, bytes(head) + made(tmp_path))


def test_what_is_no_tar_at_all_is_refused(data, tmp_path):
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("manifest.json", "{}")
    others = [zipped.getvalue(), gzip.compress(made(tmp_path))]
    for whole in (b"", b"x", bytes(512), bytes(10_240), b"\xff" * 5000, *others):
        refused(tmp_path, whole)
    with pytest.raises(NotDone, match="can’t be read"):
        restoring.restore(tmp_path / "nowhere.tar", at=AT)
    with pytest.raises(NotDone, match="can’t be read"):
        restoring.restore(tmp_path, at=AT)


def with_manifest(tmp_path: Path, written: bytes) -> bytes:
    """The whole one with another list."""
    whole = made(tmp_path)
    start = whole.index(b"manifest.json")
    head = member("manifest.json", size=len(written)).tobuf(tarfile.GNU_FORMAT)
    return whole[:start] + head + written + bytes(-len(written) % 512) + bytes(1024)


GOOD = {"format": 1, "made_at": "2026-06-01T12:00:00+00:00", "engine": connection.vendor}
GOOD |= {"migrations": [], "rows": {}, "members": {}}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": ' + b"9" * 5000 + b"}",
        *(
            json.dumps(GOOD | change).encode()
            for change in (
                {"format": 2},
                {"format": "1"},
                {"made_at": "yesterday"},
                {"made_at": 5},
                {"made_at": "0001-01-01T00:00:00+14:00"},
                {"engine": "oracle"},
                {"engine": ["sqlite"]},
                {"engine": {}},
                {"migrations": "x"},
                {"migrations": [["a"]]},
                {"migrations": [[1, 2]]},
                {"rows": []},
                {"rows": {"x": -1}},
                {"rows": {"x": True}},
                {"members": []},
                {"members": {"x": {}}},
                {"members": {PHOTO: {"size": 1, "sha256": "x"}}},
                {"members": {PHOTO: {"size": "1", "sha256": "0" * 64}}},
            )
        ),
    ],
    ids=lambda said: str(said[:60]),
)
def test_a_list_that_cannot_be_read_is_refused(data, tmp_path, said):
    refused(tmp_path, with_manifest(tmp_path, said))


def test_what_is_missing_or_more_than_the_list_says_is_refused(data, tmp_path):
    one = Member("0" * 64, 3)
    named = {NAMES[connection.vendor]: one, PHOTO: one, "media/more.jpg": one}
    refused(tmp_path, made(tmp_path, members=named), "is not what its list says")
    refused(tmp_path, made(tmp_path, members={}), "is not what its list says")


def test_a_wrong_checksum_is_refused_by_name(data, tmp_path):
    whole = made(tmp_path)
    refused(tmp_path, whole.replace(b"a photo", b"a ph0to", 1), f"the checksum of “{PHOTO}” is wrong")


def test_a_backup_of_a_newer_release_is_refused_by_name(data, tmp_path):
    whole = made(tmp_path, migrations=[["gallery", "0001_initial"], ["gallery", "9999_future"]])
    refused(tmp_path, whole, "newer release, which knows gallery.9999_future")


def test_another_engine_is_refused(data, tmp_path):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    (tmp_path / "database").write_bytes(b"x")
    file = io.BytesIO()
    writer = Writer(file, AT)
    writer.add(NAMES[other], tmp_path / "database")
    writer.finish(Manifest(AT, other, [], {}, writer.members))
    refused(tmp_path, file.getvalue(), "they don’t mix")


def test_a_list_of_64_mb_is_not_even_read(data, tmp_path, monkeypatch):
    monkeypatch.setattr(manifests, "MOST_BYTES", 100)
    refused(tmp_path, made(tmp_path), "has no list")
