"""How files and folders come to be and go."""

import hashlib
import os
import stat

import pytest

from dreamd.memory.atomic import (
    adopt_file,
    create_file,
    empty_folder,
    link_file,
    make_folder,
    remove_file,
    stage_file,
    sync_folder,
    write_file,
)
from dreamd.memory.reads import files_below, is_file, list_folder, read_file


@pytest.fixture(params=[0o077, 0o000, 0o022])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_files_and_folders_are_the_groups_whatever_the_umask(tmp_path):
    folder = tmp_path / "a/b/c"
    make_folder(folder)
    write_file(folder / "written", b"x")
    create_file(folder / "created", b"x")
    stage_file(folder / "staged", folder / "written")
    link_file(folder / "written", folder / "linked")
    adopt_file(folder / "staged", folder / "adopted")

    assert {mode(path) for path in (folder, folder.parent, folder.parent.parent)} == {0o2770}
    assert {mode(path) for path in folder.iterdir()} == {0o660}


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser has groups to choose from")
def test_what_is_made_in_a_folder_has_its_group_also_where_it_is_not_handed_down(tmp_path):
    top = tmp_path / "team"
    top.mkdir(mode=0o770)
    os.chown(top, -1, 4242)
    before = mode(top)

    make_folder(top / "inner/deep")
    write_file(top / "written", b"x")
    create_file(top / "inner/deep/created", b"x")

    assert {path.stat().st_gid for path in top.rglob("*")} == {4242}
    assert mode(top) == before
    assert mode(top / "inner") == mode(top / "inner/deep") == 0o2770


def test_a_folder_whose_maker_died_is_finished_and_another_ones_mode_is_left_alone(tmp_path):
    (tmp_path / "half").mkdir()
    (tmp_path / "half").chmod(0o1700)
    (tmp_path / "private").mkdir(mode=0o700)

    make_folder(tmp_path / "half")
    make_folder(tmp_path / "private")

    assert mode(tmp_path / "half") == 0o2770
    assert mode(tmp_path / "private") == 0o700


def test_the_same_bytes_count_as_created_and_other_bytes_do_not(tmp_path):
    path = tmp_path / "entry"

    assert create_file(path, b"run 1")
    assert create_file(path, b"run 1")
    assert not create_file(path, b"run 2")
    assert not create_file(path, b"run 1 and more")
    assert read_file(path) == b"run 1"
    assert list_folder(tmp_path) == ["entry"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/etc/hostname")])
def test_whatever_has_a_name_keeps_it_from_being_created(tmp_path, make):
    make(tmp_path / "entry")

    assert not create_file(tmp_path / "entry", b"x")
    assert list_folder(tmp_path) == ["entry"]


def test_a_linked_file_stays_what_it_was_when_its_first_name_is_replaced(tmp_path):
    write_file(tmp_path / "MEMORY.md", b"by hand")

    assert link_file(tmp_path / "MEMORY.md", tmp_path / "kept")
    write_file(tmp_path / "MEMORY.md", b"rendered")

    assert read_file(tmp_path / "kept") == b"by hand"
    assert not link_file(tmp_path / "MEMORY.md", tmp_path / "kept")
    with pytest.raises(FileNotFoundError):
        link_file(tmp_path / "nothing", tmp_path / "new")


def test_a_file_from_elsewhere_is_staged_with_its_digest_and_adopted(tmp_path):
    (tmp_path / "local").write_bytes(b"abc" * 700_000)
    make_folder(tmp_path / "staging")

    digest = stage_file(tmp_path / "staging/index", tmp_path / "local")
    adopt_file(tmp_path / "staging/index", tmp_path / "index")

    assert digest == hashlib.sha256(b"abc" * 700_000).hexdigest()
    assert read_file(tmp_path / "index") == b"abc" * 700_000
    assert list_folder(tmp_path / "staging") == []


def test_an_error_names_the_whole_path(tmp_path):
    (tmp_path / "file").write_text("x")
    for action, path in (
        (lambda path: write_file(path, b"x"), tmp_path / "no/file"),
        (lambda path: create_file(path, b"x"), tmp_path / "no/file"),
        (read_file, tmp_path / "nothing"),
        (list_folder, tmp_path / "file"),
        (sync_folder, tmp_path / "nothing"),
        (make_folder, tmp_path / "file/inner"),
        (remove_file, tmp_path / "file/inner"),
    ):
        with pytest.raises(OSError, match=r".") as caught:
            action(path)
        assert caught.value.filename == str(path)


def test_files_below_a_folder_are_regular_in_order_and_reached_through_no_link(tmp_path):
    for name in ("b/2", "b/1", "a/x/deep", "top"):
        make_folder((tmp_path / "store" / name).parent)
        write_file(tmp_path / "store" / name, b"x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").write_text("x")
    (tmp_path / "store/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "store/a/link").symlink_to(tmp_path / "elsewhere/secret")
    os.mkfifo(tmp_path / "store/pipe")

    found = [str(path.relative_to(tmp_path / "store")) for path in files_below(tmp_path / "store")]

    assert found == ["top", "a/x/deep", "b/1", "b/2"]
    assert list(files_below(tmp_path / "nothing")) == list(files_below(tmp_path / "store/link")) == []
    assert is_file(tmp_path / "store/top")
    assert not any(is_file(tmp_path / "store" / name) for name in ("a", "a/link", "pipe", "nothing", "top/inner"))


def test_a_folder_is_emptied_of_everything_and_links_are_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/kept").write_text("x")
    staging = tmp_path / "staging"
    make_folder(staging / "run/deep")
    write_file(staging / "run/deep/file", b"x")
    write_file(staging / "file", b"x")
    (staging / "link").symlink_to(tmp_path / "elsewhere")
    (staging / "run/link").symlink_to(tmp_path / "elsewhere/kept")

    empty_folder(staging)
    empty_folder(tmp_path / "nothing")

    assert list_folder(staging) == []
    assert (tmp_path / "elsewhere/kept").read_text() == "x"


def test_a_file_that_is_gone_can_be_removed_and_a_link_is_removed_itself(tmp_path):
    (tmp_path / "kept").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "kept")

    remove_file(tmp_path / "link")
    remove_file(tmp_path / "nothing")
    remove_file(tmp_path / "no/folder")

    assert list_folder(tmp_path) == ["kept"]
