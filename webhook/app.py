"""The application factory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from huey import Huey
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.log_settings import LogSettings
from bot.logs.configuration import Masks, configure_logs
from bot.services.catalogue_index import CurrentIndex
from bot.services.deletion_requests import Forgetter
from bot.services.ticket_following import Notifier
from bot.services.tracker import TrackerStore
from bot.settings import Settings
from bot.starting import settings_or_exit
from bot.wording import wording
from webhook import health, hooks
from webhook.api.open_budgets import open_budgets
from webhook.api.sites import sites_api
from webhook.channels.base import Channel, Receiver
from webhook.channels.registry import build_channels, build_receivers
from webhook.commands import register_commands
from webhook.error_answers import answer_all_errors
from webhook.metrics.page import metrics
from webhook.odd_addresses import refuse_odd_addresses
from webhook.pace import Pace
from webhook.pages.budgets import budgets
from webhook.pages.chat import chat
from webhook.pages.dashboard import dashboard
from webhook.pages.data_deletion import data_deletion
from webhook.pages.officials import officials_pages
from webhook.pages.protection import protect_everything
from webhook.pages.services import services
from webhook.queue import create_queue, shared_storage_url
from webhook.rasa_client import RasaClient
from webhook.rate_limits import limit_rates
from webhook.refusals import Refusals
from webhook.request_log import log_requests
from webhook.same_origin import refuse_other_sites
from webhook.side_by_side import SideBySide
from webhook.tasks import Resources, Tasks, register_tasks
from webhook.web_chat import WebChat

LARGEST_BODY = 1_000_000
MOST_FORM_PARTS = 100
_BLUEPRINTS = (
    *(hooks.hooks, health.health, metrics, chat, sites_api, officials_pages),
    *(budgets, dashboard, open_budgets, data_deletion, services),
)


@dataclass(frozen=True)
class Chrok:
    """What the views work with; kept in `app.extensions["chrok"]`."""

    settings: Settings
    sessions: SessionFactory
    channels: dict[str, Channel]
    receivers: dict[str, Receiver]
    engine: RasaClient
    tasks: Tasks
    web_chat: WebChat
    notifier: Notifier
    forgetter: Forgetter
    refusals: Refusals
    queue: Huey
    asking: SideBySide


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Without `settings` they are read from the environment."""
    if settings is None:
        settings = settings_or_exit()
        # Nobody but an operator's command starts so: its lines would only stand in its answers.
        configure_logs(
            "command",
            LogSettings(settings.log.format, "warning"),
            masks=Masks(secrets=settings.secrets),
        )
    app = Flask(__name__, template_folder="pages/templates", static_folder="pages/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions["chrok"] = _wire(settings)
    log_requests(app, behind_proxy=settings.proxies > 0)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_commands(app)
    answer_all_errors(app)
    limit_rates(app, settings)
    refuse_odd_addresses(app)
    refuse_other_sites(app, settings.public_url)
    protect_everything(app, settings)
    if settings.proxies:
        # Only as many addresses as our own proxies wrote: whatever stands before can be invented.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way to add it
            app.wsgi_app, x_for=settings.proxies, x_proto=0
        )
    return app


def chrok() -> Chrok:
    """The current application's parts."""
    return cast(Chrok, current_app.extensions["chrok"])


def _wire(settings: Settings) -> Chrok:
    sessions = create_session_factory(
        create_database_engine(settings.database_url, settings.encryption)
    )
    channels = build_channels(settings)
    engine = RasaClient(*settings.engine_urls, token=settings.rasa_token)
    pace = Pace(shared_storage_url(settings))
    tracker = TrackerStore(settings.tracker_database_url)
    forgetter = Forgetter(sessions, tracker, settings.secret_key)
    resources = Resources(sessions, engine, channels, pace, settings, forgetter)
    queue = create_queue(settings)
    tasks = register_tasks(queue, lambda: resources)
    return Chrok(
        settings=settings,
        sessions=sessions,
        channels=channels,
        receivers=build_receivers(settings),
        engine=engine,
        tasks=tasks,
        web_chat=WebChat(sessions, tasks.wake),
        notifier=Notifier(wording(), settings.zone, CurrentIndex().get),
        forgetter=forgetter,
        refusals=Refusals(shared_storage_url(settings)),
        queue=queue,
        asking=SideBySide(),
    )
