"""How a reply goes out on a channel: in messages with buttons, or in a few short messages."""

from __future__ import annotations

from bot.messages import Capabilities, Reply
from bot.rendering.part import Part, Rendered
from bot.rendering.renderer import lay_out_messages
from bot.rendering.sms import lay_out_short_messages


def lay_out(reply: Reply, capabilities: Capabilities) -> Rendered:
    """The parts that carry a reply; on a channel of short messages perhaps not all of its text.

    No choice is ever left out of the parts. `remaining` is empty except where `sms_parts` are not
    enough: it is sent, by the same rules, when the citizen asks for more.
    """
    if capabilities.sms_parts:
        return lay_out_short_messages(reply, capabilities.sms_parts)
    return Rendered(lay_out_messages(reply, capabilities))


def render(reply: Reply, capabilities: Capabilities) -> list[Part]:
    """The parts alone, where nobody can ask for what remains."""
    return lay_out(reply, capabilities).parts
