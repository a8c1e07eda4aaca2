"""The site as a whole: what start-up loads, headers of every answer, policies, error pages."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

import sop_assess
from sop_assess import create_app, security
from sop_assess.accounts.policy import NOBODY, of_endpoint, policy, require_policies
from sop_assess.assessment.models import Company
from sop_assess.config import Settings
from sop_assess.db import Stores, now
from sop_assess.errors import AnswersInvalidError, ConflictError, GoneError, RegistryError
from sop_assess.jobs import Job

from .accounts.people import signed_in

PACKAGE = Path(sop_assess.__file__).parent
HEAVY = ("numpy", "pandas", "scipy", "sklearn", "nltk", "matplotlib", "huey", "alembic", "typst")
# Pages for people without an account are rare; a new one is a decision, so it is listed here.
PUBLIC = {
    "pages.asset_file", "pages.healthz", "pages.readyz",
    "accounts.start", "accounts.login", "accounts.sign_in", "accounts.setup", "accounts.use_setup",
}  # fmt: skip
EXPECTED_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_page(app: Flask, path: str, view: Callable[[], object], **options: object) -> None:
    """A page that only a test needs."""
    app.add_url_rule(path, path, policy.public(view), **options)  # type: ignore[arg-type]


def add_company(stores: Stores, *, is_sample: bool) -> None:
    with stores.core.writing() as session:
        session.add(Company(name="Kestrel <Laptops>", is_sample=is_sample, profile={}))


def test_start_up_loads_no_numbers_and_no_worker(tmp_path: Path) -> None:
    code = (
        "import sys; from sop_assess import create_app; from sop_assess.config import Settings;"
        f"create_app(Settings(instance={str(tmp_path)!r}, secret_key='k' * 40));"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/assets/x/base.css", 200),
        ("GET", "/assets/x/../config.py", 404),
        ("GET", "/nothing-here", 404),
        ("GET", "/people", 303),
        ("POST", "/login", 403),
        ("PUT", "/login", 405),
        ("GET", "/setup/unknown", 410),
        ("GET", "/gone-wrong", 500),
        ("GET", "/gone-wrong?json", 500),
        ("GET", "/busy", 503),
    ],
)
def test_every_answer_carries_the_headers(
    app: Flask, client: FlaskClient, method: str, path: str, status: int
) -> None:
    app.testing = False
    add_page(app, "/gone-wrong", lambda: 1 / 0)
    add_page(app, "/busy", raise_(OperationalError("select", {}, Exception("database is locked"))))
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED_HEADERS} == EXPECTED_HEADERS
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert "microphone=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    expected = "no-cache" if status == 200 and "assets" in path else "no-store"
    assert answer.headers["Cache-Control"] == expected


def raise_(error: Exception) -> Callable[[], object]:
    """A view that fails."""

    def view() -> object:
        raise error

    return view


def test_https_brings_strict_transport_and_host_cookies(
    sqlite_settings: Settings, sqlite_stores: Stores
) -> None:
    settings = sqlite_settings.model_copy(update={"base_url": "https://sop.firm.example"})
    answer = create_app(settings, stores=sqlite_stores).test_client().get("/login")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-staff=")
    assert all(part in cookie for part in ("; Secure", "; HttpOnly", "; Path=/", "SameSite=Lax"))
    assert "Domain" not in cookie


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


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ConflictError("The round is closed."), 409, "The round is closed."),
        (GoneError("This link has ended <b>."), 410, "This link has ended &lt;b&gt;."),
        (AnswersInvalidError({"q1": "Write a number."}), 422, "Write a number."),
    ],
)
def test_rule_violations_become_pages_with_their_sentence(
    app: Flask, client: FlaskClient, error: Exception, status: int, words: str
) -> None:
    add_page(app, "/rule", raise_(error))
    answer = client.get("/rule")
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)


def test_errors_speak_json_to_scripts(app: Flask, client: FlaskClient) -> None:
    add_page(app, "/rule", raise_(AnswersInvalidError({"q1": "Write a number."})))
    answer = client.get("/rule", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.get_json()["messages"] == {"q1": "Write a number."}
    assert client.get("/nothing", headers={"Accept": "application/json"}).is_json
    assert not client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"}).is_json


def test_error_pages_need_no_database(
    app: Flask, sqlite_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    client = app.test_client()
    for name in ("core", "identity", "ballot"):
        (sqlite_settings.instance / f"{name}.sqlite").write_bytes(b"this is no database" * 99)
    assert client.get("/nothing").status_code == 404
    assert client.get("/login").status_code == 500
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/assets/x/base.css").status_code == 200


def test_the_log_of_a_failure_names_no_person_and_no_value(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    app.add_url_rule(
        "/secret/<token>", "secret", policy.respondent(lambda token: int(f"answer {token}"))
    )
    client.get(
        "/secret/t0ken?name=Ada",
        headers={"User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.9"},
    )
    assert "ValueError" in caplog.text
    assert "/secret/<token>" in caplog.text
    for canary in ("t0ken", "Ada", "canary-agent", "203.0.113.9"):
        assert canary not in caplog.text


def test_the_sample_banner_is_on_every_page_also_errors(
    app: Flask, client: FlaskClient, sqlite_stores: Stores
) -> None:
    app.testing = False
    add_page(app, "/gone-wrong", lambda: 1 / 0)
    banner = "Kestrel &lt;Laptops&gt; is an invented company"
    assert banner not in client.get("/login").get_data(as_text=True)
    add_company(sqlite_stores, is_sample=True)
    for path in ("/login", "/nothing", "/setup/unknown", "/gone-wrong"):
        assert banner in client.get(path).get_data(as_text=True), path


def test_static_files_are_kept_for_ever_and_sent_compressed(app: Flask) -> None:
    client = app.test_client()
    url = re.search(r'href="(/assets/[^"]+/base.css)"', client.get("/login").get_data(as_text=True))
    assert url
    plain = client.get(url[1])
    packed = client.get(url[1], headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data == (PACKAGE / "static/base.css").read_bytes()
    assert "Set-Cookie" not in plain.headers


def test_pages_are_compressed_when_the_browser_takes_it(client: FlaskClient) -> None:
    answer = client.get("/login", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<h1>" in gzip.decompress(answer.data)
    refused = client.get("/login", headers={"Accept-Encoding": "gzip;q=0, *;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert "Accept-Encoding" in refused.headers["Vary"]


def test_the_body_of_a_request_is_limited_by_who_sends_it(app: Flask) -> None:
    client = respondents_page(app)
    app.view_functions["answer"] = policy.respondent(lambda: str(len(request.get_data())))
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/answer", data=b"x" * 900_000, headers=ours).data == b"900000"
    assert client.post("/answer", data=b"x" * 1_100_000, headers=ours).status_code == 413
    assert client.post("/login", data={"email": "x" * 70_000}).status_code == 413


# ---- jobs and readiness -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "waits for its turn"),
        ("running", "Counting answers"),
        ("done", "The work is done"),
        ("failed", "The work stopped"),
    ],
)
def test_a_job_shows_how_far_it_is(
    app: Flask, sqlite_stores: Stores, state: str, words: str
) -> None:
    with sqlite_stores.core.writing() as session:
        session.add(
            Job(id=3, name="close_round", arguments={}, state=state, share=0.4, result={},
                message="Counting answers", next_url="/a/1/results", created_at=now())
        )  # fmt: skip
    client = signed_in(app, sqlite_stores, "owner")
    page = client.get("/jobs/3").get_data(as_text=True)
    assert words in page
    assert ("job.js" in page) == (state in {"waiting", "running"})
    assert ('href="/a/1/results"' in page) == (state in {"done", "failed"})
    answer = client.get("/jobs/3", headers={"Accept": "application/json"}).get_json()
    assert (answer["state"], answer["share"]) == (state, 0.4)
    assert client.get("/jobs/4").status_code == 404


def test_a_database_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, secret_key="k" * 40, jobs="inline")
    answer = create_app(settings).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["waiting_for"] == ["core", "identity", "ballot"]


def test_the_navigation_shows_what_exists_and_is_allowed(app: Flask, sqlite_stores: Stores) -> None:
    def links(*roles: str) -> set[str]:
        page = signed_in(app, sqlite_stores, *roles).get("/account").get_data(as_text=True)
        return set(re.findall(r'<li><a href="([^"]+)"', page))

    assert "/people" in links("administrator")
    assert "/people" not in links("owner", "leader")


# ---- changing requests come from our own pages ------------------------------------------------


def respondents_page(app: Flask) -> FlaskClient:
    app.add_url_rule("/answer", "answer", policy.respondent(lambda: "taken"), methods=["POST"])
    return app.test_client()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_respondents_need_no_token_but_our_own_page(
    app: Flask, headers: dict[str, str], status: int
) -> None:
    answer = respondents_page(app).post("/answer", headers=headers)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}]
)
def test_a_right_token_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/login").get_data(as_text=True))
    assert token
    fields = {"csrf_token": token[1], "email": "a@b.example", "password": "x"}
    assert client.post("/login", data=fields, headers=headers).status_code == 403
    assert client.post("/login", data=fields).status_code == 422


def test_every_changing_staff_route_wants_the_token(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and of_endpoint(app, rule.endpoint).audience == "public":
            path = re.sub(r"<[^>]+>", "x", rule.rule)
            assert client.post(path).status_code == 403, path


# ---- languages and filters ---------------------------------------------------------------------


def test_the_language_of_a_page_is_declared(client: FlaskClient) -> None:
    assert '<html lang="de">' in client.get("/login?lang=de").get_data(as_text=True)
    german = client.get("/login", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de">' in german.get_data(as_text=True)
    assert '<html lang="en">' in client.get("/login?lang=xx").get_data(as_text=True)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ 0.724 | percent }}", "72\u00a0%"),
        ("{{ 1 | percent }}", "100\u00a0%"),
        ("{{ 0.4 | minutes }}", "24\u00a0s"),
        ("{{ 45 | minutes }}", "45\u00a0min"),
        ("{{ 200 | minutes }}", "3\u00a0h 20\u00a0min"),
        ("{{ 120 | minutes }}", "2\u00a0h"),
        ("{{ 1440 | minutes }}", "1\u00a0day"),
        ("{{ 1800 | minutes }}", "1\u00a0day 6\u00a0h"),
        ("{{ 20160 | minutes }}", "14\u00a0days"),
        ("{{ 1204 | count }}", "1,204"),
        ("{{ {'de': 'Angebot', 'en': 'Quote'} | text }}", "Quote"),
        ("{{ {'de': 'Angebot'} | text }}", "Angebot"),
        ("{{ none | text }}", ""),
        ("{{ 'S3' | stage_name }}", "S3"),
        ("{{ 'S3>S4:giver' | stage_name }}", "S3 to S4"),
        ("{{ none | day }}", ""),
    ],
)
def test_filters_write_values_for_people(app: Flask, template: str, words: str) -> None:
    with app.test_request_context("/"):
        assert app.jinja_env.from_string(template).render() == words


def test_undefined_names_raise(app: Flask) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ misspelt }}").render()


# ---- templates ---------------------------------------------------------------------------------

TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles_and_obeys_the_content_policy(app: Flask, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    app.jinja_env.parse(source)
    app.jinja_env.compile(source)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", source), "inline style or code"
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script, script
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", source), "something from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_page_has_a_title(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if re.search(r'{%-? extends "(owner|field)\.html"', source):
        assert re.search(r"{%-? block title -?%}\s*\S", source)


def test_view_modules_are_all_registered(app: Flask) -> None:
    """A views module that create_app does not list would silently be missing."""
    modules = {
        f"sop_assess.{path.relative_to(PACKAGE).with_suffix('').as_posix().replace('/', '.')}"
        for path in PACKAGE.rglob("*views.py")
        if "blueprint = Blueprint(" in path.read_text(encoding="utf-8")
    }
    registered = {blueprint.import_name for blueprint in app.blueprints.values()}
    assert modules <= registered


def test_permissions_of_the_browser_allow_only_the_place() -> None:
    allowed = re.findall(r"(\S+)=\(self\)", security.HEADERS["Permissions-Policy"])
    assert allowed == ["geolocation"]


def test_nothing_is_drawn_from_templates_given_as_text() -> None:
    """Templates are files: text that people wrote is never compiled as one."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not {"render_template_string", "from_string"} & (names | attributes), path


def test_blueprints_serve_no_static_folder_of_their_own(app: Flask) -> None:
    assert all(isinstance(entry, Blueprint) for entry in app.blueprints.values())
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith("static")]


# ---- macros ------------------------------------------------------------------------------------


def drawn(app: Flask, source: str) -> str:
    with app.test_request_context("/"):
        return " ".join(app.jinja_env.from_string(source).render().split(" "))


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        ("share(0.66, 0.6, 0.71, 118)", ["66\u00a0%", "(60 to 71\u00a0%)", "n&nbsp;118"]),
        ("value(3.456, 3.2, 3.71, 1204)", ["3.5", "(3.2 to 3.7)", "n&nbsp;1,204"]),
        ("value(2.5, 1, 4, 12, 'days')", ["2.5&nbsp;days", "n&nbsp;12"]),
        ("band('low, under a third')", ["low, under a third", "n&nbsp;5&nbsp;to&nbsp;9"]),
    ],
)
def test_no_figure_is_drawn_without_its_n_and_range(
    app: Flask, call: str, parts: list[str]
) -> None:
    source = '{% import "macros/figures.html" as figures with context %}{{ figures.' + call + " }}"
    assert all(part in drawn(app, source) for part in parts)


def test_marks_speak_with_a_label_and_are_silent_beside_words(app: Flask) -> None:
    head = '{% from "macros/marks.html" import mark, says %}'
    assert 'role="img" aria-label="works"' in drawn(
        app, head + '{{ mark("works", label="works") }}'
    )
    hollow = drawn(app, head + '{{ mark("fails", false) }}')
    assert "#fails-less" in hollow
    assert 'aria-hidden="true"' in hollow
    assert "#mixed" in drawn(app, head + '{{ mark("mixed", false) }}')
    assert "does not work" in drawn(app, head + '{{ says("fails") }}')


def test_fields_name_their_hint_and_error(app: Flask) -> None:
    head = '{% from "macros/form.html" import input, choices, select, summary %}'
    page = drawn(app, head + '{{ input("who", "Who", "A<b", hint="Any name", error="Missing.") }}')
    assert 'for="who"' in page
    assert 'aria-describedby="who-hint who-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="A&lt;b"' in page
    assert "value=" not in drawn(app, head + '{{ input("p", "P", "secret", type="password") }}')
    ticked = drawn(app, head + '{{ choices("c", "C", [("a", "A"), ("b", "B", "why")], ["b"]) }}')
    assert 'value="b" checked' in ticked
    assert 'value="a" checked' not in ticked
    assert 'value="2" selected' in drawn(
        app, head + '{{ select("s", "S", [(1, "x"), (2, "y")], 2) }}'
    )
    assert 'href="#who"' in drawn(app, head + '{{ summary({"who": "Missing."}) }}')
    assert not drawn(app, head + "{{ summary({}) }}").strip()
