import shutil
import subprocess
from pathlib import Path

import pytest

from dreamd.errors import ServiceError
from dreamd.systemd.text import command, escape, mount_unit, paths, quote, section

ESCAPE = shutil.which("systemd-escape") or ""
needs_systemd = pytest.mark.skipif(not ESCAPE, reason="there is no systemd-escape here")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("/srv/team", "/srv/team"),
        ("/srv/the team", '"/srv/the team"'),
        ('say "x"', '"say \\"x\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("100%", "100%%"),
        ("a;b", '"a;b"'),
        ("", '""'),
    ],
)
def test_a_word_is_quoted_only_where_that_is_needed(text, written):
    assert quote(text) == written


def test_a_dollar_in_a_command_is_no_variable():
    assert command(["/opt/$HOME/dreamd", "run"]) == "/opt/$$HOME/dreamd run"


def test_what_no_line_can_hold_is_refused():
    with pytest.raises(ServiceError, match="no unit file can hold"):
        quote("/srv/two\nlines")


def test_folders_that_may_be_missing_are_marked_one_by_one():
    assert paths([Path("/a"), Path("/b c")], optional=True) == '-/a "-/b c"'


def test_a_colon_in_a_folder_is_refused_since_it_would_part_it():
    with pytest.raises(ServiceError, match="colon"):
        paths([Path("/srv/a:b")])


@needs_systemd
@pytest.mark.parametrize("name", ["payments", "two words", "a-b", "a/b", ".hidden", "tübingen", "%i", "@"])
def test_the_name_of_an_instance_is_escaped_as_systemd_does_it(name):
    said = subprocess.run([ESCAPE, name], check=True, capture_output=True, text=True).stdout.strip()
    assert escape(name) == said


@needs_systemd
@pytest.mark.parametrize("point", ["/", "/mnt/team", "/mnt/a-b/c d"])
def test_the_unit_of_a_mount_is_named_as_systemd_does_it(point):
    asked = [ESCAPE, "--path", "--suffix=mount", point]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    assert mount_unit(Path(point)) == said


def test_a_section_without_lines_is_none():
    assert section("Unit", []) == ""
    assert section("Unit", ["A=b"]) == "[Unit]\nA=b\n"
