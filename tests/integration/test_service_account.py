"""Whom a service runs as, and whether it gets in. Real folders, and the accounts that every Linux has."""

import grp
import os
import pwd
from pathlib import Path

import pytest

from dreamd.systemd.account import account_for, exists, is_ours, owns_anything, shut_out
from dreamd.systemd.dropin import Account
from dreamd.systemd.needs import Needs

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may take another account's place")

NOBODY = Account("nobody")


@pytest.fixture
def folder(tmp_path):
    def folder(name, mode, group="root"):
        made = tmp_path / name
        made.mkdir(parents=True)
        os.chown(made, -1, grp.getgrnam(group).gr_gid)
        made.chmod(mode)
        return made

    return folder


def test_the_first_group_is_that_of_the_first_store_and_others_follow(folder):
    one, two = folder("1", 0o2770, "games"), folder("2", 0o2770, "mail")
    assert account_for("nobody", Needs((one, two))) == Account("nobody", "games", ("mail",))


def test_the_group_of_what_is_read_counts_only_where_others_may_not_read_it(folder):
    open_, closed = folder("open", 0o755, "games"), folder("closed", 0o750, "mail")
    assert account_for("nobody", Needs((), (open_, closed))) == Account("nobody", "mail")


def test_root_s_group_is_never_lent(folder):
    assert account_for("nobody", Needs((folder("store", 0o2770),))) == NOBODY


def test_a_number_without_a_name_is_a_group_as_well(folder):
    store = folder("store", 0o2770)
    os.chown(store, -1, 424242)
    store.chmod(0o2770)
    lent = account_for("nobody", Needs((store,)))
    assert lent == Account("nobody", "424242")
    assert shut_out(lent, Needs((store,))) == Needs()


def test_a_store_is_open_to_its_group_and_to_nobody_else(folder):
    store = folder("store", 0o2770, "games")
    assert shut_out(NOBODY, Needs((store,))) == Needs((store,))
    assert shut_out(Account("nobody", "games"), Needs((store,))) == Needs()
    assert shut_out(Account("nobody", "mail", ("games",)), Needs((store,))) == Needs()


def test_what_may_be_read_is_not_thereby_written(folder):
    store = folder("store", 0o755)
    assert shut_out(NOBODY, Needs((store,), (store,))) == Needs((store,))


def test_the_way_to_what_is_bound_into_an_empty_folder_does_not_count(folder):
    """Temporary folders are hidden by the unit like homes."""
    home = folder("home", 0o700)
    inner = folder("home/src", 0o755)
    assert shut_out(NOBODY, Needs((), (inner, home))) == Needs((), (home,))


def test_a_file_that_only_root_reads_is_closed():
    closed = Path("/etc/shadow")
    assert shut_out(NOBODY, Needs((), (Path("/etc/passwd"), closed))) == Needs((), (closed,))


def test_what_is_not_there_yet_shuts_nobody_out(tmp_path):
    assert shut_out(NOBODY, Needs((tmp_path / "later",))) == Needs()


def test_what_an_account_owns_is_found_wherever_it_lies(folder):
    store = folder("store/inner", 0o755).parent
    assert owns_anything("nobody", [store]) is None
    os.chown(store / "inner", pwd.getpwnam("nobody").pw_uid, -1)
    assert owns_anything("nobody", [store]) == store / "inner"


def test_only_an_account_that_the_installation_made_is_its_own():
    assert exists("nobody")
    assert not is_ours("nobody")
    assert not is_ours("no-such-account")
