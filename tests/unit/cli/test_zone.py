import pytest

from dreamd.cli.zone import local_zone


@pytest.fixture
def localtime(tmp_path):
    target = tmp_path / "zoneinfo/America/Lima"
    target.parent.mkdir(parents=True)
    target.touch()
    link = tmp_path / "localtime"
    link.symlink_to(target)
    return link


def test_the_variable_names_the_zone(localtime):
    assert local_zone({"TZ": "Europe/Rome"}, localtime) == "Europe/Rome"
    assert local_zone({"TZ": ":Europe/Rome"}, localtime) == "Europe/Rome"


@pytest.mark.parametrize("text", ["", "CET-1CEST", "../../etc/passwd", "/etc/localtime", "no\0zone"])
def test_a_variable_that_names_no_zone_leaves_it_to_the_machine(localtime, text):
    assert local_zone({"TZ": text}, localtime) == "America/Lima"


def test_where_nothing_tells_it_is_utc(tmp_path):
    assert local_zone({}, tmp_path / "none") == "UTC"
