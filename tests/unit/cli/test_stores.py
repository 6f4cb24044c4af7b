from pathlib import Path

import pytest

from dreamd.cli.stores import pick
from dreamd.config import Config
from dreamd.errors import NoStoreError, UsageError


@pytest.fixture
def config(tmp_path):
    def make(**stores):
        return Config(stores={name: {key: str(tmp_path / at) for key, at in it.items()} for name, it in stores.items()})

    return make


def test_a_store_is_found_by_name(config, tmp_path):
    assert pick("web", config(web={"memory": "m/web"}, api={"memory": "m/api"}), tmp_path) == (
        "web",
        tmp_path / "m/web",
    )


def test_a_directory_that_the_configuration_knows_has_its_name_there(config, tmp_path):
    name, memory = pick(str(tmp_path / "m/web"), config(web={"memory": "m/web"}, api={"memory": "m/api"}), tmp_path)
    assert (name, memory) == ("web", tmp_path / "m/web")


def test_a_directory_that_no_configuration_knows_is_a_store_too(config, tmp_path):
    assert pick(str(tmp_path / "elsewhere"), config(), tmp_path) == ("elsewhere", tmp_path / "elsewhere")


def test_the_only_store_needs_no_name(config):
    assert pick("", config(web={"memory": "m/web"}), Path("/"))[0] == "web"


def test_among_several_the_one_that_holds_the_current_directory_is_meant(config, tmp_path):
    several = config(web={"memory": "m/web", "repository": "src/web"}, api={"memory": "m/api", "repository": "src/api"})
    for here, name in (("src/web/deep/er", "web"), ("src/api", "api"), ("m/web/topics", "web")):
        (tmp_path / here).mkdir(parents=True, exist_ok=True)
        assert pick("", several, tmp_path / here)[0] == name


def test_the_nearest_of_nested_repositories_is_meant(config, tmp_path):
    nested = config(all={"memory": "a", "repository": "src"}, web={"memory": "b", "repository": "src/web"})
    (tmp_path / "src/web").mkdir(parents=True)
    assert pick("", nested, tmp_path / "src/web")[0] == "web"
    assert pick("", nested, tmp_path / "src")[0] == "all"


def test_a_linked_worktree_counts_as_its_repository(config, tmp_path):
    several = config(web={"memory": "m/web", "repository": "src/web"}, api={"memory": "m/api"})
    (tmp_path / "src/web/.git/worktrees/fix").mkdir(parents=True)
    (tmp_path / "fix/deep").mkdir(parents=True)
    (tmp_path / "fix/.git").write_text(f"gitdir: {tmp_path}/src/web/.git/worktrees/fix\n")
    assert pick("", several, tmp_path / "fix/deep")[0] == "web"


def test_where_it_is_not_clear_which_store_is_meant_all_are_listed(config, tmp_path):
    with pytest.raises(UsageError) as caught:
        pick("", config(web={"memory": "m/web"}, api={"memory": "m/api"}), tmp_path)
    assert caught.value.hint == "use --store with one of: api, web"


def test_an_unknown_name_lists_the_known_ones(config, tmp_path):
    with pytest.raises(UsageError) as caught:
        pick("wob", config(web={"memory": "m/web"}), tmp_path)
    assert caught.value.hint == "use --store with one of: web"


def test_without_any_store_the_error_is_that_of_a_missing_store(config, tmp_path):
    with pytest.raises(NoStoreError):
        pick("", config(), tmp_path)
