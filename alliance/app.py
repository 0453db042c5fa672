"""create_app: every part is put together here and nowhere else."""

import logging
from datetime import timedelta

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from alliance import db, health, indexing, journal, masking, schema, tally, web
from alliance.archive import arrivals as _arrival_pages
from alliance.archive import assembly, curating, drafting, lapse, relating, revising
from alliance.archive import by_form as _form_pages
from alliance.archive import captioning as _caption_pages
from alliance.archive import opening as _file_pages
from alliance.archive import routes as archive
from alliance.archive import uploading as _upload_pages
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.boards import answering as board_answers
from alliance.boards import pages as _board_pages
from alliance.boards import routes as boards
from alliance.boards.models import Entry
from alliance.calendars import month as _month
from alliance.calendars import routes as calendars
from alliance.calendars import subscribing as _feed_pages
from alliance.calendars import timeline as _timeline
from alliance.calendars.models import Feed
from alliance.cases import asker as _asker_pages
from alliance.cases import clockwork as cases_clockwork
from alliance.cases import desk as _case_pages
from alliance.cases import routes as cases
from alliance.cases.models import Case
from alliance.catalogue import dates, dividing, editing, keeping, listing, own_use, reminders
from alliance.catalogue import routes as catalogue
from alliance.catalogue.imports import routes as imports
from alliance.catalogue.imports import work as _import_work
from alliance.catalogue.models import Resource
from alliance.centres import admin as _centre_admin
from alliance.centres import routes as centres
from alliance.centres.models import Centre
from alliance.codes import rows as code_rows
from alliance.codes.rows import CodeLabel
from alliance.config import ROOT, Settings, keyed, read_settings
from alliance.exchange import (
    archiving,
    balance,
    clockwork,
    disputes,
    doing,
    figures,
    growing,
    handing,
    itinerary,
    listed,
    new,
    page,
    rivals,
    room,
)
from alliance.exchange import routes as exchange
from alliance.exchange.models import Agreement
from alliance.exchange.papers import contract, letter, receipt, sheet
from alliance.figures import balance as _balance_pages
from alliance.figures import needs, records
from alliance.figures import refusals as _refusal_pages
from alliance.figures import routes as figure_pages
from alliance.figures import scoring as _scoring_pages
from alliance.figures import training as _training_pages
from alliance.figures.models import SearchCount
from alliance.moderation import announcing, audit, board, holidays, labels, review
from alliance.moderation import jobs as _jobs_page
from alliance.moderation import people as _people_pages
from alliance.moderation import routes as moderation
from alliance.moderation.models import Announcement
from alliance.notifications import digest, mail, outbox
from alliance.notifications import routes as notifications
from alliance.notifications import rules as notices
from alliance.notifications import service as telling
from alliance.notifications.models import Notice
from alliance.people import backoff, invitations, letters, security, sessions, staff
from alliance.people import routes as people
from alliance.people.models import Person
from alliance.places.models import Division
from alliance.portal import announcements as _announcements
from alliance.portal import archive as _archive_pages
from alliance.portal import asset as _asset_pages
from alliance.portal import centres as _centre_pages
from alliance.portal import collections as _collection_pages
from alliance.portal import compare, desk, home, nav, resource, rules, search
from alliance.portal import routes as portal
from alliance.portal import sessions as _session_pages
from alliance.storage import files, foreman
from alliance.worktime.models import CalendarDay

MODELS = (
    *(Agreement, Announcement, Asset, CalendarDay, Case, Centre, CodeLabel, Division, Notice, Person, Resource, SearchCount),
    *(Entry, Feed, Upload),
)
PAGES = (
    *(_announcements, _archive_pages, _arrival_pages, _asker_pages, _case_pages, _centre_admin, _centre_pages, _file_pages),
    *(_asset_pages, _balance_pages, _caption_pages, _collection_pages, _form_pages, _jobs_page, _people_pages),
    *(_refusal_pages, _scoring_pages, _session_pages, _training_pages, _upload_pages),
    *(announcing, audit, board, compare, curating, dates, desk, disputes, dividing, doing, drafting, editing, holidays, labels),
    *(contract, letter, receipt, sheet),
    *(growing, handing, home, itinerary, keeping, listed, listing, nav, new, outbox, page, records, room),
    *(relating, resource, review, revising, rules, search, staff),
    *(_board_pages, _feed_pages, _month, _timeline),
)
JOBS = (
    _import_work,
    archiving,
    assembly,
    backoff,
    balance,
    board_answers,
    cases_clockwork,
    clockwork,
    digest,
    figures,
    files,
    foreman,
    indexing,
    invitations,
    lapse,
    letters,
    mail,
    needs,
    own_use,
    reminders,
    rivals,
    sessions,
    telling,
)
HEARD: dict[str, tuple[str, ...]] = {
    "asset": ("index",),
    "calendar.changed": ("exchange.redate", "cases.redate"),
    "board.closed": ("boards.let_fall",),
    "board.met": ("boards.let_fall",),
    "case.erased": ("mail.forget",),
    "centre": ("index",),
    "code": ("index",),
    "centre.approved": ("people.first_invitation",),
    "centre.left": ("exchange.suspended", "cases.suspended"),
    "centre.suspended": ("exchange.suspended", "cases.suspended"),
    "leg.close": ("exchange.archive",),
    "leg.settle": ("exchange.archive",),
    "leg.agree_proposal": ("exchange.archive",),
    "resource": ("index",),
}
LISTENERS = {action: HEARD.get(action, ()) + notices.LISTENERS.get(action, ()) for action in {*HEARD, *notices.LISTENERS}}
FEATURES = (
    *(
        portal,
        calendars,
        figure_pages,
        moderation,
        cases,
        boards,
        exchange,
        catalogue,
        imports,
        archive,
        people,
        centres,
        notifications,
    ),
)


def create_app(settings: Settings | None = None) -> Flask:
    """The portal as a WSGI application."""
    settings = keyed(settings or read_settings())
    app = Flask(
        "alliance",
        root_path=str(ROOT / "alliance"),
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
    )
    app.config["ALLIANCE"] = settings
    masking.learn(settings)
    _log(settings)
    db.init(app, settings)
    schema.init(app)
    web.init(app, settings)
    tally.init(app)
    security.init(app, settings)
    code_rows.init(app)
    files.init(app, settings)
    indexing.init(app, settings)
    health.checks |= {"storage": files.check, "search": indexing.health}
    journal.listeners.update(LISTENERS)
    app.register_blueprint(health.bp)
    for routes in FEATURES:
        app.register_blueprint(routes.bp)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    return app


def _log(settings: Settings) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            masking.mask_entry,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level.upper())),
    )
