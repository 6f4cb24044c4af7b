import stat

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dreamd.cli.config_edit import add_store, write_config

NEW = {"memory": "/m", "sessions": ["a: #b", "/x/**/*.jsonl"]}

TEXTS = [
    "",
    "gates: {interval: 12h}",
    "stores:\n",
    "stores:   # by name\n  web:\n    memory: /w\ngates:\n  interval: 1h\n",
    "# ours\nstores:\n\n    # the web\n    web:\n        memory: /w\n",
    "gates:\n  interval: 1h\nstores:\n  web: {memory: /w}\n# the end",
    "stores:\ngates: {interval: 1h}\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_store_is_added_and_every_line_that_was_there_stays(text):
    after = add_store(text, "api", NEW)
    assert after is not None
    kept = iter(after.splitlines())
    assert all(line in kept for line in text.splitlines() if line.strip())
    before = yaml.safe_load(text) or {}
    assert yaml.safe_load(after) == {**before, "stores": {**(before.get("stores") or {}), "api": NEW}}


UNSAFE = ["stores: {web: {memory: /w}}\n", "stores: &all\n  web: {memory: /w}\n", "---\na: 1\n...\n"]


@pytest.mark.parametrize("text", UNSAFE)
def test_a_file_where_lines_cannot_be_added_is_left_alone(text):
    assert add_store(text, "api", NEW) is None


@given(name=st.text(min_size=1, max_size=12), path=st.text(max_size=20))
def test_any_name_and_path_reads_back_as_it_was(name, path):
    after = add_store("# ours\nstores:\n  web: {memory: /w}\n", name, {"memory": path})
    if after is not None:
        assert yaml.safe_load(after)["stores"][name] == {"memory": path}


def test_a_new_file_is_for_the_user_alone_and_an_old_one_keeps_its_mode(tmp_path):
    path = tmp_path / "deep" / "config.yaml"
    write_config(path, "a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    write_config(path, "b")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("b", 0o640)
    assert list(path.parent.iterdir()) == [path]


def test_a_configuration_that_is_a_link_stays_one(tmp_path):
    (tmp_path / "real.yaml").write_text("a")
    (tmp_path / "config.yaml").symlink_to("real.yaml")
    write_config(tmp_path / "config.yaml", "b")
    assert (tmp_path / "config.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "b"
