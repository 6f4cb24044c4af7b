import pytest

from dreamd.daemon.places import state_dir
from dreamd.errors import DamagedError
from dreamd.memory.files import create_store, open_store
from dreamd.memory.identity import identity_of

UUID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


def test_the_quick_way_says_what_opening_the_store_says(store):
    assert identity_of(store.root) == open_store(store.root)[1].store


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"format": 1}', '{"store": 7}', '{"store": "../../../x"}', "[" * 5000, f'{{"store": "{UUID}/"}}'],
)
def test_what_is_no_identity_never_becomes_a_folder(store, text):
    store.format.write_text(text)
    with pytest.raises(ValueError, match=r"\w"):
        identity_of(store.root)


def test_a_store_that_calls_itself_by_a_path_is_damaged(store):
    store.format.write_text('{"format": 1, "store": "../../../../tmp"}')
    with pytest.raises(DamagedError, match="no uuid"):
        open_store(store.root)


def test_where_no_store_is_there_is_no_identity(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        identity_of(tmp_path)


def test_an_identity_is_the_last_part_of_the_state_s_place(store):
    assert state_dir({"HOME": "/home/mara"}, identity_of(store.root)).name == identity_of(store.root)
