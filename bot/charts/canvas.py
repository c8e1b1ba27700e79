"""A white sheet in pixels on which charts are drawn; hides matplotlib."""

from __future__ import annotations

import threading
from bisect import bisect_left
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.text.clusters import split, truncate

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

FONTS = Path(__file__).parent / "fonts"
INK, FAINT, LINE, PAPER = "#16211f", "#51605d", "#cbd5d2", "#ffffff"
_DPI = 100
_POINTS = 72
# Fonts are one object for the process and keep state while they draw.
drawing = threading.Lock()

Align = Literal["left", "center", "right"]


class Canvas:
    """Draws bars and text at pixels counted from the top left; text sizes are pixels too.

    Whoever draws holds `drawing`. The same calls give the same bytes on every machine, for the
    fonts are those of this package and of matplotlib.
    """

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._agg = FigureCanvasAgg(self._figure)

    def bar(
        self, left: float, top: float, width: float, height: float, colour: str, outlined: bool
    ) -> None:
        """A filled bar, or a pale one with an edge in the colour."""
        from matplotlib.patches import Rectangle

        inset = 1.5 if outlined else 0.0
        self._figure.add_artist(
            Rectangle(
                (left + inset, self.height - top - height + inset),
                max(width - 2 * inset, 1),
                max(height - 2 * inset, 1),
                facecolor=(colour, 0.12) if outlined else colour,
                edgecolor=colour if outlined else "none",
                linewidth=2.2 if outlined else 0,
                transform=None,
            )
        )

    def line(self, left: float, top: float, width: float, height: float) -> None:
        """A thin rule."""
        self.bar(left, top, max(width, 1), max(height, 1), LINE, outlined=False)

    def text(
        self,
        left: float,
        baseline: float,
        words: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
    ) -> None:
        """One line of text on a baseline."""
        self._figure.text(
            left / self.width,
            1 - baseline / self.height,
            words,
            fontproperties=_font(size, bold),
            color=colour,
            ha=align,
            va="baseline",
            parse_math=False,
        )

    def save(self) -> bytes:
        """The sheet as PNG."""
        content = BytesIO()
        # Without the library's version in it, the same picture stays the same bytes.
        self._agg.print_png(content, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return content.getvalue()


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text comes out, in pixels."""
    if not words:
        return 0.0
    width, _, _ = _ruler().get_text_width_height_descent(  # type: ignore[no-untyped-call]
        words, _font(size, bold), ismath=False
    )
    return float(width)


def wrap(words: str, size: float, width: float, lines: int, *, bold: bool = False) -> list[str]:
    """The text in at most some lines of at most some pixels; Khmer is broken between words."""
    pieces = split(words, int(width), lambda piece: int(text_width(piece, size, bold=bold)) + 1)
    if len(pieces) > lines:
        pieces = [*pieces[: lines - 1], fit("".join(pieces[lines - 1 :]), size, width, bold=bold)]
    return pieces


def fit(words: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text in one line of at most some pixels, with … where something was cut off."""

    def is_too_wide(limit: int) -> bool:
        return text_width(truncate(words, limit), size, bold=bold) > width

    fitting = bisect_left(range(1, len(words) + 1), True, key=is_too_wide)
    return truncate(words, fitting)


@cache
def _ruler() -> RendererAgg:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, _DPI)  # type: ignore[no-untyped-call]


def _font(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=_families(), weight="bold" if bold else "normal", size=size * _POINTS / _DPI
    )


@cache
def _families() -> list[str]:
    from matplotlib.font_manager import fontManager

    khmer = "Noto Sans Khmer"
    # Another version of the font on this machine would draw other bytes.
    fontManager.ttflist[:] = [entry for entry in fontManager.ttflist if entry.name != khmer]
    for path in sorted(FONTS.glob("*.ttf")):
        fontManager.addfont(path)
    return ["DejaVu Sans", khmer]
