import json
from datetime import UTC, datetime
from pathlib import Path

from dreamd.cli.output import plural, say, say_json, table


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
