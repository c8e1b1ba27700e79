"""Every response of the domain, in both languages, on every channel."""

from __future__ import annotations

import string

import pytest

from bot.messages import Button, Capabilities, Reply
from bot.rendering import Part, lay_out
from bot.settings import read_settings
from bot.text.clusters import clusters
from bot.text.sms_alphabet import alphabet_of, fold
from bot.wording import LANGUAGES, wording
from tests.stack import MESSENGER
from tests.unit.channels.sms_samples import ENVIRONMENT
from tests.unit.test_wording import RESPONSES
from webhook.channels.registry import build_channels

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "1:token-for-tests", "TELEGRAM_SECRET_TOKEN": "secret-for-tests"}
CHANNELS = {
    name: channel.capabilities
    for name, channel in build_channels(
        read_settings({**MESSENGER, **TELEGRAM, **ENVIRONMENT})
    ).items()
}
# Long values of the kind that stand in these places; anything else gets an example.
VALUES = {
    "office": {"km": "ការិយាល័យច្រកចេញចូលតែមួយ ក្រុង ស្រុក ខណ្ឌ", "en": "the district One Window Office"},
    "hotline": {"km": "១២៧៥", "en": "1275"},
    "code": {"km": "០១០២២១០៧០០៣៤", "en": "010221070034"},
}
EXAMPLE = {"km": "ឧទាហរណ៍វែងមួយ", "en": "a longish example"}


def _values(name: str, language: str) -> dict[str, str]:
    written = [row["text"] for row in RESPONSES[name]]
    names = {
        field for text in written for _, field, _, _ in string.Formatter().parse(text) if field
    }
    return {field: VALUES.get(field, EXAMPLE)[language] for field in names}


def _reply(name: str, language: str) -> Reply:
    values = _values(name, language)
    return Reply(
        wording().text(name, language, **values),
        short_text=wording().short_text(name, language, **values),
        buttons=tuple(
            Button(button.title, f"token-{place}")
            for place, button in enumerate(wording().buttons(name, language))
        ),
    )


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_is_whole_and_within_limits(name, language, channel):
    capabilities = CHANNELS[channel]
    reply = _reply(name, language)
    rendered = lay_out(reply, capabilities)
    if capabilities.sms_parts:
        assert rendered.remaining == "", (
            f"{name} needs more than {capabilities.sms_parts} short messages in {language}: "
            f"give it a `custom: {{short_text: …}}` in domain.yml"
        )
        check_short_messages(reply, rendered.parts, capabilities)
    else:
        check_messages(reply, rendered.parts, capabilities)


def check_messages(reply: Reply, parts: list[Part], capabilities: Capabilities) -> None:
    for part in parts:
        limit = capabilities.text_characters
        if part.buttons_as == "template":
            limit = capabilities.text_with_buttons_characters or limit
            assert len(part.buttons) <= capabilities.template_buttons
        elif part.buttons:
            assert len(part.buttons) <= capabilities.quick_replies
        assert 0 < len(part.text) <= limit
        for button in part.buttons:
            assert 0 < len(button.title) <= capabilities.button_title_characters
    sent = [button.payload for part in parts for button in part.buttons]
    assert sent == [button.payload for button in reply.buttons]
    check_clusters(reply.text, parts)


def check_short_messages(reply: Reply, parts: list[Part], capabilities: Capabilities) -> None:
    texts = [part.text for part in parts]
    alphabet = alphabet_of("".join(texts))
    limit = alphabet.value.single if len(texts) == 1 else alphabet.value.several
    assert 0 < len(texts) <= capabilities.sms_parts
    assert all(0 < alphabet.units(text) <= limit for text in texts)
    lines = [line for text in texts for line in text.splitlines()]
    for button in reply.buttons:
        assert any(line.endswith(f". {fold(button.title)}") for line in lines), button.title
    check_clusters(fold(reply.short_text or reply.text), parts)


def check_clusters(text: str, parts: list[Part]) -> None:
    """The parts begin with the text, cut nowhere inside what a reader sees as one character."""
    told = [cluster.strip() for part in parts for cluster in clusters(part.text)]
    whole = [cluster.strip() for cluster in clusters(text)]
    assert [c for c in told if c][: len([c for c in whole if c])] == [c for c in whole if c]


def test_all_channels_are_tested():
    assert {"web", "messenger", "sms"} <= set(CHANNELS)


def test_the_short_form_says_the_same_in_both_languages():
    for name in RESPONSES:
        given = [bool(row.get("custom", {}).get("short_text")) for row in RESPONSES[name]]
        assert all(given) or not any(given), name
        values = [
            {field for _, field, _, _ in string.Formatter().parse(row["custom"]["short_text"])}
            for row in RESPONSES[name]
            if row.get("custom")
        ]
        assert not values or values[0] - {None} == values[-1] - {None}, name
