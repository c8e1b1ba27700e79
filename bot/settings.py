"""Settings, read once from the environment: the only reader of `os.environ`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from bot.errors import SettingError
from bot.sms_settings import SmsSettings, read_sms_settings

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "local-development-only"  # noqa: S105  the name says that it is none


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another.

    Defaults are safe and local: a clean clone runs without a `.env`. A channel whose credentials
    are empty is off.
    """

    database_url: str = f"sqlite:///{PROJECT_ROOT}/var/chrok.sqlite3"
    tracker_database_url: str = f"sqlite:///{PROJECT_ROOT}/var/tracker.sqlite3"
    queue_url: str = f"sqlite:///{PROJECT_ROOT}/var/queue.sqlite3"
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    secret_key: str = DEVELOPMENT_SECRET
    public_url: str = "http://127.0.0.1:8080"
    trusted_proxies: str = "0"
    timezone: str = "Asia/Phnom_Penh"
    messenger_page_token: str = ""
    messenger_app_secret: str = ""
    messenger_verify_token: str = ""
    messenger_app_id: str = ""
    messenger_api_url: str = "https://graph.facebook.com/v26.0"
    smtp_url: str = ""
    telegram_bot_token: str = ""
    telegram_secret_token: str = ""
    telegram_bot_username: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    sms: SmsSettings = field(default_factory=SmsSettings)

    @property
    def proxies(self) -> int:
        """How many reverse proxies of ours a request from outside has come through."""
        return int(self.trusted_proxies)

    @property
    def messenger_is_on(self) -> bool:
        """Whether all of Messenger's credentials are there."""
        return bool(
            self.messenger_page_token and self.messenger_app_secret and self.messenger_verify_token
        )

    @property
    def telegram_is_on(self) -> bool:
        """Whether all of Telegram's credentials are there."""
        return bool(self.telegram_bot_token and self.telegram_secret_token)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that citizens and officials live in."""
        return ZoneInfo(self.timezone)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Without `environment`, `.env` in the project's root is read first and the process's own
    environment wins over it. Raises `SettingError`, which names the setting and how to mend it.
    """
    if environment is None:
        written = dotenv_values(PROJECT_ROOT / ".env")
        environment = {**{key: value or "" for key, value in written.items()}, **os.environ}
    given = {
        known.name: environment[known.name.upper()].strip()
        for known in fields(Settings)
        if known.name != "sms" and environment.get(known.name.upper(), "").strip()
    }
    settings = Settings(**given, sms=read_sms_settings(environment))
    _check_urls(settings)
    _check_proxies(settings)
    _check_timezone(settings)
    _check_messenger(settings)
    _check_smtp(settings)
    _check_telegram(settings)
    return settings


def _check_urls(settings: Settings) -> None:
    for name in ("rasa_url", "actions_url", "public_url", "messenger_api_url", "telegram_api_url"):
        value = urlsplit(getattr(settings, name))
        if value.scheme not in ("http", "https") or not value.netloc:
            raise SettingError(f"{name.upper()} must be an address like http://host:port")
    for name in ("database_url", "tracker_database_url"):
        scheme = urlsplit(getattr(settings, name)).scheme.split("+")[0]
        if scheme not in ("sqlite", "postgresql"):
            raise SettingError(f"{name.upper()} must begin with sqlite:/// or postgresql://")
    if urlsplit(settings.queue_url).scheme not in ("sqlite", "redis", "rediss"):
        raise SettingError("QUEUE_URL must begin with sqlite:/// or redis://")


def _check_proxies(settings: Settings) -> None:
    if not re.fullmatch(r"[0-9]", settings.trusted_proxies):
        raise SettingError("TRUSTED_PROXIES must be the number of reverse proxies, 0 to 9")


def _check_timezone(settings: Settings) -> None:
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            "TIMEZONE must be a name of the tz database, such as Asia/Phnom_Penh"
        ) from error


def _check_messenger(settings: Settings) -> None:
    names = ("messenger_page_token", "messenger_app_secret", "messenger_verify_token")
    missing = [name.upper() for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        raise SettingError(f"Messenger needs all of its settings; missing: {', '.join(missing)}")
    if not re.fullmatch(r"[0-9]*", settings.messenger_app_id):
        raise SettingError("MESSENGER_APP_ID must be the app's number, in digits alone")


def _check_smtp(settings: Settings) -> None:
    if not settings.smtp_url:
        return
    url = urlsplit(settings.smtp_url)
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise SettingError(
            "SMTP_URL must be like smtp://user:password@mail.example.org:587?from=chrok@example.org"
        )


def _check_telegram(settings: Settings) -> None:
    names = ("telegram_bot_token", "telegram_secret_token")
    missing = [name.upper() for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        raise SettingError(f"Telegram needs both of its settings; missing: {', '.join(missing)}")
    if not re.fullmatch(r"[A-Za-z0-9:_-]*", settings.telegram_bot_token):
        raise SettingError("TELEGRAM_BOT_TOKEN must be as BotFather gave it: 123456789:AAF…")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", settings.telegram_secret_token):
        raise SettingError(
            "TELEGRAM_SECRET_TOKEN may have letters A to Z, digits, _ and -, at most 256; "
            "openssl rand -hex 32 makes a good one"
        )
    if not re.fullmatch(r"[A-Za-z0-9_]{0,32}", settings.telegram_bot_username):
        raise SettingError("TELEGRAM_BOT_USERNAME must be the bot's name without @: ChrokBot")
