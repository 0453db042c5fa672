"""One-word commands: alliance serve, work, migrate …"""

import atexit
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import click
import waitress
from flask import Flask

from alliance import health, indexing, jobs, tally
from alliance.app import create_app
from alliance.catalogue.imports.by_hand import Order, bring, take_out
from alliance.catalogue.imports.targets import TARGETS
from alliance.catalogue.kinds import KINDS
from alliance.centres.service import the_alliance
from alliance.config import ROOT, Settings, SettingsError, read_settings
from alliance.db import alembic, db, transaction
from alliance.demo.seed import is_empty, seed
from alliance.errors import Refusal
from alliance.exchange import graph, replay
from alliance.people import accounts
from alliance.storage import files, foreman, renditions
from alliance.worktime import rows

RECEIVED_AT_ONCE = 256 * 1024
"""Bytes; with waitress' own 8 KB most of the time of an upload is spent on waking up."""


@click.group(help="The portal of an alliance of cultural centres.")
@click.pass_context
def main(context: click.Context) -> None:
    """Read the settings once, or say what is wrong with them."""
    try:
        context.obj = read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Migrate, seed the demo on first run, start the workers and serve."""
    app = create_app(settings)
    prepare(app)
    furnish(app)
    for share in ("--no-media", "--media"):  # so that a long film keeps no notice waiting
        threading.Thread(target=_keep_worker, args=(share,), daemon=True).start()
    click.echo(f"Serving on http://{settings.host}:{settings.port}  (end with Ctrl-C)")
    atexit.register(tally.flush, app)
    most = (settings.upload_mb + 1) * 1024 * 1024
    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        channel_timeout=120,
        recv_bytes=RECEIVED_AT_ONCE,
        max_request_body_size=most,
    )


def prepare(app: Flask) -> None:
    """The newest schema, the store, and what every alliance starts with."""
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        files.the_store().prepare(app.config["ALLIANCE"].address)
        with transaction() as session:
            rows.seed_calendar(session)
            the_alliance(session)


def furnish(app: Flask) -> None:
    """In demo mode the demo, when there is no centre yet."""
    with app.app_context():
        wanted = app.config["ALLIANCE"].demo and is_empty()
    if wanted:
        click.echo("Making the demo alliance (once):")
        seed(app, click.echo)


def _keep_worker(share: str) -> None:
    """Start a worker as a process of its own, and again when it ends."""
    while True:
        command = [sys.executable, "-m", "alliance.cli", "work", share, "--parent", str(os.getpid())]
        worker = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
        worker.wait()
        time.sleep(2)


@main.command()
@click.option("--until-idle", is_flag=True, help="End when nothing is due.")
@click.option("--parent", type=int, help="End when this process ends.")
@click.option("--media/--no-media", default=None, help="Only the renditions of files, or all but them; they may take hours.")
@click.pass_obj
def work(settings: Settings, until_idle: bool, parent: int | None, media: bool | None) -> None:
    """Do the jobs: index, mail, deadlines, renditions."""
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    only = renditions.JOBS if media else ()
    without = renditions.JOBS if media is False else ()
    jobs.work(create_app(settings), until_idle=until_idle, only=only, without=without)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema."""
    prepare(create_app(settings))


@main.command("seed")
@click.pass_obj
def seed_command(settings: Settings) -> None:
    """Make the demo alliance in an empty database."""
    app = create_app(settings)
    prepare(app)
    with app.app_context():
        if not is_empty():
            raise click.ClickException("the database is not empty")
    seed(app, click.echo)


@main.command()
@click.argument("phrase")
@click.pass_obj
def revision(settings: Settings, phrase: str) -> None:
    """Write a migration from the difference between the models and the database."""
    with create_app(settings).app_context():
        alembic.revision(phrase)


@main.command("import")
@click.argument("kind", type=click.Choice([*TARGETS]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--centre", "slug", help="Short name of the centre; not for a table of centres.")
@click.option("--person", "email", help="Who imports; else the first administrator of the centre or of the alliance.")
@click.option(
    "--files",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the files that rows of assets name.",
)
@click.option("--commit", is_flag=True, help="Take the rows in; without it they are only tried out.")
@click.option("--rows", is_flag=True, help="Tell of each row what becomes of it, and why.")
@click.pass_obj
def import_command(settings: Settings, /, kind: str, file: Path, **given: Any) -> None:
    """Try out a table of resources, of records of the archive or of centres, and take it in."""
    with create_app(settings).app_context():
        try:
            told = bring(kind, file, Order(**given))
        except Refusal as refusal:
            raise click.ClickException(str(refusal.sentence)) from refusal
    click.echo(told)


@main.command("export")
@click.argument("kind", type=click.Choice([*KINDS]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--centre", "slug", help="Only what that centre shares.")
@click.option("--language", type=click.Choice(["zh_Hans", "en"]), default="zh_Hans", help="Language of headings and labels.")
@click.pass_obj
def export_command(settings: Settings, kind: str, file: Path, slug: str | None, language: str) -> None:
    """Write all resources of a kind to a .csv or .xlsx file, private fields too."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise click.ClickException("the file has to end in .csv or .xlsx")
    with create_app(settings).app_context():
        try:
            count = take_out(kind, file, slug=slug, locale=language)
        except Refusal as refusal:
            raise click.ClickException(str(refusal.sentence)) from refusal
    click.echo(f"{file}: {count} rows")


@main.command()
@click.option("--check", is_flag=True, help="Compare the index with the tables and mend what differs; exit 1 if something did.")
@click.pass_obj
def reindex(settings: Settings, check: bool) -> None:
    """Fill a new search index and swap it in, while the portal goes on."""
    app = create_app(settings)
    if not check:
        click.echo(f"{indexing.reindex(app)} documents")
        return
    found = indexing.check(app, repair=True)
    click.echo(f"missing {len(found.missing)}, stale {len(found.stale)}, too many {len(found.extra)}")
    sys.exit(1 if found else 0)


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Say what each part is connected to and whether it works, replay the journal; exit 1 on any trouble."""
    with create_app(settings).app_context():
        found = health.parts()
        wrong = replay.differences(db.session) if found["database"]["ok"] else []
    for name, part in found.items():
        click.echo(f"{'ok ' if part['ok'] else 'BAD'} {name}: {part['what']}")
    held = foreman.shelter()
    mark, kept = "ok " if held >= foreman.SHELTER else "-- ", ", ".join(sorted(held)) or "nothing"
    click.echo(f"{mark} makers of renditions: the kernel shuts them off from {kept}")
    click.echo("\n".join(f"BAD journal: {difference}" for difference in wrong) or "ok  journal: replays to the tables")
    sys.exit(0 if not wrong and all(part["ok"] for part in found.values()) else 1)


@main.command()
@click.pass_obj
def draw(settings: Settings) -> None:
    """Print the table of the exchange as docs/exchange-table.md has it."""
    with create_app(settings).app_context():
        click.echo(graph.markdown(), nl=False)


@main.command("create-admin")
@click.argument("email")
@click.option("--name", prompt=True)
@click.password_option()
@click.pass_obj
def create_admin(settings: Settings, email: str, name: str, password: str) -> None:
    """Make an account of the alliance's secretariat."""
    app = create_app(settings)
    prepare(app)
    try:
        with app.app_context(), transaction() as session:
            accounts.create_admin(session, email=email, name=name, password=password)
    except Refusal as refusal:
        raise click.ClickException(
            " ".join([str(refusal.sentence), *map(str, getattr(refusal, "fields", {}).values())])
        ) from refusal
    click.echo(f"{email} may sign in now.")


if __name__ == "__main__":
    main()
