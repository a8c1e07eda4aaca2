"""Settings: every wrong one is listed at once, secrets come from files, and a key is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sop_assess.checking import problems
from sop_assess.cli import main
from sop_assess.config import SettingsError, load_settings


def test_every_wrong_setting_is_listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_PORT", "99999")
    monkeypatch.setenv("SOP_JOBS", "sometimes")
    monkeypatch.setenv("SOP_DATABASE_URL", "mysql://nowhere")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(caught.value.problems) == 3
    assert main(["check"]) == 2
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("SOP_PORT", "SOP_JOBS", "SOP_DATABASE_URL"))


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_SECRET_KEY_FILE", str(file))
    assert load_settings().secret_key == "k" * 40
    monkeypatch.setenv("SOP_SECRET_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingsError):
        load_settings()


def test_check_goes_on_after_the_first_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_SECRET_KEY_FILE", str(tmp_path / "missing"))
    monkeypatch.setenv("SOP_THREADS", "0")
    monkeypatch.setenv("SOP_UPLOAD_LIMIT_MB", "many")
    monkeypatch.setenv("SOP_TRUSTED_PROXY", "1")
    monkeypatch.setenv("SOP_BALLOT_DATABASE_URL", "postgresql://u:pass-word@host/x")
    found = problems()
    assert found == [
        f"SOP_SECRET_KEY_FILE: the file {tmp_path / 'missing'} cannot be read.",
        "SOP_TRUSTED_PROXY is not a setting. Is it SOP_TRUSTED_PROXIES?",
        "SOP_BALLOT_DATABASE_URL must be empty or start with sqlite:/// or postgresql+psycopg://.",
        "SOP_THREADS must be at least 1 (now: '0').",
        "SOP_UPLOAD_LIMIT_MB must be a whole number (now: 'many').",
    ]


def test_a_wrong_key_is_not_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_SECRET_KEY", "too-short-to-take")
    assert "too-short" not in "".join(problems())


def test_a_folder_that_cannot_be_made_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path / "file" / "instance"))
    assert ["cannot be written" in problem for problem in problems()] == [True]


def test_a_key_is_made_once_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path / "instance"))
    first = load_settings().secret_key
    assert len(first) >= 32
    assert load_settings().secret_key == first
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    settings = load_settings()
    assert settings.secret_key not in repr(settings)


def test_check_finds_old_databases_and_passes_after_upgrade(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    assert len(problems()) == 3
    assert main(["db", "upgrade"]) == 0
    assert main(["check"]) == 0
    assert "All settings are right." in capsys.readouterr().out


def test_plain_http_is_for_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_BASE_URL", "http://survey.example")
    main(["db", "upgrade"])
    assert [p for p in problems() if "SOP_BASE_URL" in p]


@pytest.mark.parametrize(
    "url",
    ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail.example.com:no",
     "smtp://u:hunter2@mail.example.com/box", "smtps://u:hunter2@mail.example.com?x=1"],
)  # fmt: skip
def test_a_wrong_mail_server_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(smtp_url=url)
    assert "SOP_SMTP_URL must look like" in caught.value.problems[0]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "sender",
    ["nobody", "a@", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example",
     "Survey\r\nTo: x <a@b.example>"],
)  # fmt: skip
def test_a_sender_is_one_address(sender: str) -> None:
    with pytest.raises(SettingsError, match="SOP_MAIL_FROM must be one address"):
        load_settings(mail_from=sender)


def test_mail_needs_a_server_and_a_sender(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SOP_SMTP_URL", "smtps://u:p@mail.example.com")
    assert not load_settings().sends_mail
    assert any("belong together" in problem for problem in problems())
    monkeypatch.setenv("SOP_MAIL_FROM", "Umfrage <survey@example.com>")
    assert load_settings().sends_mail
    assert not any("belong together" in problem for problem in problems())
