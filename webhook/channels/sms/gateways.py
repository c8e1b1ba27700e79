"""The gateways that are on, by name."""

from __future__ import annotations

from bot.settings import Settings
from webhook.channels.sms.channel import SmsChannel, SmsGateway
from webhook.channels.sms.generic import GenericGateway
from webhook.channels.sms.kannel import KannelGateway
from webhook.channels.sms.nuntium import NuntiumGateway
from webhook.channels.sms.smsgate import SmsGateGateway
from webhook.channels.sms.twilio import TwilioGateway


def build_gateways(settings: Settings) -> dict[str, SmsGateway]:
    """A gateway for each whose settings are there."""
    sms = settings.sms
    gateways: dict[str, SmsGateway] = {}
    if sms.nuntium:
        gateways["nuntium"] = NuntiumGateway(sms.nuntium)
    if sms.kannel:
        gateways["kannel"] = KannelGateway(sms.kannel, callback_url(settings, "kannel"))
    if sms.smsgate:
        gateways["smsgate"] = SmsGateGateway(sms.smsgate)
    if sms.twilio:
        gateways["twilio"] = TwilioGateway(
            sms.twilio, settings.public_url, callback_url(settings, "twilio")
        )
    if sms.generic:
        gateways["generic"] = GenericGateway(sms.generic)
    return gateways


def build_sms_channel(settings: Settings) -> SmsChannel | None:
    """The channel that sends, through the gateway that is chosen for it; None with no gateway."""
    if settings.sms.sends is None:
        return None
    return SmsChannel(build_gateways(settings)[settings.sms.sends])


def callback_url(settings: Settings, gateway: str) -> str:
    """The address that the gateway calls, as it is entered there."""
    return f"{settings.public_url.rstrip('/')}/webhooks/sms/{gateway}"
