"""How a reply goes out on a channel: in messages with buttons, or in a few short messages."""

from __future__ import annotations

from bot.messages import Capabilities, Reply
from bot.rendering.part import Rendered
from bot.rendering.renderer import render
from bot.rendering.sms import lay_out_short_messages


def lay_out(reply: Reply, capabilities: Capabilities) -> Rendered:
    """The parts that carry a reply; on a channel of short messages perhaps not all of its text.

    No choice is ever left out of the parts. `remaining` is empty except where `sms_parts` are not
    enough: it is sent, by the same rules, when the citizen asks for more.
    """
    if capabilities.sms_parts:
        return lay_out_short_messages(reply, capabilities.sms_parts)
    return Rendered(render(reply, capabilities))
