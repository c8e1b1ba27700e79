"""Reply and Capabilities in, parts out: what fits into one message of a channel."""

from bot.rendering.layout import lay_out, render
from bot.rendering.part import ButtonsAs, Part, Rendered

__all__ = ["ButtonsAs", "Part", "Rendered", "lay_out", "render"]
