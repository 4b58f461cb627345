"""Which files may a request send, and which are refused?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import InvalidRequest
from harness.location import Location
from harness.request.files import FileAccess
from harness.source import Source

_PLACE = Location(Source("case.json", '"src"'))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a working directory beside a file that is none of its business."""
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    (folder / "in.txt").write_bytes(b"in")
    (folder / "sub" / "deep.bin").write_bytes(b"\x00\xff")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


@pytest.mark.parametrize(
    ("name", "content"),
    [("in.txt", b"in"), ("./in.txt", b"in"), ("sub/deep.bin", b"\x00\xff"), ("sub/../in.txt", b"in")],
)
def test_file_inside_is_read(root: Path, name: str, content: bytes) -> None:
    """A path is relative to the working directory, and may go up as long as it stays inside."""
    assert content == FileAccess(root).read(name, _PLACE)


def test_absolute_path_inside_is_read(root: Path) -> None:
    """An absolute path is fine when it leads into the working directory."""
    assert b"in" == FileAccess(root).read(str(root / "in.txt"), _PLACE)


def test_link_that_stays_inside_is_followed(root: Path) -> None:
    """A symbolic link within the working directory is as good as its target."""
    (root / "link.txt").symlink_to(root / "in.txt")

    assert b"in" == FileAccess(root).read("link.txt", _PLACE)


def test_working_directory_may_itself_be_a_link(root: Path, tmp_path: Path) -> None:
    """The working directory is taken for what it leads to."""
    (tmp_path / "alias").symlink_to(root)

    assert b"in" == FileAccess(tmp_path / "alias").read("in.txt", _PLACE)


@pytest.mark.parametrize(
    "name", ["../secret.txt", "sub/../../secret.txt", "link.txt", "out/secret.txt", "/etc/hostname"]
)
def test_file_outside_is_refused(root: Path, name: str) -> None:
    """Neither a path nor a link, of a file or of a folder, leads out of the working directory."""
    (root / "link.txt").symlink_to(root.parent / "secret.txt")
    (root / "out").symlink_to(root.parent)
    with pytest.raises(InvalidRequest, match="outside the working directory") as caught:
        FileAccess(root).read(name, _PLACE)

    assert _PLACE == caught.value.location


def test_folder_of_a_like_name_is_outside(root: Path) -> None:
    """A sibling whose name begins as the working directory's is not inside it."""
    (root.parent / "work2").mkdir()
    (root.parent / "work2" / "x").write_bytes(b"x")
    with pytest.raises(InvalidRequest, match="outside the working directory"):
        FileAccess(root).read("../work2/x", _PLACE)


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("missing.txt", "no such file: missing.txt"),
        ("sub", "this is a folder, not a file: sub"),
        (".", "this is a folder, not a file: ."),
        ("", "this is a folder, not a file: "),
        ("in.txt/x", "no such file: in.txt/x"),
        ("x" * 5000, "cannot read the file"),
        ("a\0b", "no name of a file"),
    ],
)
def test_what_is_no_file_is_an_error(root: Path, name: str, summary: str) -> None:
    """The message tells what stands at the path."""
    with pytest.raises(InvalidRequest) as caught:
        FileAccess(root).read(name, _PLACE)

    assert caught.value.summary.startswith(summary)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of Unix")
def test_pipe_is_not_read(root: Path) -> None:
    """A named pipe would keep the run waiting for ever."""
    os.mkfifo(root / "pipe")
    with pytest.raises(InvalidRequest, match="no such file"):
        FileAccess(root).read("pipe", _PLACE)


def test_circle_of_links_is_an_error(root: Path) -> None:
    """Links that lead to each other end in an error and not in a loop."""
    (root / "a").symlink_to(root / "b")
    (root / "b").symlink_to(root / "a")
    with pytest.raises(InvalidRequest):
        FileAccess(root).read("a", _PLACE)
