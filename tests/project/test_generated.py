"""The generated files say what the schema says."""

from pathlib import Path

import yaml

from dreamd.cli.main import run
from dreamd.cli.reference import example
from dreamd.config import Config, keys

ROOT = Path(__file__).parents[2]


def printed(capsys, *arguments):
    assert run([*arguments]) == 0
    return capsys.readouterr().out


def test_the_example_file_is_what_the_command_prints(capsys):
    assert (ROOT / "config.example.yaml").read_text() == printed(capsys, "config", "example")


def test_the_reference_page_is_what_the_command_prints(capsys):
    assert (ROOT / "docs/configuration.md").read_text() == printed(capsys, "config", "reference")


def test_the_example_is_valid_and_its_stores_apart_says_the_defaults():
    content = yaml.safe_load(example())
    assert Config(**content).model_copy(update={"stores": {}}) == Config()


def test_the_example_and_the_reference_name_every_key():
    page = (ROOT / "docs/configuration.md").read_text()
    content = yaml.safe_load(example())
    for key in keys():
        place = content
        for part in key.split("."):
            place = place["payments" if part == "*" else part]
        assert f" {key.replace('*', 'NAME')}\n" in page or key == "stores"
