"""The root of the command line: every error becomes a line and a status."""

from __future__ import annotations

import pytest
import typer

from kiosk_app.cli import root
from kiosk_app.errors import KioskError
from models.knowledge import KnowledgeError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """A command line with one command that fails as it is told."""
    app = typer.Typer(pretty_exceptions_enable=False)
    monkeypatch.setattr(root, "app", app)

    @app.command("works")
    def works() -> None:
        typer.echo("done")

    return app


def fail_with(app: typer.Typer, error: BaseException) -> None:
    """Add the command ``fails``."""

    @app.command("fails")
    def fails() -> None:
        raise error


@pytest.mark.parametrize("error", [KioskError("what is wrong"), KnowledgeError("missing", "what is wrong")])
def test_an_error_on_purpose_is_its_sentence(
    command: typer.Typer, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    fail_with(command, error)
    assert root.run(["fails"]) == 1
    assert capsys.readouterr() == ("", "error: what is wrong\n")


def test_a_mistake_of_ours_is_its_kind_and_the_way_to_learn_more(
    command: typer.Typer, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(command, ZeroDivisionError("division by zero"))
    assert root.run(["fails"]) == 1
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "error: unexpected ZeroDivisionError: division by zero",
        "run again with --debug for the details",
    ]


def test_with_debug_there_is_a_traceback(command: typer.Typer, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(command, KioskError("what is wrong"))
    assert root.run(["fails", "--debug"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "what is wrong" in said


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (typer.Exit(0), 0),
        (typer.Exit(1), 1),
        (typer.BadParameter("no"), 2),
        (BrokenPipeError(), 1),
    ],
)
def test_the_status_of_a_command_that_ends_early(command: typer.Typer, error: Exception, status: int) -> None:
    fail_with(command, error)
    assert root.run(["fails"]) == status


def test_success_is_0(command: typer.Typer, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(command, KioskError("not this one"))
    assert root.run(["works"]) == 0
    assert capsys.readouterr().out == "done\n"


def test_an_unknown_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert root.run(["dance"]) == 2
    assert "dance" in capsys.readouterr().err


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert root.run(["--help"]) == 0
    overview = capsys.readouterr().out
    for name in ("run", "ask", "chat", "presence", "doctor", "pack", "intent", "models"):
        assert name in overview
    for name in ("run", "ask", "chat", "presence", "doctor", "provision"):
        assert root.run([name, "--help"]) == 0
        assert "Example: " in capsys.readouterr().out
