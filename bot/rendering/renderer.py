"""How a reply is laid out on a channel of which only the limits are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages import Button, Capabilities, Reply
from bot.rendering.choices import Choice, choices
from bot.rendering.part import ButtonsAs, Part
from bot.text.clusters import split

# Lines that belong together; paragraphs are set apart by an empty line.
Paragraph = list[str]


@dataclass(frozen=True)
class _Group:
    """Choices under one text: those that are told in it and those that are buttons."""

    told: Sequence[Choice]
    pressed: Sequence[Choice] = ()
    buttons_as: ButtonsAs | None = None


def lay_out_messages(reply: Reply, capabilities: Capabilities) -> list[Part]:
    """The messages that carry a reply, in order; buttons stand under the last of them.

    No part exceeds a limit of the channel and no choice is lost: what does not fit becomes a
    numbered line or a part of its own. Addresses are left out on a channel without links. A reply
    with nothing in it has no parts.
    """
    parts: list[Part] = []
    if reply.image_url and capabilities.images:
        parts.append(Part(image_url=reply.image_url))
    text = reply.text.strip()
    links = _links(reply, capabilities)
    buttons = [button for button in reply.buttons if capabilities.links or not button.url]
    if not buttons:
        laid_out = _parts([[text], links], None, capabilities)
    else:
        laid_out = _as_one_template(text, links, buttons, capabilities) or _in_groups(
            text, links, buttons, capabilities
        )
    if reply.link_url and laid_out and capabilities.links:
        laid_out[-1] = replace(laid_out[-1], link_url=reply.link_url)
    if parts and laid_out and len(laid_out[0].text) <= capabilities.caption_characters:
        return [replace(laid_out[0], image_url=reply.image_url), *laid_out[1:]]
    return parts + laid_out


def _links(reply: Reply, capabilities: Capabilities) -> Paragraph:
    if not capabilities.links:
        return []
    shown_as_address = "" if capabilities.images else reply.image_url
    return [
        address
        for address in (shown_as_address, reply.link_url)
        if address and address not in reply.text
    ]


def _as_one_template(
    text: str, links: Paragraph, buttons: Sequence[Button], capabilities: Capabilities
) -> list[Part]:
    """One part with all the buttons under it, or nothing if they do not fit."""
    if len(buttons) > capabilities.template_buttons:
        return []
    limit = capabilities.button_title_characters
    offered = choices(buttons, limit, text, always_numbered=not (text or links))
    group = _Group(offered, offered, "template")
    parts = _parts(_paragraphs(text, links, group), group, capabilities)
    return parts if len(parts) == 1 else []


def _in_groups(
    text: str, links: Paragraph, buttons: Sequence[Button], capabilities: Capabilities
) -> list[Part]:
    """As many parts as it takes; the text leads the first group of buttons."""
    if capabilities.quick_replies or not capabilities.template_buttons:
        # Only a template can open a page; elsewhere the address stands in the text.
        limit = capabilities.text_characters
        opened = [button for button in buttons if button.url]
        links = [*links, *(line for button in opened for line in _address_lines(button, limit))]
        buttons = [button for button in buttons if not button.url]
    at_once = capabilities.quick_replies or capabilities.template_buttons
    numbered = not (text or links) or len(buttons) > at_once
    offered = choices(buttons, capabilities.button_title_characters, text, numbered)
    first, *further = _groups(offered, capabilities)
    parts = _parts(_paragraphs(text, links, first), first, capabilities)
    for group in further:
        parts += _parts(_paragraphs("", [], group), group, capabilities)
    return parts


def _groups(offered: Sequence[Choice], capabilities: Capabilities) -> list[_Group]:
    """The choices in groups of what fits under one text; always at least one group."""
    passing, permanent = capabilities.quick_replies, capabilities.template_buttons
    if len(offered) <= passing or not permanent:
        pressed = offered[:passing]
        return [_Group(offered, pressed, "quick_replies" if pressed else None)]
    # Quick replies vanish with the next message, so only the last group can have them.
    ahead, last = offered[: len(offered) - passing], offered[len(offered) - passing :]
    chunks = [ahead[start : start + permanent] for start in range(0, len(ahead), permanent)]
    groups = [_Group(chunk, chunk, "template") for chunk in chunks]
    return [*groups, _Group(last, last, "quick_replies")] if last else groups


def _paragraphs(text: str, links: Paragraph, group: _Group) -> list[Paragraph]:
    return [[text], links, [choice.line for choice in group.told]]


def _parts(
    paragraphs: Sequence[Paragraph], group: _Group | None, capabilities: Capabilities
) -> list[Part]:
    """Parts of text, the group's buttons under the last one."""
    pieces = _pieces(paragraphs, capabilities.text_characters)
    if not pieces or group is None or not group.pressed:
        return [Part(text=piece) for piece in pieces]
    if group.buttons_as == "template":
        pieces[-1:] = split(pieces[-1], capabilities.text_with_buttons_characters)
    buttons = tuple(choice.button for choice in group.pressed)
    last = Part(text=pieces[-1], buttons=buttons, buttons_as=group.buttons_as)
    return [*(Part(text=piece) for piece in pieces[:-1]), last]


def _pieces(paragraphs: Sequence[Paragraph], limit: int) -> list[str]:
    """The paragraphs in texts of at most `limit` characters; a line is cut only if it must be."""
    pieces: list[str] = []
    for paragraph in paragraphs:
        between = "\n\n"
        for line in filter(None, paragraph):
            if pieces and len(pieces[-1]) + len(between) + len(line) <= limit:
                pieces[-1] += between + line
            else:
                pieces.extend(split(line, limit))
            between = "\n"
    return pieces


def _address_lines(button: Button, limit: int) -> Paragraph:
    """Title and address in one line, or in two where a cut would go through the address."""
    title = " ".join(button.title.split())
    line = f"{title}: {button.url}" if title else button.url
    return [line] if len(line) <= limit else [title, button.url]
