import json
import os
import subprocess
import sys

import pytest

from dreamd.cli.main import VERBS, root, run

HEAVY = {
    "duckdb",
    "pydantic",
    "pydantic_settings",
    "yaml",
    "rich",
    "msgspec",
    "filelock",
    "numpy",
    "openai",
    "tiktoken",
}


def commands():
    context = root.make_context("dreamd", [], resilient_parsing=True)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        yield name, command
        for inner in getattr(command, "commands", {}).values():
            yield f"{name} {inner.name}", inner


def test_help_names_every_verb_with_one_sentence(capsys):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for verb in VERBS:
        assert f"\n  {verb} " in shown
    assert "..." not in shown.partition("Commands:")[2]


GROUPS = {name for name, command in commands() if getattr(command, "commands", None)}


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_verb_has_help_with_an_example_of_its_own(capsys, name):
    assert run([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    if name not in GROUPS:  # each of their own has one
        assert f"Example: dreamd {name}" in shown


def test_help_of_every_verb_loads_nothing_heavy():
    script = (
        "import sys; from dreamd.cli.main import run, VERBS\n"
        "for verb in [[], *[[verb] for verb in VERBS]]: assert run([*verb, '--help']) == 0\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_an_unknown_verb_is_a_usage_error_that_names_the_nearest(capsys):
    assert run(["statsu"]) == 2
    assert (
        capsys.readouterr().err
        == "error: there is no verb 'statsu'; did you mean 'status'?\nhint: see 'dreamd --help'\n"
    )


def test_an_unknown_option_is_a_usage_error_that_names_the_verb(capsys):
    assert run(["gates", "--fast"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: no such option")
    assert told.err.endswith("hint: see 'dreamd gates --help'\n")


def test_without_a_verb_the_help_is_shown_and_it_is_a_usage_error(capsys):
    assert run([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_an_error_is_one_json_object_where_json_was_asked_for(capsys, tmp_path):
    assert run(["gates", "--json", "--store", str(tmp_path), "--config", str(tmp_path / "none.yaml")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    error = json.loads(told.err)
    assert error["kind"] == "ConfigError"
    assert error["exit"] == 2
    assert "there is no such file" in error["error"]
    assert error["hint"] == "make one with 'dreamd init'"


def test_json_after_two_dashes_is_an_argument(capsys):
    assert run(["gates", "--", "--json"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_directory_that_is_no_store_is_exit_code_10(capsys, tmp_path):
    assert run(["log", "--store", str(tmp_path)]) == 10
    assert "error: found no store at" in capsys.readouterr().err


def test_options_count_before_the_verb_and_after_it(capsys, tmp_path):
    assert run(["--store", str(tmp_path), "log"]) == run(["log", "--store", str(tmp_path)]) == 10
    first, second = capsys.readouterr().err.split("error: ")[1:]
    assert first == second


def command(*arguments, **options):
    return subprocess.Popen([sys.executable, "-m", "dreamd", *arguments], **options)


def test_the_version_is_told():
    with command("--version", stdout=subprocess.PIPE, text=True) as process:
        assert process.communicate()[0].startswith("dreamd ")
    assert process.returncode == 0


def test_a_reader_that_goes_away_causes_no_noise():
    reading, writing = os.pipe()
    os.close(reading)
    with command("config", "example", stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        assert process.communicate()[1] == ""
    assert process.returncode == 141
