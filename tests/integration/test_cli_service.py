"""``dreamd service --user`` in a home of its own, where no systemd runs. What a real one does is in tests/systemd."""

import json
import os
import shutil

import pytest

from dreamd.cli.main import run

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("DREAMD_", "XDG_", "CLAUDE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / ".config/dreamd").mkdir(parents=True)
    (tmp_path / ".config/dreamd/config.yaml").write_text(
        f"stores:\n  payments: {{memory: {tmp_path}/payments}}\n  web: {{memory: {tmp_path}/web, role: collect}}\n"
    )
    return tmp_path


@pytest.fixture
def ask(home, capfd):  # noqa: ARG001 - every command runs in that home
    def ask(*arguments, code=0):
        capfd.readouterr()
        assert run(["service", *arguments]) == code
        return capfd.readouterr()

    return ask


def listing(home):
    return sorted(str(it.relative_to(home)) for it in home.rglob("*"))


def test_what_is_installed_is_taken_away_without_a_trace(home, ask):
    before = listing(home)
    ask("install", "--user")
    assert set(listing(home)) - set(before) == {
        ".config/systemd",
        ".config/systemd/user",
        ".config/systemd/user/dreamd.service",
        ".config/systemd/user/dreamd.service.d",
        ".config/systemd/user/dreamd.service.d/10-hardening.conf",
        ".config/systemd/user/dreamd.service.d/20-configuration.conf",
    }
    ask("uninstall", "--user")
    assert listing(home) == before
    assert ask("uninstall", "--user").out == "nothing is installed\n"


def test_the_link_that_has_it_started_goes_too_where_no_systemd_can_be_asked(home, ask):
    ask("install", "--user")
    wants = home / ".config/systemd/user/default.target.wants"
    wants.mkdir()
    (wants / "dreamd.service").symlink_to("../dreamd.service")
    ask("uninstall", "--user")
    assert not (home / ".config/systemd").exists()


def test_a_second_installation_says_that_nothing_has_changed(home, ask):
    ask("install", "--user")
    before = {it: it.stat().st_mtime_ns for it in home.rglob("*") if it.is_file()}
    assert ask("install", "--user").out.splitlines()[0] == "nothing has changed"
    assert {it: it.stat().st_mtime_ns for it in home.rglob("*") if it.is_file()} == before


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(home, ask):
    before = listing(home)
    said = ask("install", "--user", "--dry-run").out
    assert f"--config {home}/.config/dreamd/config.yaml run" in said
    assert listing(home) == before


def test_what_remains_to_be_done_is_said(ask):
    said = ask("install", "--user").out
    assert "systemctl --user enable --now dreamd.service" in said
    assert "loginctl enable-linger" in said


def test_timers_take_the_place_of_the_resident_service_and_it_theirs(home, ask):
    units = home / ".config/systemd/user"
    ask("install", "--user")
    ask("install", "--user", "--timer")
    assert sorted(it.name for it in units.iterdir()) == [
        "dreamd-dream@.service",
        "dreamd-dream@.service.d",
        "dreamd-dream@.timer",
        "dreamd-dream@payments.service.d",
        "dreamd-dream@web.service.d",
    ]
    assert [it["unit"] for it in json.loads(ask("show", "--user", "--json").out)["units"]] == [
        "dreamd-dream@payments.timer",
        "dreamd-dream@web.timer",
    ]
    ask("install", "--user")
    assert sorted(it.name for it in units.iterdir()) == ["dreamd.service", "dreamd.service.d"]


def test_only_the_stores_that_are_named_are_served(home, ask):
    ask("install", "--user", "--store", "web")
    text = (home / ".config/systemd/user/dreamd.service.d/20-configuration.conf").read_text()
    assert text.count("run -- web\n") == 1
    assert "there are payments, web" in ask("install", "--user", "--store", "shop", code=2).err


def test_somebody_s_own_unit_and_drop_in_are_left_and_named(home, ask):
    units = home / ".config/systemd/user"
    ask("install", "--user")
    (units / "dreamd.service.d/override.conf").write_text("[Service]\nNice=19\n")
    assert f"left       {units}/dreamd.service.d/override.conf: you wrote it" in ask("uninstall", "--user").out
    (units / "dreamd.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert "not dreamd's own" in ask("install", "--user", code=1).err
    assert (units / "dreamd.service").read_text() == "[Service]\nExecStart=/bin/true\n"


def test_without_a_configuration_nothing_is_installed(home, ask):
    (home / ".config/dreamd/config.yaml").unlink()
    assert "dreamd init" in ask("install", "--user", code=2).err
    (home / ".config/dreamd/config.yaml").write_text("stores: {}\n")
    assert "names no store" in ask("install", "--user", code=2).err
    assert not (home / ".config/systemd").exists()


def test_a_configuration_in_a_home_is_none_for_the_system(home, ask):
    said = ask("install", "--config", f"{home}/.config/dreamd/config.yaml", "--dry-run", code=2).err
    assert "/etc/dreamd/config.yaml" in said
