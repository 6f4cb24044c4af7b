"""Which files make an installation, and what is done about those that are there."""

import pytest

from dreamd.errors import ServiceError
from dreamd.systemd.files import Changes, Wanted, changes, installed, remove, units_of, write

MINE = "# Written by 'dreamd service install'\n"


def test_what_is_there_already_is_left_alone():
    should = Wanted({"dreamd.service": MINE}, ("dreamd.service",))
    assert not changes({"dreamd.service": MINE}, should)


def test_what_differs_is_written_and_what_is_not_wanted_goes_with_its_unit():
    there = {
        "dreamd.service": MINE,
        "dreamd-dream@.timer": MINE,
        "dreamd-dream@web.service.d/20-configuration.conf": MINE,
    }
    todo = changes(there, Wanted({"dreamd.service": MINE + "x"}, ("dreamd.service",)))
    assert todo == Changes(
        write={"dreamd.service": MINE + "x"},
        remove=("dreamd-dream@.timer", "dreamd-dream@web.service.d/20-configuration.conf"),
        stop=("dreamd-dream@web.timer",),
    )


def test_an_installation_says_itself_which_units_it_starts():
    assert units_of({"dreamd.service": "", "dreamd.service.d/20-configuration.conf": ""}) == ("dreamd.service",)
    assert units_of({"dreamd-dream@a.service.d/20-configuration.conf": ""}) == ("dreamd-dream@a.timer",)


def test_only_own_files_are_found_and_somebody_s_drop_in_stays(tmp_path):
    write(tmp_path, "dreamd.service", MINE)
    write(tmp_path, "dreamd.service.d/20-configuration.conf", MINE)
    (tmp_path / "dreamd.service.d/override.conf").write_text("[Service]\n")
    (tmp_path / "dreamdx.service").write_text("[Service]\n")
    names = installed(tmp_path)
    assert sorted(names) == ["dreamd.service", "dreamd.service.d/20-configuration.conf"]
    for name in names:
        remove(tmp_path, name)
    assert sorted(it.name for it in tmp_path.rglob("*")) == ["dreamd.service.d", "dreamdx.service", "override.conf"]


def test_a_unit_that_somebody_else_wrote_is_not_replaced(tmp_path):
    (tmp_path / "dreamd.service").write_text("[Service]\nExecStart=/bin/true\n")
    with pytest.raises(ServiceError, match="not dreamd's own"):
        installed(tmp_path)


def test_a_file_is_readable_by_all_whatever_the_umask(tmp_path):
    write(tmp_path, "dreamd.service.d/10-hardening.conf", MINE)
    assert (tmp_path / "dreamd.service.d/10-hardening.conf").stat().st_mode & 0o777 == 0o644
