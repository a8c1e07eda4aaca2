"""The command line: one command per function; parse, call a service, print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from getpass import getpass
from pathlib import Path

from .config import Settings, SettingsError, load_settings
from .db import Stores, now
from .errors import SopError
from .stores import open_stores

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors that a person caused end with one sentence and status 2."""
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        return command(parsed)
    except SettingsError as error:
        print("\n".join(error.problems), file=sys.stderr)
    except SopError as error:
        print(error.sentence, file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sop-assess", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serving(commands)
    _add_administration(commands)
    _add_imports(commands)
    _add_themes(commands)
    return parser


def _add_serving(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="build the sample company and serve it")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--no-serve", action="store_true", help="end after building")
    demo.add_argument("--reset", action="store_true", help="build it again from nothing")
    demo.add_argument("--seed", type=int, default=None, help="another run of the same company")
    demo.set_defaults(command=_demo)
    serve = commands.add_parser("serve", help="run the web process and its worker")
    serve.add_argument("--port", type=int, default=None)
    serve.set_defaults(command=_serve)
    worker = commands.add_parser("worker", help="run jobs; started by serve")
    worker.set_defaults(command=_worker)


def _add_administration(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    database = commands.add_parser("db", help="the databases")
    steps = database.add_subparsers(required=True, metavar="STEP")
    steps.add_parser("upgrade", help="bring them to the newest schema").set_defaults(
        command=_upgrade
    )
    user = commands.add_parser("user", help="accounts")
    steps = user.add_subparsers(required=True, metavar="STEP")
    admin = steps.add_parser("create-admin", help="create an administrator; asks for a password")
    admin.add_argument("email")
    admin.add_argument("--name", default="")
    admin.set_defaults(command=_create_admin)
    commands.add_parser("check", help="list every wrong setting").set_defaults(command=_check)


def _add_imports(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    comments = commands.add_parser("import-comments", help="complaints into the assessment")
    comments.add_argument("file", type=Path)
    comments.add_argument("--text-column", required=True)
    comments.add_argument("--stage-column")
    comments.add_argument("--source", default="")
    comments.set_defaults(command=_import_comments)
    times = commands.add_parser("import-times", help="time stamps of leads or orders")
    times.add_argument("file", type=Path)
    for name in ("item", "start", "end", "step"):
        times.add_argument(f"--{name}", required=True)
    times.add_argument("--source-column")
    times.add_argument("--source", default="")
    times.set_defaults(command=_import_times)
    for parser in (comments, times):
        parser.add_argument("--assessment", type=int, help="its number; the newest by default")


def _add_themes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    themes = commands.add_parser("themes", help="themes of comments")
    steps = themes.add_subparsers(required=True, metavar="STEP")
    verify = steps.add_parser("verify", help="sort again as was recorded, and compare")
    verify.add_argument("--assessment", type=int, help="its number; the newest by default")
    verify.set_defaults(command=_verify_themes)


def _demo(arguments: argparse.Namespace) -> int:
    from .demo.build import run_demo

    return run_demo(
        port=arguments.port,
        serve=not arguments.no_serve,
        reset=arguments.reset,
        seed=arguments.seed,
    )


def _serve(arguments: argparse.Namespace) -> int:
    from .serving import serve

    settings = load_settings()
    if arguments.port:
        settings = settings.model_copy(update={"port": arguments.port})
    return serve(settings)


def _worker(_: argparse.Namespace) -> int:
    from .serving import work

    return work(load_settings())


def _upgrade(_: argparse.Namespace) -> int:
    from .migrations import upgrade

    stores = open_stores(load_settings())
    upgrade(stores)
    print("The databases are at the newest schema.")
    return 0


def _create_admin(arguments: argparse.Namespace) -> int:
    from .accounts.service import create_admin

    password = getpass("Password, at least 12 characters: ")
    if getpass("The same again: ") != password:
        print("The two passwords differ. Nothing was created.", file=sys.stderr)
        return 2
    name = arguments.name or arguments.email.partition("@")[0]
    create_admin(_ready_stores(), arguments.email, name, password, now=now())
    print(f"{arguments.email} can sign in at {load_settings().base_url}/login")
    return 0


def _check(_: argparse.Namespace) -> int:
    from .checking import problems

    found = problems()
    print("\n".join(found) if found else "All settings are right.")
    return 2 if found else 0


def _import_comments(arguments: argparse.Namespace) -> int:
    from .imports.commands import import_comments_file

    stores, settings = _ready_stores(), load_settings()
    print(
        import_comments_file(
            stores,
            settings,
            arguments.file,
            assessment_id=arguments.assessment,
            text_column=arguments.text_column,
            stage_column=arguments.stage_column,
            source=arguments.source or arguments.file.stem,
        )
    )
    return 0


def _import_times(arguments: argparse.Namespace) -> int:
    from .imports.commands import import_times_file

    stores, settings = _ready_stores(), load_settings()
    print(
        import_times_file(
            stores,
            settings,
            arguments.file,
            assessment_id=arguments.assessment,
            item=arguments.item,
            start=arguments.start,
            end=arguments.end,
            step=arguments.step,
            source_column=arguments.source_column,
            source=arguments.source or arguments.file.stem,
        )
    )
    return 0


def _verify_themes(arguments: argparse.Namespace) -> int:
    from .themes.commands import verify_themes

    told, same = verify_themes(_ready_stores(), arguments.assessment)
    print(told)
    return 0 if same else 1


def _ready_stores(settings: Settings | None = None) -> Stores:
    from .migrations import upgrade

    stores = open_stores(settings or load_settings())
    upgrade(stores)
    return stores
