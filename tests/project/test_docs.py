"""Every verb is documented, and docs/json.md says what the commands print."""

import json
import os
import re
from pathlib import Path

import pytest

from dreamd.cli.main import VERBS, root, run
from dreamd.memory.changes import Change
from dreamd.memory.records import Evidence, Memory

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/json.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
#: sections that others refer to, and where they stand in an answer
SHARED = {"memory": "Memory", "evidence[]": "Evidence", "gates": "Decision", "plan[]": "Change", "changes[]": "Change"}


def documented(section):
    """Return the paths of a section: what must be there, and what may."""
    must, may = set(), set()
    for bullet in re.findall(r"^- (.*?)(?=^- |\Z)", SECTIONS[section], re.MULTILINE | re.DOTALL):
        head = re.match(r"((?:`[^`]+`,?\s+)*`[^`]+`):", bullet)
        assert head, bullet
        paths = re.findall(r"`([^`]+)`", head[1])
        (may if "(optional)" in bullet else must).update(paths)
    return must, may


def paths_of(value, prefix=""):
    """Yield the path of every value; an object or list stands for itself only where it is empty."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from paths_of(inner, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from paths_of(inner, f"{prefix}[]")
    else:
        yield prefix


def fits(path, pattern):
    """Tell whether a path is the pattern's, below it, or the whole of which it is a part."""
    there, wanted = (re.sub(r"\[\]", ".[]", it).split(".") for it in (path, pattern))
    return all(one in {"*", other} for one, other in zip(wanted, there, strict=False))


def assert_documented(answer, section):
    must, may = documented(section)
    actual = set(paths_of(answer))
    for path in actual:
        assert any(fits(path, pattern) for pattern in must | may), f"{section}: '{path}' is not documented"
    for pattern in must:
        assert any(fits(path, pattern) for path in actual), f"{section}: '{pattern}' is not printed"


def assert_shared(answer):
    """Hold every memory, piece of evidence, decision and change in an answer against its own section."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if value and key in SHARED and isinstance(value, dict):
                assert_documented(value, SHARED[key])
            if isinstance(value, list) and f"{key}[]" in SHARED:
                for item in value:
                    assert_documented(item, SHARED[f"{key}[]"])
            assert_shared(value)
    elif isinstance(answer, list):
        for item in answer:
            assert_shared(item)


@pytest.fixture
def ask(tmp_path, monkeypatch, capfd):
    """Run a verb in a home of its own; return the objects that it prints."""
    for name in [name for name in os.environ if name.startswith(("DREAMD_", "XDG_", "CLAUDE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DREAMD_NOW", "2026-03-14T08:00:00Z")
    log = tmp_path / ".claude/projects/-srv-web/1.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("{}\n")

    def ask(*arguments, code=0):
        capfd.readouterr()
        assert run(list(arguments)) == code
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return ask


def test_every_json_answer_is_as_documented(ask, tmp_path):
    examples = ROOT / "examples/logs"
    memory = str(tmp_path / "memory")
    said = {"init": ask("init", memory, "--sessions", str(examples), "--sessions", "none/*.txt", "--json")}
    said["distil"] = ask("distil", *sorted(map(str, examples.rglob("*.jsonl"))), "--json")
    said["collect"] = ask("collect", "--json")
    [planned], [committed] = ask("dream", "--dry-run", "--explain", "--json"), ask("dream", "--json")
    assert [planned["outcome"], committed["outcome"]] == ["planned", "committed"]
    said["dream"] = [{**planned, "published": committed["published"]}]
    (tmp_path / "memory/topics/general.md").write_text("- A new line\n")
    said["remember"] = ask("remember", "The tides are read twice a day", "--json")
    (tmp_path / "memory/inbox/notes.txt").write_text("no item\n")
    said["check"] = ask("check", "--json", code=1)
    said["gates"] = ask("gates", "--json", code=3)
    said["status"] = ask("status", "--json")
    said["log"] = ask("log", "--json")
    said["show"] = ask("show", "1", "--json")
    said["diff"] = ask("diff", "--json")
    exported = ask("export", "--all")
    said["why"] = ask("why", exported[0]["id"], "--json")
    said["recall"] = ask("recall", exported[0]["text"], "--json")
    said["context"] = ask("context", "--json")
    said["pin"] = ask("pin", exported[0]["id"], "--json")
    said["forget"] = ask("forget", exported[0]["id"], "--json")
    said["undo"] = ask("undo", "--json")
    (tmp_path / "export.jsonl").write_text("".join(json.dumps(it) + "\n" for it in exported) + "no memory\n")
    said["import"] = ask("import", str(tmp_path / "export.jsonl"), "--dry-run", "--json", code=1)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/one.md").write_text("Use tabs, never spaces\n<!-- a comment -->\n")
    (tmp_path / "notes/two.md").symlink_to("one.md")
    said["adopt"] = ask("adopt", str(tmp_path / "notes"), "--store", memory, "--dry-run", "--json")
    leak = tmp_path / "leak.txt"
    leak.write_text("ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "memory/README").write_text("concurrently")
    said["purge"] = ask("purge", "concurrently", "--dry-run", "--json")
    said["scan"] = ask("scan", str(leak), str(tmp_path / "pipe"), "--json", code=1)
    for it in exported:
        assert_documented(it, "Memory")
    for verb, answers in said.items():
        assert_shared(answers)
        for answer in answers[:1]:
            assert_documented(answer, f"dreamd {verb}")
    for answer in ask("config", "show", "--json"):
        assert_documented(answer, "dreamd config show")


def test_an_error_is_as_documented(capfd):
    assert run(["show", "0", "--json"]) == 2
    assert_documented(json.loads(capfd.readouterr().err), "Errors")


def test_every_verb_that_takes_json_has_a_section():
    context = root.make_context("dreamd", [], resilient_parsing=True)
    for name in VERBS:
        command = root.get_command(context, name)
        inner = {f"{name} {it.name}": it for it in getattr(command, "commands", {}).values()}
        for verb, it in {name: command, **inner}.items():
            if any(parameter.name == "json" for parameter in it.params):
                assert f"dreamd {verb}" in SECTIONS


@pytest.mark.parametrize(("section", "struct"), [("Memory", Memory), ("Evidence", Evidence)])
def test_every_field_of_a_record_is_documented(section, struct):
    must, may = documented(section)
    known = {re.split(r"[.\[]", path)[0] for path in must | may}
    assert known == set(struct.__struct_fields__)


def test_every_field_of_a_change_is_documented():
    must, may = documented("Change")
    known = {re.split(r"[.\[]", path)[0] for path in must | may}
    assert known == {"op"} | {name for struct in Change.__args__ for name in struct.__struct_fields__}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readme(verb):
    assert re.search(rf"`?dreamd (?:--\S+ \S+ )*{verb}\b", (ROOT / "README.md").read_text())
