"""Set-up: each step once, and a clear command where a person must help."""

import stat

import pytest

from deploy import prepare


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of its own with two package lists."""
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(prepare, "VAR_DIR", tmp_path / "var")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "packages-run.txt").write_text("# to run\nlibpango-1.0-0\n\ngettext # messages\n")
    (tmp_path / "deploy" / "packages-test.txt").write_text("wrk\n")
    return tmp_path


def test_missing_packages_are_named_in_one_exact_command(checkout, monkeypatch):
    monkeypatch.setattr(prepare, "installed", lambda names: {"gettext"})
    monkeypatch.setattr(prepare, "as_root", lambda: None)

    for first in ([], ["packages-run.txt"]):
        with pytest.raises(prepare.SetupStopped) as stopped:
            prepare.install_packages(["packages-run.txt", "packages-test.txt"], first)

        assert "\n    sudo apt-get install --yes --no-install-recommends libpango-1.0-0 wrk\n" in str(stopped.value)


def test_root_installs_only_what_is_missing(checkout, monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(prepare, "installed", lambda names: {"gettext"})
    monkeypatch.setattr(prepare, "as_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(prepare, "quietly", commands.append)

    prepare.install_packages(["packages-run.txt"])

    assert commands[0] == ["sudo", "-n", "apt-get", "update"]
    assert commands[1][-1] == "libpango-1.0-0"
    assert capsys.readouterr().out == "· Debian packages: libpango-1.0-0\n"


def test_what_the_environment_needs_is_installed_first(checkout, monkeypatch):
    commands = []
    lists = ["packages-run.txt", "packages-test.txt"]
    monkeypatch.setattr(prepare, "as_root", list)
    monkeypatch.setattr(prepare, "quietly", commands.append)

    monkeypatch.setattr(prepare, "installed", lambda names: set())
    prepare.install_packages(lists, first=lists[:1])
    monkeypatch.setattr(prepare, "installed", lambda names: {"gettext", "libpango-1.0-0"})
    prepare.install_packages(lists, first=lists[:1])

    assert [command[-2:] for command in commands[1::2]] == [["gettext", "libpango-1.0-0"]]


def test_nothing_is_asked_for_when_everything_is_there(checkout, monkeypatch):
    monkeypatch.setattr(prepare, "installed", set)
    monkeypatch.setattr(prepare, "quietly", lambda command: pytest.fail(str(command)))

    prepare.install_packages(["packages-run.txt", "packages-test.txt"])


def test_what_debian_has_installed_is_recognised():
    assert prepare.installed(["base-files", "no-such-package"]) == {"base-files"}


def test_a_step_is_done_once_and_again_when_its_source_changes(checkout, capsys):
    source, stamp, done = checkout / "source", checkout / "var" / "setup" / "step", []
    for content in ("one", "one", "two"):
        source.write_text(content)
        prepare.once(stamp, lambda: prepare.fingerprint([source]), "Step", lambda: done.append(source.read_text()))

    assert done == ["one", "two"]
    assert capsys.readouterr().out == "· Step\n· Step\n"


def test_a_step_that_failed_is_done_again(checkout):
    def fail():
        raise prepare.SetupStopped("no")

    stamp, done = checkout / "stamp", []
    with pytest.raises(prepare.SetupStopped):
        prepare.once(stamp, lambda: "same", "Step", fail)
    prepare.once(stamp, lambda: "same", "Step", lambda: done.append(1))

    assert done == [1]


def test_the_first_start_writes_a_secret_of_its_own_and_the_second_keeps_it(checkout, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    prepare.write_settings()
    first = (checkout / "var" / "env").read_text()
    prepare.write_settings()

    assert (checkout / "var" / "env").read_text() == first
    assert stat.S_IMODE((checkout / "var" / "env").stat().st_mode) == 0o600
    assert "DEMONSTRATION=true\n" in first
    assert len(first.partition("SECRET_KEY=")[2].strip()) >= 50


def test_an_installation_with_settings_of_its_own_is_left_alone(checkout, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "own")

    prepare.write_settings()

    assert not (checkout / "var").exists()


@pytest.mark.parametrize(
    ("written", "said", "answer"),
    [("true", None, True), ("false", None, False), ("true", "false", False), ("", "1", True), ("", None, False)],
)
def test_only_a_demonstration_is_filled_with_one(checkout, monkeypatch, written, said, answer):
    (checkout / "var").mkdir()
    (checkout / "var" / "env").write_text(f"# DEMONSTRATION is explained elsewhere\nDEMONSTRATION={written}\n")
    monkeypatch.delenv("DEMONSTRATION")
    if said is not None:
        monkeypatch.setenv("DEMONSTRATION", said)

    assert prepare.is_demonstration() is answer


def test_a_command_that_fails_shows_what_it_said(checkout):
    with pytest.raises(prepare.SetupStopped, match=r"(?s)out of space.*failed with code 3"):
        prepare.quietly(["sh", "-c", "echo out of space; exit 3"])


def test_the_lists_name_each_package_once():
    names = prepare.named_in(["packages-run.txt", "packages-test.txt"])

    assert len(names) == len(set(names))
    assert {"libpango-1.0-0", "libpangoft2-1.0-0", "gettext", "postgresql", "redis-server", "chromium"} <= set(names)
