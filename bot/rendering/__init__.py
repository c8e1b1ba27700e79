"""Reply and Capabilities in, parts out: what fits into one message of a channel."""

from bot.rendering.part import ButtonsAs, Part
from bot.rendering.renderer import render

__all__ = ["ButtonsAs", "Part", "render"]
