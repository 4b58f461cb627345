"""What comes in from the process environment and `.env`, and what counts when both have a name?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.variables.process_env import fill_env, process_environment


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_TEST_A", raising=False)


def test_env_file_of_the_working_directory_is_read(tmp_path: Path) -> None:
    """`.env` needs no flag: quotes, `export`, comments and blanks are those of dotenv files."""
    (tmp_path / ".env").write_text(
        "# comment\nHARNESS_TEST_A=one\nexport HARNESS_TEST_B='two # 2'\n\nHARNESS_TEST_C=\"a\\nb\"  # tail\n"
    )
    env = process_environment()

    assert ("one", "two # 2", "a\nb") == tuple(env[f"HARNESS_TEST_{name}"] for name in "ABC")


def test_real_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is exported wins over what lies in a file."""
    (tmp_path / ".env").write_text("HARNESS_TEST_A=file\n")
    monkeypatch.setenv("HARNESS_TEST_A", "real")

    assert "real" == process_environment()["HARNESS_TEST_A"]


def test_file_of_the_flag_takes_the_place_of_the_default(tmp_path: Path) -> None:
    """With --env-file no `.env` is read."""
    (tmp_path / ".env").write_text("HARNESS_TEST_A=default\nHARNESS_TEST_B=default\n")
    (tmp_path / "other.env").write_text("HARNESS_TEST_A=other\n")
    env = process_environment(tmp_path / "other.env")

    assert "other" == env["HARNESS_TEST_A"]
    assert "HARNESS_TEST_B" not in env


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    """Editors of Windows put a mark before the text."""
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfHARNESS_TEST_A=one\r\nHARNESS_TEST_B=two\r\n")
    env = process_environment()

    assert ("one", "two") == (env["HARNESS_TEST_A"], env["HARNESS_TEST_B"])


def test_values_of_the_file_are_taken_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dollar sign in a password is no reference to another variable."""
    monkeypatch.setenv("HARNESS_TEST_X", "no")
    (tmp_path / ".env").write_text("HARNESS_TEST_A=a${HARNESS_TEST_X}$HARNESS_TEST_X\nHARNESS_TEST_B\n")
    env = process_environment()

    assert "a${HARNESS_TEST_X}$HARNESS_TEST_X" == env["HARNESS_TEST_A"]
    assert "HARNESS_TEST_B" not in env


def test_environment_itself_is_left_alone(tmp_path: Path) -> None:
    """Reading a file exports nothing to child processes."""
    (tmp_path / ".env").write_text("HARNESS_TEST_A=one\n")
    process_environment()

    assert "HARNESS_TEST_A" not in os.environ


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x01"])
def test_file_of_the_flag_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    """A missing file, or one that is not text, is told with its name."""
    path = tmp_path / "my.env"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"my\.env"):
        process_environment(path)


def test_folder_of_that_name_is_not_read(tmp_path: Path) -> None:
    """A folder called `.env`, as some virtual environments are, is passed over."""
    (tmp_path / ".env").mkdir()

    assert "HARNESS_TEST_A" not in process_environment()


def test_parts_of_a_value_are_secrets_by_themselves() -> None:
    """A token within other text must be masked where it stands alone, too."""
    value = fill_env("Bearer {{$env.A}}:{{$env.B}}:{{$env.A}}", {"A": "one", "B": "two"}, None)

    assert "Bearer one:two:one" == value.text
    assert ("one", "two") == value.parts
    assert value.secret
    assert not value.final


@pytest.mark.parametrize("value", ["{{a}}", "$env.A", "{{ $env.A }}", 5, None, ["{{$env.A}}"]])
def test_other_values_stay(value: object) -> None:
    """Only `{{$env.NAME}}` in a string reads the process environment."""
    filled = fill_env(value, {"A": "one"}, None)

    assert value == filled.value
    assert not filled.secret
