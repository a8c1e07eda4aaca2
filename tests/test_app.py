"""The site as a whole: what start-up loads, and that every address has its policy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Blueprint, Flask

import sop_assess
from sop_assess.accounts.policy import NOBODY, of_endpoint, policy, require_policies
from sop_assess.errors import RegistryError

PACKAGE = Path(sop_assess.__file__).parent


HEAVY = (
    "numpy", "pandas", "scipy", "sklearn", "matplotlib", "huey", "alembic", "typst",
    "onnxruntime",
)  # fmt: skip


# Pages for people without an account are rare; a new one is a decision, so it is listed here.
PUBLIC = {
    "pages.asset_file", "pages.healthz", "pages.readyz",
    "accounts.start", "accounts.login", "accounts.sign_in", "accounts.setup", "accounts.use_setup",
}  # fmt: skip


def test_start_up_loads_no_numbers_and_no_worker(tmp_path: Path) -> None:
    code = (
        "import sys; from sop_assess import create_app; from sop_assess.config import Settings;"
        f"create_app(Settings(instance={str(tmp_path)!r}, secret_key='k' * 40));"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_sorting_texts_loads_no_web_framework_and_no_database() -> None:
    code = (
        "import sys; import sop_assess.analysis.text.themes;"
        "print([name for name in ('flask', 'sqlalchemy', 'pydantic') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_every_endpoint_has_a_policy_and_public_ones_are_listed(app: Flask) -> None:
    found = {name: of_endpoint(app, name) for name in app.view_functions}
    assert NOBODY not in found.values()
    assert {name for name, entry in found.items() if entry.audience == "public"} == PUBLIC
    for name, entry in found.items():
        package = name.partition(".")[0]
        if entry.audience == "respondent":
            assert package == "surveys"
        if entry.audience == "shopper":
            assert package in {"shopping", "instruments"}


def test_a_view_without_policy_stops_start_up(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    with pytest.raises(RegistryError, match="forgotten"):
        require_policies(app)


def test_a_view_without_policy_is_closed_even_then(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 303


def test_a_policy_with_an_unknown_role_is_refused() -> None:
    with pytest.raises(RegistryError, match="emperor"):
        policy("emperor")
    with pytest.raises(RegistryError):
        policy()


def test_view_modules_are_all_registered(app: Flask) -> None:
    """A views module that create_app does not list would silently be missing."""
    modules = {
        f"sop_assess.{path.relative_to(PACKAGE).with_suffix('').as_posix().replace('/', '.')}"
        for path in PACKAGE.rglob("*views.py")
        if "blueprint = Blueprint(" in path.read_text(encoding="utf-8")
    }
    registered = {blueprint.import_name for blueprint in app.blueprints.values()}
    assert modules <= registered


def test_blueprints_serve_no_static_folder_of_their_own(app: Flask) -> None:
    assert all(isinstance(entry, Blueprint) for entry in app.blueprints.values())
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith("static")]
