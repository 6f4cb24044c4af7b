"""The texts in JSON are what a program sees."""

import pytest

from dreamd.language.json_texts import texts_in


def test_every_text_is_found_names_too():
    assert sorted(texts_in('{"a": ["b\\n", {"c": 1, "d": null}]}')) == ["a", "b\n", "c", "d"]


@pytest.mark.parametrize("data", ["", "text", '"text"', "17", "{", "[" * 100_000, "\ud800{}"])
def test_what_is_no_object_or_list_has_none(data):
    assert texts_in(data) is None
