import os
from datetime import timedelta
from pathlib import Path

import pytest

from dreamd.config import keys, nearest
from dreamd.config_file import candidates, find, load
from dreamd.errors import ConfigError


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in [name for name in os.environ if name.startswith("DREAMD_")]:
        monkeypatch.delenv(name)


def written(folder, text):
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def fault(path):
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value), caught.value.hint


def test_without_a_file_everything_has_its_default():
    config = load(None).config
    assert config.stores == {}
    assert config.gates.interval == timedelta(hours=24)
    assert config.gates.new_sessions == 5
    assert config.sessions.idle == timedelta(minutes=30)
    assert config.curator.kind == "rules"


def test_a_file_may_state_as_little_as_it_likes(tmp_path):
    config = load(written(tmp_path, "gates: {interval: 7d}\nsessions:\n")).config
    assert config.gates.interval == timedelta(days=7)
    assert config.gates.new_sessions == 5
    assert config.sessions.idle == timedelta(minutes=30)


def test_relative_directories_count_from_the_file(tmp_path):
    path = written(tmp_path, "stores: {s: {memory: mem, repository: /r, sessions: [claude-code, 'logs/*.jsonl']}}")
    store = load(path).config.stores["s"]
    assert store.memory == tmp_path / "mem"
    assert store.repository == Path("/r")
    assert store.sessions == ("claude-code", str(tmp_path / "logs/*.jsonl"))


def test_an_agent_may_be_confined_to_a_directory_that_counts_from_the_file(tmp_path):
    store = load(written(tmp_path, "stores: {s: {memory: m, sessions: ['codex:../web', 'gemini:/srv/web']}}")).config
    assert store.stores["s"].sessions == (f"codex:{tmp_path}/../web", "gemini:/srv/web")


def test_a_tilde_is_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    store = load(written(tmp_path, "stores: {s: {memory: ~/m, sessions: ['~/logs/*']}}")).config.stores["s"]
    assert store.memory == tmp_path / "m"
    assert store.sessions == (str(tmp_path / "logs/*"),)


def test_variables_count_over_the_file(tmp_path, monkeypatch):
    path = written(tmp_path, "stores: {s: {memory: /m}}\ngates: {interval: 12h, new_sessions: 9}")
    monkeypatch.setenv("DREAMD_GATES__INTERVAL", "1h")
    monkeypatch.setenv("DREAMD_STORES__S__REPOSITORY", "/r")
    config = load(path).config
    assert config.gates.interval == timedelta(hours=1)
    assert config.gates.new_sessions == 9
    assert (config.stores["s"].memory, config.stores["s"].repository) == (Path("/m"), Path("/r"))


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("gates: {intervall: 3h}", "gates.intervall", "gates.interval"),
        ("gate: {interval: 3h}", "gate", "gates"),
        ("interval: 3h", "interval", "gates.interval"),
        ("stores: {web: {memory: /m, repositry: /r}}", "stores.web.repositry", "stores.web.repository"),
    ],
)
def test_an_unknown_key_is_named_with_its_file_and_the_nearest_known_one(tmp_path, text, key, near):
    path = written(tmp_path, text)
    message, hint = fault(path)
    assert str(path) in message
    assert f"unknown key '{key}'" in message
    assert hint == f"did you mean '{near}'?"


def test_a_key_that_is_like_no_other_gets_the_list_of_all(tmp_path):
    assert fault(written(tmp_path, "zebra: 1"))[1] == "'dreamd config example' shows every key"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("gates: {interval: soon}", "gates.interval: not a span of time"),
        ("gates: {interval: 90}", "gates.interval: not a span of time"),
        ("gates: {new_sessions: -1}", "gates.new_sessions: input should be greater than or equal to 0"),
        ("stores: {s: {}}", "stores.s.memory: field required"),
        ("stores: {s: {memory: /m, sessions: claude-code}}", "stores.s.sessions: input should be a list"),
        ("stores: {s: {memory: ~nobody-here/m}}", "stores.s.memory: nobody's home"),
        ("curator: {kind: model}", "curator.kind: input should be 'rules'"),
        ("[1, 2]", "it is not a mapping"),
        ("gates: [", "line 1: "),
        ("a: 1\nb: {", "line 2: "),
        ("\x00", "it is not YAML"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path, text, part):
    message, _ = fault(written(tmp_path, text))
    assert part in message
    assert "config.yaml" in message


def test_a_file_that_is_no_configuration_is_not_read_whole(tmp_path):
    assert "larger than 1,000,000 bytes" in fault(written(tmp_path, "#" * 1_000_001))[0]


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    message, hint = fault(tmp_path / "none.yaml")
    assert "there is no such file" in message
    assert "dreamd init" in hint


def test_a_directory_in_place_of_the_file_is_an_error(tmp_path):
    assert "directory" in fault(tmp_path)[0]


@pytest.mark.parametrize("name", ["DREAMD_GATE__INTERVAL", "DREAMD_GATES_INTERVAL"])
def test_a_variable_that_looks_like_a_setting_and_is_none_is_named(monkeypatch, name):
    monkeypatch.setenv(name, "3h")
    message, hint = fault(None)
    assert name in message
    assert hint == "did you mean 'DREAMD_GATES__INTERVAL'?"


def test_an_unknown_key_inside_a_variable_is_named(monkeypatch):
    monkeypatch.setenv("DREAMD_GATES__INTERVALL", "3h")
    assert "unknown key 'gates.intervall'" in fault(None)[0]


def test_the_variables_of_the_entry_points_are_no_settings(monkeypatch):
    for name in ("DREAMD_CONFIG", "DREAMD_STORE", "DREAMD_NOW"):
        monkeypatch.setenv(name, "x")
    assert load(None).path is None


def test_the_first_file_found_counts(tmp_path):
    environment = {"HOME": str(tmp_path)}
    assert candidates(environment) == [tmp_path / ".config/dreamd/config.yaml", Path("/etc/dreamd/config.yaml")]
    moved = environment | {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert candidates(moved)[0] == tmp_path / "xdg/dreamd/config.yaml"
    (tmp_path / "xdg/dreamd").mkdir(parents=True)
    path = written(tmp_path / "xdg/dreamd", "")
    assert find(None, moved) == path
    assert find(None, moved | {"DREAMD_CONFIG": "/named"}) == Path("/named")
    assert find("/option", moved | {"DREAMD_CONFIG": "/named"}) == Path("/option")


def test_every_key_of_the_schema_is_found_near_itself():
    for key in keys():
        assert nearest(key.replace("*", "web")) == key.replace("*", "web")


def test_two_names_for_one_directory_are_a_fault_of_the_second_and_paths_have_no_dots(tmp_path):
    path = tmp_path / "here/c.yaml"
    path.parent.mkdir()
    path.write_text(
        "stores: {one: {memory: ../m, repository: ./src}, two: {memory: ../here/../m}, other: {memory: ../o}}\n"
        "service: {metrics: x/../dreamd.prom}\n"
    )
    loaded = load(path)
    assert list(loaded.config.stores) == ["one", "other"]
    assert "it is that of store 'one'" in loaded.faults["two"]
    assert loaded.config.stores["one"].memory == tmp_path / "m"
    assert loaded.config.stores["one"].repository == tmp_path / "here/src"
    assert loaded.config.service.metrics == tmp_path / "here/dreamd.prom"
