"""Settings, read once from the environment: the only reader of `os.environ`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from bot.encryption import EncryptionKeys
from bot.engine_settings import EngineSettings, engine_settings_of
from bot.errors import SettingError
from bot.log_settings import LogSettings, read_log_settings
from bot.production import DEVELOPMENT_SECRET, open_doors
from bot.secret_values import secret_values
from bot.setting_checks import faults_of
from bot.sms_settings import SmsSettings, read_sms_settings

_NESTED = ("log", "sms")
PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, repr=False)
class Settings:
    """Everything that differs between one installation and another.

    Defaults are safe and local: a clean clone runs without a `.env`. A channel whose credentials
    are empty is off. It has no `repr`, so that no log and no error shows its secrets.
    """

    chrok_environment: str = "development"
    database_url: str = f"sqlite:///{PROJECT_ROOT}/var/chrok.sqlite3"
    tracker_database_url: str = EngineSettings.tracker_database_url
    queue_url: str = f"sqlite:///{PROJECT_ROOT}/var/queue.sqlite3"
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = EngineSettings.actions_url
    rasa_token: str = ""
    actions_token: str = ""
    secret_key: str = DEVELOPMENT_SECRET
    previous_secret_key: str = ""
    encryption_keys: str = ""
    backup_key: str = ""
    backup_folder: str = ""
    backup_keep: str = "14"
    raw_text_days: str = "30"
    public_url: str = "http://127.0.0.1:8080"
    trusted_proxies: str = "0"
    flask_debug: str = ""
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
    metrics_host: str = "127.0.0.1"
    metrics_port: str = ""
    metrics_token: str = ""
    log: LogSettings = field(default_factory=LogSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)

    @property
    def is_production(self) -> bool:
        """Whether real people are served here: then unsafe settings are refused."""
        return self.chrok_environment == "production"

    @property
    def is_https(self) -> bool:
        """Whether the world reaches this installation over TLS alone."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def engine_urls(self) -> tuple[str, ...]:
        """The engines' addresses; `RASA_URL` may name several, separated by commas."""
        return tuple(url.strip().rstrip("/") for url in self.rasa_url.split(","))

    @property
    def proxies(self) -> int:
        """How many reverse proxies of ours a request from outside has come through."""
        return int(self.trusted_proxies)

    @property
    def encryption(self) -> EncryptionKeys:
        """What hides the ids of people; raises `SettingError` where ENCRYPTION_KEYS is wrong."""
        keys = [key.strip() for key in self.encryption_keys.split(",") if key.strip()]
        secrets = [secret for secret in (self.secret_key, self.previous_secret_key) if secret]
        return EncryptionKeys(keys, secrets)

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
    def secrets(self) -> frozenset[str]:
        """The values that must stand in no log."""
        return secret_values(self)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that citizens and officials live in."""
        return ZoneInfo(self.timezone)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Without `environment`, `.env` in the project's root is read first and the process's own
    environment wins over it. Raises `SettingError`, whose message names each setting that is wrong,
    in production also each that leaves a door open, and how to mend it, a line each.
    """
    if environment is None:
        written = dotenv_values(PROJECT_ROOT / ".env")
        environment = {**{key: value or "" for key, value in written.items()}, **os.environ}
    given = {
        known.name: environment[known.name.upper()].strip()
        for known in fields(Settings)
        if known.name not in _NESTED and environment.get(known.name.upper(), "").strip()
    }
    engine = engine_settings_of(environment)
    given |= {
        "tracker_database_url": engine.tracker_database_url,
        "actions_url": engine.actions_url,
    }
    faults = []
    try:
        sms = read_sms_settings(environment)
    except SettingError as error:
        faults, sms = [str(error)], SmsSettings()
    try:
        log = read_log_settings(environment)
    except SettingError as error:
        log = LogSettings()
        faults.append(str(error))
    settings = Settings(**given, log=log, sms=sms)
    faults += faults_of(settings) or open_doors(settings)
    if faults:
        raise SettingError("\n".join(faults))
    return settings
