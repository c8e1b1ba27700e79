"""What each setting must look like, wherever the installation runs; bot/production.py adds more."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.encryption import backup_key
from bot.errors import SettingError

if TYPE_CHECKING:
    from bot.settings import Settings


def faults_of(settings: Settings) -> list[str]:
    """Everything that is wrong, a line each: it names the setting and how to mend it."""
    faults = []
    for check in _CHECKS:
        try:
            check(settings)
        except SettingError as error:
            faults.append(str(error))
    return faults


def _check_environment(settings: Settings) -> None:
    if settings.chrok_environment not in ("development", "production"):
        raise SettingError("CHROK_ENVIRONMENT must be development or production")


def _check_urls(settings: Settings) -> None:
    if not all(_is_address(url) for url in settings.engine_urls):
        raise SettingError(
            "RASA_URL must be an address like http://host:port, or several separated by commas"
        )
    for name in ("actions_url", "public_url", "messenger_api_url", "telegram_api_url"):
        if not _is_address(getattr(settings, name)):
            raise SettingError(f"{name.upper()} must be an address like http://host:port")
    for name in ("database_url", "tracker_database_url"):
        scheme = urlsplit(getattr(settings, name)).scheme.split("+")[0]
        if scheme not in ("sqlite", "postgresql"):
            raise SettingError(f"{name.upper()} must begin with sqlite:/// or postgresql://")
    if urlsplit(settings.queue_url).scheme not in ("sqlite", "redis", "rediss"):
        raise SettingError("QUEUE_URL must begin with sqlite:/// or redis://")


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        # The port is read, and may be none, only when it is asked for.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


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


def _check_encryption(settings: Settings) -> None:
    """Making the keys is what finds a wrong one."""
    _ = settings.encryption


def _check_backups(settings: Settings) -> None:
    if settings.backup_key or settings.backup_folder:
        backup_key(settings.backup_key)
    if not re.fullmatch(r"[1-9][0-9]{0,2}", settings.backup_keep):
        raise SettingError("BACKUP_KEEP must be how many backups stay in BACKUP_FOLDER, 1 to 999")


def _check_retention(settings: Settings) -> None:
    # A day is counted when nothing of it waits any more, and only then may its words go.
    if not re.fullmatch(r"[0-9]{1,4}", settings.raw_text_days) or int(settings.raw_text_days) < 4:
        raise SettingError("RAW_TEXT_DAYS must be for how many days words are kept, 4 to 9999")


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


def _check_tokens(settings: Settings) -> None:
    """They travel in a header, where blanks and letters beyond ASCII mean something else."""
    for name in ("actions_token", "metrics_token", "rasa_token"):
        if not re.fullmatch(r"[A-Za-z0-9._~+/=-]*", getattr(settings, name)):
            raise SettingError(
                f"{name.upper()} may have letters A to Z, digits and . _ ~ + / = - alone; "
                "openssl rand -hex 32 makes a good one"
            )


def _check_metrics(settings: Settings) -> None:
    port = settings.metrics_port
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingError("METRICS_PORT must be a port number, 1 to 65535, or empty")
    try:
        ip_address(settings.metrics_host)
    except ValueError as error:
        raise SettingError(
            "METRICS_HOST must be an address of this machine such as 127.0.0.1 or 0.0.0.0"
        ) from error


_CHECKS = (
    _check_environment,
    _check_urls,
    _check_proxies,
    _check_timezone,
    _check_encryption,
    _check_backups,
    _check_retention,
    _check_messenger,
    _check_smtp,
    _check_telegram,
    _check_tokens,
    _check_metrics,
)
