import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dreamd.cli.output import one_line, plural, say, say_json, table
from dreamd.errors import NotFoundError


def test_nothing_that_is_printed_can_command_a_terminal(capsys):
    say("red \x1b[31m bell \x07 turned \u202eround \x9b half \ud800 tab\tand line\nstay")
    assert capsys.readouterr().out == (
        "red \ufffd[31m bell \ufffd turned \ufffdround \ufffd half \ufffd tab\tand line\nstay\n"
    )


def test_json_is_one_line_with_times_in_rfc_3339(capsys):
    say_json({"at": datetime(2026, 3, 4, 5, 6, tzinfo=UTC), "path": Path("/m"), "text": "a\nb\x1b"})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert json.loads(line) == {"at": "2026-03-04T05:06:00Z", "path": "/m", "text": "a\nb\x1b"}


def test_a_table_is_aligned_and_shows_what_is_unknown_as_a_hyphen():
    assert table([("one", None, 3), ("twelve", "", "x")]) == "one     -  3\ntwelve  -  x"
    assert table([]) == ""


def test_numbers_agree_with_their_nouns():
    assert plural(1, "log") == "1 log"
    assert plural(1200, "log") == "1,200 logs"
    assert plural(2, "memory", "memories") == "2 memories"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x0b"])
def test_a_name_from_elsewhere_begins_no_line_of_its_own(capsys, end):
    say(f"skipped  {one_line(Path(f'a{end}disk 0 GB free'))}")
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert len(str(NotFoundError(f"a{end}error: all is lost")).splitlines()) == 1
