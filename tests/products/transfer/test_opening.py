"""The door: what is packed is unpacked within limits, and nothing stays behind (A19)."""

import errno
import gzip
import io
import os
import resource
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from products.transfer import archives
from products.transfer.opening import opened
from products.transfer.records import FileRefused
from products.transfer.sources import Source
from tests.products.transfer.workbook_files import sheet, workbook

CSV = b"sku,name\nA,Pot\n"


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    yield
    assert list(room.iterdir()) == []


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(path: Path, **options: str) -> dict[str, bytes]:
    """The main file first."""
    with opened(path, **options) as bundle:
        sources = [bundle.main, *bundle.others.values()]
        return {source.name: read(source) for source in sources}


def read(source: Source) -> bytes:
    with source.open() as stream:
        return stream.read()


def test_a_file_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "upload.tmp"
    path.write_bytes(CSV)
    assert contents(path, name="shop.csv") == {"shop.csv": CSV}


def test_a_gz_is_recognised_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv.gz"
    path.write_bytes(gzip.compress(CSV) + gzip.compress(b"B,Pan\n"))
    assert contents(path) == {"shop.csv": CSV + b"B,Pan\n"}
    assert contents(path, name="shop.csv") == {"shop.csv": CSV + b"B,Pan\n"}


def test_a_zip_is_the_file_in_it(tmp_path: Path) -> None:
    extra = {"__MACOSX/._shop.csv": b"x", ".DS_Store": b"x", "export/": b""}
    path = packed(tmp_path / "shop.zip", {"export/shop.csv": CSV, **extra})
    assert contents(path) == {"shop.csv": CSV}


def test_the_products_are_the_main_file_of_several(tmp_path: Path) -> None:
    files = {"a/families.csv": CSV * 9, "a/products.csv": CSV, "a/LICENSE.txt": CSV * 99}
    assert list(contents(packed(tmp_path / "shop.zip", files))) == [
        *("products.csv", "families.csv", "LICENSE.txt")
    ]
    other = {"a/items.csv": CSV * 9, "b/items.csv": CSV}
    assert list(contents(packed(tmp_path / "x.zip", other))) == ["a/items.csv", "b/items.csv"]


def test_a_folder_is_its_data_files(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    (folder / "fixtures").mkdir(parents=True)
    (folder / "products.csv.gz").write_bytes(gzip.compress(CSV))
    (folder / "fixtures" / "categories.csv").write_bytes(b"name\n")
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "link.csv").symlink_to("/etc/passwd")
    assert contents(folder) == {"products.csv": CSV, "categories.csv": b"name\n"}


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    content = workbook(sheet(["sku"]))
    (tmp_path / "shop.xlsx").write_bytes(content)
    assert contents(tmp_path / "shop.xlsx") == {"shop.xlsx": content}
    assert contents(packed(tmp_path / "a.zip", {"shop.xlsx": content})) == {"shop.xlsx": content}


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def with_link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link("shop.csv"), "/etc/passwd")


def with_method(method: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("shop.csv", CSV)

    return write


def void(_: object) -> None: ...


def with_files(files: dict[str, bytes]) -> Callable[[Path], None]:
    return lambda path: void(packed(path, files))


def with_bytes(content: bytes) -> Callable[[Path], None]:
    return lambda path: void(path.write_bytes(content))


def encrypted(path: Path) -> None:
    packed(path, {"shop.csv": CSV})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def damaged(path: Path) -> None:
    packed(path, {"shop.csv": bytes(range(256)) * 40})
    content = bytearray(path.read_bytes())
    content[60:80] = b"\xff" * 20
    path.write_bytes(content)


BOMB = b"0" * 3_000_000


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (with_bytes(gzip.compress(BOMB)), "file-too-large"),
        (with_files({"shop.csv": BOMB}), "file-too-large"),
        (with_files({"a.csv": BOMB[:600_000], "b.csv": BOMB[:600_000]}), "file-too-large"),
        (with_files({f"{n}.csv": b"" for n in range(51)}), "too-many-files"),
        (with_files({f"{n:0100}.csv": b"" for n in range(8_000)}), "too-many-files"),
        (with_files({"../shop.csv": CSV}), "unsafe-name"),
        (with_files({"a\\..\\shop.csv": CSV}), "unsafe-name"),
        (with_files({"/etc/cron.d/shop.csv": CSV}), "unsafe-name"),
        (with_files({"C:shop.csv": CSV}), "unsafe-name"),
        (with_link, "unsafe-name"),
        (encrypted, "encrypted"),
        (with_method(zipfile.ZIP_LZMA), "unknown-compression"),
        (with_method(zipfile.ZIP_BZIP2), "unknown-compression"),
        (with_files({"inner.csv.gz": gzip.compress(CSV)}), "nested-archive"),
        (with_bytes(gzip.compress(gzip.compress(CSV))), "nested-archive"),
        (with_files({}), "empty-archive"),
        (with_files({"empty/": b""}), "empty-archive"),
        (with_bytes(gzip.compress(CSV)[:-9]), "damaged-archive"),
        (with_bytes(b"\x1f\x8bnever"), "damaged-archive"),
        (with_bytes(b"PK\x03\x04 and no more"), "damaged-archive"),
        (damaged, "damaged-archive"),
        (with_files({"mimetype": b"x", "content.xml": b"<x/>"}), "unknown-workbook"),
    ],
)
def test_what_cannot_be_unpacked_within_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None], code: str
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1_000_000)
    path = tmp_path / "shop.zip"
    write(path)
    with pytest.raises(FileRefused) as caught, opened(path):
        pytest.fail("it was opened")
    assert caught.value.remark.code == code


def test_a_folder_without_data_and_a_path_without_a_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "room", tmp_path / "none.csv"):
        with pytest.raises(FileRefused, match=r"no (data )?file"), opened(path):
            pytest.fail("it was opened")


def test_a_disk_without_room_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.csv.gz"
    path.write_bytes(gzip.compress(CSV))

    class FullDisk(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    plain = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, mode: FullDisk() if mode == "xb" else plain(path, mode)
    )
    with pytest.raises(FileRefused) as caught, opened(path):
        pytest.fail("it was opened")
    assert caught.value.remark.code == "no-space"


def test_what_a_killed_import_left_goes_with_the_next_and_what_another_holds_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shop.csv.gz"
    path.write_bytes(gzip.compress(CSV))
    room = tmp_path / "room"
    left, fresh = room / "catalog-import-left", room / "catalog-import-fresh"
    for folder in (left, fresh):
        folder.mkdir()
        (folder / "1").write_bytes(CSV)
    os.utime(left, (0, 0))
    with opened(path) as bundle:
        held = next(each for each in room.iterdir() if each not in (left, fresh))
        os.utime(held, (0, 0))
        assert not left.exists()
        contents(path)
        assert read(bundle.main) == CSV
    assert [*room.iterdir()] == [fresh]
    shutil.rmtree(fresh)


@pytest.mark.soak
def test_ten_gigabytes_in_ten_megabytes_fill_neither_disk_nor_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as target:
        for _ in range(10 * 1024):
            target.write(pack.compress(bytes(1024 * 1024)))
        target.write(pack.flush())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileRefused) as caught, opened(path):
        pytest.fail("it was opened")
    assert caught.value.remark.code == "file-too-large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024  # KiB
    many = packed(tmp_path / "many.zip", {f"{n}.csv": b"" for n in range(100_000)})
    with pytest.raises(FileRefused) as caught, opened(many):
        pytest.fail("it was opened")
    assert caught.value.remark.code == "too-many-files"
