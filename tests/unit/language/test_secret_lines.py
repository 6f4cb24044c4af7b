"""Secrets of a long text are found on their lines, wherever the pieces end."""

import json

import pytest

from dreamd.language.redact import redact
from dreamd.language.secrets.lines import secret_lines

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
MARK = redact(TOKEN).text
FILLER = "nothing of note stands on this line of the file\n"


def pieces(text, size):
    return [text[place : place + size] for place in range(0, len(text), size)]


def test_a_secret_has_its_line_kind_and_placeholder_and_not_its_value():
    found = secret_lines(["first\nsecond\n", f"a {TOKEN} b\n"])
    assert [tuple(it) for it in found] == [(3, "github-token", MARK)]
    assert TOKEN not in str(found)


@pytest.mark.parametrize("size", [1, 1000, 65_537, 10_000_000])
def test_each_secret_of_a_long_text_is_found_once_however_it_is_cut(size):
    # Tokens at distances that put them before, on and after every edge of the window.
    lines = [f"{FILLER}{TOKEN}\n" if number % 13 == 0 else FILLER for number in range(1500 if size == 1 else 12_000)]
    text = "".join(lines)
    expected = [number for number, line in enumerate(text.split("\n"), start=1) if TOKEN in line]
    assert [it.line for it in secret_lines(pieces(text, size))] == expected


def test_a_key_of_many_lines_is_one_secret_on_the_line_where_it_begins():
    body = ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n" * 290)[:18_000]
    key = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    for before in (0, 100, 700, 1200, 1400):
        text = FILLER * before + key + FILLER * 3000
        assert [it.line for it in secret_lines(pieces(text, 4096))] == [before + 1]


def test_a_name_says_what_its_value_is_across_the_edge_of_a_window():
    filler = "x" * 79 + "\n"
    for shift in range(0, 100, 7):
        text = filler * 400 + " " * shift + 'db_password = "tr0ub4dor-and-three"\n' + filler * 900
        assert [(it.line, it.kind) for it in secret_lines(pieces(text, 32_768))] == [(401, "password")]


def test_a_line_of_json_is_read_as_a_program_reads_it():
    line = json.dumps({"text": f"see:\n{TOKEN}\nand go on"})
    assert f"n{TOKEN}" in line
    assert [it.line for it in secret_lines([f"{{}}\n{line}\n"])] == [2]


def test_a_key_of_json_says_what_its_value_is():
    assert [it.kind for it in secret_lines(['{"a": "\\n", "password": "tr0ub4dor-and-three"}'])] == ["password"]


@pytest.mark.parametrize("text", ["{" * 100_000 + "\\", "[" * 100_000 + "\\n", '{"a": "\\ud800"}', "\0\\{\ud800"])
def test_what_only_looks_like_json_is_no_error(text):
    assert secret_lines([text]) == []


def test_what_is_invisible_hides_nothing():
    assert [it.placeholder for it in secret_lines([f"{TOKEN[:9]}\u200b{TOKEN[9:]}"])] == [MARK]


def test_a_placeholder_is_no_secret():
    assert secret_lines([MARK]) == []
