"""JSON changed in one place keeps everything else to the byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.integrations.json_text import parse, replaced, with_item, with_member, without

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
FORMS = st.sampled_from(
    [
        {"indent": 2},
        {"indent": 4},
        {"indent": "\t"},
        {"indent": None},
        {"separators": (",", ":")},
        {"indent": 1, "separators": (" ,", " : ")},
    ]
)


def nodes(node):
    yield node
    for inner in (*node.members.values(), *node.items):
        yield from nodes(inner)


@given(VALUES, FORMS)
def test_every_value_is_found_where_it_stands(value, form):
    text = json.dumps(value, ensure_ascii=False, **form)
    for node in nodes(parse(text)):
        assert json.loads(text[node.start : node.end]) == node.value
    assert parse(text).value == value


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5), st.text(max_size=5), VALUES, FORMS)
def test_a_member_goes_in_at_the_end_and_out_again(value, key, new, form):
    value.pop(key, None)
    text = json.dumps(value, ensure_ascii=False, **form) + "\n"
    more = with_member(text, parse(text), key, new)
    assert list(json.loads(more).items()) == [*value.items(), (key, new)]
    assert without(more, parse(more), len(value)) == text


@given(st.lists(VALUES, min_size=1, max_size=5), VALUES, FORMS, st.data())
def test_an_item_goes_in_at_the_end_and_any_goes_out(value, new, form, data):
    text = json.dumps(value, ensure_ascii=False, **form)
    more = with_item(text, parse(text), new)
    assert json.loads(more) == [*value, new]
    assert without(more, parse(more), len(value)) == text
    place = data.draw(st.integers(0, len(value) - 1))
    assert json.loads(without(text, parse(text), place)) == value[:place] + value[place + 1 :]


@given(st.lists(VALUES, min_size=1, max_size=5), VALUES, FORMS, st.data())
def test_a_value_is_replaced_and_the_others_stay(value, new, form, data):
    text = json.dumps(value, ensure_ascii=False, **form)
    place = data.draw(st.integers(0, len(value) - 1))
    assert json.loads(replaced(text, parse(text).items[place], new)) == [*value[:place], new, *value[place + 1 :]]


@pytest.mark.parametrize(
    "text",
    [
        '{\r\n\t"a": 1.0,\r\n\t"b": [ 1 ,2 ]\r\n}\r\n',
        '\ufeff{ "a" : 1e2, "\\u00e9": "\\/" }',
        '{"a": 1,\n "b": 2}',
    ],
)
def test_what_nobody_asked_to_change_stays_to_the_byte(text):
    more = with_member(text, parse(text), "new", {"deep": [1]})
    assert more != text
    assert without(more, parse(more), 2) == text
    assert ("\r\n" in more) == ("\r\n" in text)
    assert more.count("\n") == more.count("\r\n") or "\r\n" not in text


def test_what_is_put_in_is_indented_like_the_rest():
    text = '{\n    "a": {},\n    "b": 1\n}'
    more = with_member(text, parse(text).members["a"], "c", [1])
    assert more == '{\n    "a": {\n        "c": [\n            1\n        ]\n    },\n    "b": 1\n}'


@pytest.mark.parametrize(
    "text", ["", "{", "{} {}", "{'a': 1}", '{"a": 1,}', "// no\n{}", '{"a": 1, "a": 2}', "[" * 100_000, '{"a": NaN']
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)
