"""Settings of the SMS gateways, `SMS_<GATEWAY>_…`; bot/settings.py reads the environment.

docs/sms.md says for each gateway where its values come from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Literal, TypeVar, cast
from urllib.parse import urlsplit

from bot.errors import SettingError

Gateway = Literal["nuntium", "kannel", "smsgate", "twilio", "generic"]


@dataclass(frozen=True)
class NuntiumSettings:
    """Nuntium: the application that sends, and how Nuntium logs in to us."""

    api_url: str
    account: str
    application: str
    password: str
    callback_user: str
    callback_password: str
    sender: str = ""


@dataclass(frozen=True)
class KannelSettings:
    """Kannel: a sendsms user, and the secret in the addresses that Kannel calls."""

    api_url: str
    username: str
    password: str
    secret: str
    sender: str = ""
    smsc: str = ""


@dataclass(frozen=True)
class SmsGateSettings:
    """An Android phone with SMS Gateway (sms-gate.app)."""

    username: str
    password: str
    signing_key: str
    api_url: str = "https://api.sms-gate.app"
    device_id: str = ""


@dataclass(frozen=True)
class TwilioSettings:
    """Twilio; `sender` is a number, a sender name or a Messaging Service SID (MG…)."""

    account_sid: str
    auth_token: str
    sender: str
    api_url: str = "https://api.twilio.com"


@dataclass(frozen=True)
class GenericSettings:
    """Any other aggregator with a plain HTTP interface.

    `api_url` may hold `{to}`, `{text}`, `{reference}` and `{sender}`; `format` is what the body of
    a POST is. The `…_field` names hold in both directions, with dots for fields inside fields;
    `delivered` and `failed` are the values of the status field, separated by commas.
    """

    api_url: str
    secret: str
    secret_header: str = "X-Chrok-Secret"  # noqa: S105  the name of the header
    method: str = "POST"
    format: str = "json"
    authorization: str = ""
    sender: str = ""
    from_field: str = "from"
    to_field: str = "to"
    text_field: str = "text"
    id_field: str = "id"
    time_field: str = "time"
    status_field: str = "status"
    delivered: str = "delivered,DELIVRD"
    failed: str = "failed,undelivered,UNDELIV,EXPIRED,REJECTD"


Known = TypeVar(
    "Known", NuntiumSettings, KannelSettings, SmsGateSettings, TwilioSettings, GenericSettings
)


@dataclass(frozen=True)
class SmsSettings:
    """The gateways that are on, each as its settings; `sends` is the one that sends."""

    nuntium: NuntiumSettings | None = None
    kannel: KannelSettings | None = None
    smsgate: SmsGateSettings | None = None
    twilio: TwilioSettings | None = None
    generic: GenericSettings | None = None
    sends: Gateway | None = None

    @property
    def on(self) -> tuple[Gateway, ...]:
        """The gateways that are on, by name."""
        names = (field.name for field in fields(self) if field.name != "sends")
        return tuple(cast(Gateway, name) for name in names if getattr(self, name) is not None)


def read_sms_settings(environment: Mapping[str, str]) -> SmsSettings:
    """Read and check the settings; raises `SettingError`, which names the setting."""
    settings = SmsSettings(
        nuntium=_read(NuntiumSettings, "SMS_NUNTIUM_", environment),
        kannel=_read(KannelSettings, "SMS_KANNEL_", environment),
        smsgate=_read(SmsGateSettings, "SMS_SMSGATE_", environment),
        twilio=_read(TwilioSettings, "SMS_TWILIO_", environment),
        generic=_read(GenericSettings, "SMS_GENERIC_", environment),
    )
    _check_generic(settings.generic)
    if settings.kannel and not re.fullmatch(r"[A-Za-z0-9_-]+", settings.kannel.secret):
        # It stands in an address in which Kannel replaces what begins with a percent sign.
        raise SettingError("SMS_KANNEL_SECRET may hold letters, digits, - and _ alone")
    sends = _sending_gateway(environment.get("SMS_GATEWAY", "").strip().lower(), settings.on)
    return SmsSettings(**{**vars(settings), "sends": sends})


def _read(kind: type[Known], prefix: str, environment: Mapping[str, str]) -> Known | None:
    """The gateway's settings, all or none."""
    given = {
        field.name: value.strip()
        for field in fields(kind)
        if (value := environment.get(f"{prefix}{field.name.upper()}", "")).strip()
    }
    if not given:
        return None
    missing = [
        f"{prefix}{field.name.upper()}"
        for field in fields(kind)
        if field.name not in given and field.default is MISSING
    ]
    if missing:
        name = prefix.split("_")[1].lower()
        raise SettingError(
            f"The SMS gateway {name} needs all of its settings; missing: {', '.join(missing)}"
        )
    settings = kind(**given)
    address = urlsplit(settings.api_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise SettingError(f"{prefix}API_URL must be an address like https://host:port")
    return settings


def _check_generic(settings: GenericSettings | None) -> None:
    if settings is None:
        return
    if settings.method.upper() not in ("GET", "POST"):
        raise SettingError("SMS_GENERIC_METHOD must be GET or POST")
    if settings.format.lower() not in ("json", "form"):
        raise SettingError("SMS_GENERIC_FORMAT must be json or form")
    paths = [getattr(settings, f"{name}_field") for name in ("from", "to", "text", "id")]
    if len(set(paths)) < len(paths) or any(
        longer.startswith(f"{path}.") for path in paths for longer in paths
    ):
        raise SettingError("SMS_GENERIC_…_FIELD: each must be a field of its own")


def _sending_gateway(chosen: str, on: tuple[Gateway, ...]) -> Gateway | None:
    if not on and not chosen:
        return None
    if not chosen and len(on) == 1:
        return on[0]
    if chosen in on:
        return chosen
    known = ", ".join(on) or "none, set SMS_<GATEWAY>_… first"
    raise SettingError(f"SMS_GATEWAY must name the gateway that sends; those that are on: {known}")
