"""Values are counted in logs, which are only read."""

import gzip
import json

import pytest

from dreamd.language.sought import seek
from dreamd.sessions.seek import count_values


@pytest.fixture
def count(tmp_path):
    def count(data, wanted="hunter2x", *, is_regex=False):
        path = tmp_path / "log.jsonl"
        path.write_bytes(data)
        return dict(count_values(path, seek(wanted, is_regex=is_regex)))

    return count


def test_a_value_is_counted_on_every_line(count):
    assert count(b"hunter2x and hunter2x\nnothing\nhunter2x") == {"hunter2x": 3}


def test_a_line_of_json_is_read_as_a_program_reads_it(count):
    line = json.dumps({"text": "say:\nacme_0123abcd"}).encode()
    assert count(line, r"acme_[0-9a-f]{8}\b", is_regex=True) == {"acme_0123abcd": 1}
    assert count(line, r"\bacme_[0-9a-f]{8}", is_regex=True) == {"acme_0123abcd": 1}


def test_a_packed_file_is_read_inside(count):
    assert count(gzip.compress(b"hunter2x\n")) == {"hunter2x": 1}


def test_a_value_at_the_end_of_an_endless_line_is_found(count):
    assert count(b"x " * 9_000_000 + b"hunter2x") == {"hunter2x": 1}


def test_what_is_no_text_in_the_middle_of_a_log_hides_nothing(count):
    assert count(b"\xff\xfe{ hunter2x"[2:] + b"\n\xff hunter2x\n") == {"hunter2x": 2}
