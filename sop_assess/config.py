"""Settings: typed, frozen, read once. Secrets may come from files (SOP_<NAME>_FILE)."""

from __future__ import annotations

import os
import re
import secrets
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import SopError

_ADDRESS = r"[^@\s<>,;:\"]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_SENDER = re.compile(rf"{_ADDRESS}|(?:\"[^\"]*\"|[^\"<>,;:@]*) ?<{_ADDRESS}>")


class SettingsError(SopError):
    """One or more settings are wrong; `problems` lists all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Settings to correct: " + " ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything an installation can decide. Names in the environment start with SOP_."""

    model_config = SettingsConfigDict(env_prefix="SOP_", frozen=True, extra="ignore")

    instance: Path = Path("instance")
    database_url: str = ""
    identity_database_url: str = ""
    ballot_database_url: str = ""
    secret_key: str = Field(default="", repr=False)
    keys: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    threads: int = Field(default=8, ge=1, le=64)
    jobs: str = "worker"
    sample_data: bool = False
    trusted_proxies: int = Field(default=0, ge=0, le=3)
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    upload_limit_mb: int = Field(default=15, ge=1, le=100)
    import_limit_mb: int = Field(default=50, ge=1, le=500)
    text_model_folder: Path | None = None

    @field_validator("jobs")
    @classmethod
    def _known_mode(cls, value: str) -> str:
        if value not in {"worker", "inline"}:
            raise ValueError("must be 'worker' or 'inline'")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @field_validator("database_url", "identity_database_url", "ballot_database_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must be empty or start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            known = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
        except ValueError:  # a port that is no number
            known = False
        if not known or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError("must look like smtp://user:password@mail.example.com:587")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if value and not (_SENDER.fullmatch(value) and value.isprintable()):
            raise ValueError("must be one address, such as Survey <survey@example.com>")
        return value

    @property
    def sends_mail(self) -> bool:
        """Whether a mail server and a sender are named."""
        return bool(self.smtp_url and self.mail_from)

    @property
    def secure_cookies(self) -> bool:
        """Whether staff cookies may demand HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def keys_folder(self) -> Path:
        """Where the keys of open surveys lie: beside the instance folder, so that a copy of it,
        such as a backup, never holds them."""
        instance = self.instance.resolve()
        return (self.keys or instance.with_name(f"{instance.name}-keys")).resolve()

    @property
    def browsers_can_seal(self) -> bool:
        """Whether browsers offer their cryptography here: over HTTPS, or on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        return self.secure_cookies or host in {"localhost", "127.0.0.1", "::1"}

    def url(self, store: str) -> str:
        """The database address of a store; SQLite files in the instance folder by default."""
        given = {
            "core": self.database_url,
            "identity": self.identity_database_url,
            "ballot": self.ballot_database_url,
        }[store]
        return given or f"sqlite:///{(self.instance / f'{store}.sqlite').resolve()}"


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; SettingsError lists every wrong one at once."""
    found, problems = _from_files()
    problems += _unknown()
    try:
        settings = Settings(**{**found, **overrides})
    except ValidationError as error:
        problems += [_problem(dict(entry)) for entry in error.errors()]
    if problems:
        raise SettingsError(problems)
    return settings if settings.secret_key else _with_kept_secret(settings)


def _from_files() -> tuple[dict[str, str], list[str]]:
    """The settings that stand in files, and a sentence for each file that cannot be read."""
    found: dict[str, str] = {}
    problems = []
    for name, path in os.environ.items():
        if not (name.startswith("SOP_") and name.endswith("_FILE")):
            continue
        try:
            found[name[4:-5].lower()] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError):
            problems.append(f"{name}: the file {path} cannot be read.")
    return found, problems


def _unknown() -> list[str]:
    """A sentence for each name that no setting has: a slip of the pen would change nothing."""
    given = {name.removesuffix("_FILE") for name in os.environ if name.startswith("SOP_")}
    known = {f"SOP_{name}".upper() for name in Settings.model_fields}
    return [f"{name} is not a setting. {_similar(name, known)}" for name in sorted(given - known)]


def _similar(name: str, known: set[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"Is it {close[0]}?" if close else "Remove it, or correct its name."


def _problem(entry: dict[str, Any]) -> str:
    name = "SOP_" + "_".join(str(part) for part in entry["loc"]).upper()
    # Keys and addresses with passwords must not come out on a screen or in a log.
    secret = name.endswith(("_KEY", "_URL")) and name != "SOP_BASE_URL"
    now = "" if secret else f" (now: {str(entry.get('input'))[:60]!r})"
    return f"{name} {_rule(entry)}{now}."


def _rule(entry: dict[str, Any]) -> str:
    limits = entry.get("ctx", {})
    rules = {
        "greater_than_equal": f"must be at least {limits.get('ge')}",
        "less_than_equal": f"must be at most {limits.get('le')}",
        "int_parsing": "must be a whole number",
        "bool_parsing": "must be true or false",
    }
    message = str(entry["msg"]).removeprefix("Value error, ")
    return rules.get(str(entry["type"]), message)


def _with_kept_secret(settings: Settings) -> Settings:
    """A key made once and kept in the instance folder, so that a restart ends no sign-in."""
    folder = settings.instance
    path = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_once(path)
        key = path.read_text(encoding="utf-8").strip()
    except OSError:
        words = f"SOP_INSTANCE: the folder {folder} cannot be written. Change its owner."
        raise SettingsError([words]) from None
    return settings.model_copy(update={"secret_key": key})


def _make_once(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
