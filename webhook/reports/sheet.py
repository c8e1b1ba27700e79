"""An A4 sheet on which mixed Khmer and Latin text is set, wrapped between words, and tabled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import regex
from fpdf import FPDF

import bot.charts
from bot.text.clusters import split

_KHMER_FONTS = Path(bot.charts.__file__).parent / "fonts"
_LATIN_FONTS = Path(str(files("matplotlib"))) / "mpl-data" / "fonts" / "ttf"
_KHMER_RUN = regex.compile(r"([\u1780-\u17FF\u200B-\u200D]+)")
_MARGIN = 18.0
_LINE = 1.75
_POINT = 25.4 / 72
# Measured in hundredths of a millimetre, for `split` counts in whole numbers.
_FINE = 100

Colour = tuple[int, int, int]
INK: Colour = (22, 33, 31)
FAINT: Colour = (81, 96, 93)
ACCENT: Colour = (11, 95, 90)
ALERT: Colour = (168, 66, 10)
_LINE_COLOUR: Colour = (203, 213, 210)
_SHADE: Colour = (238, 243, 242)


@dataclass(frozen=True)
class Column:
    """A table's column: its heading and its share of the width."""

    heading: str
    share: float


class Sheet(FPDF):
    """Pages with a footer; every text goes through `write_line`, which shapes Khmer."""

    def __init__(
        self, title: str, footer: str, written_at: datetime, number: Callable[[int], str]
    ) -> None:
        super().__init__(format="A4")
        self._footer, self._number = footer, number
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=False)
        for name, folder, regular, bold in (
            ("khmer", _KHMER_FONTS, "NotoSansKhmer-Regular.ttf", "NotoSansKhmer-Bold.ttf"),
            ("latin", _LATIN_FONTS, "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
        ):
            self.add_font(name, "", folder / regular)
            self.add_font(name, "B", folder / bold)
        self.set_text_shaping(use_shaping_engine=True)
        self.c_margin = 0
        self.set_title(title)
        self.set_producer("Chrok")
        # Not the time of making: the same report is the same file.
        self.set_creation_date(written_at)
        self.add_page()

    def footer(self) -> None:
        """The footer's text and the page's number."""
        self.write_line(self._footer, _MARGIN, self.h - 12, 8, colour=FAINT)
        number = self._number(self.page_no())
        width = self.width_of(number, 8)
        self.write_line(number, self.w - _MARGIN - width, self.h - 12, 8, colour=FAINT)

    def heading(self, text: str, size: float = 13, followed_by: float = 20) -> None:
        """A heading that is not torn from what follows it, so many millimetres high."""
        self.need(size * _POINT * 3 + followed_by)
        self.ln(size * _POINT * 0.9)
        self.paragraph(text, size, bold=True, colour=ACCENT)
        self.ln(1)

    def paragraph(
        self, text: str, size: float = 10, *, bold: bool = False, colour: Colour = INK
    ) -> None:
        """Text over the whole width."""
        for line in self.wrapped(text, size, self.w - 2 * _MARGIN, bold=bold):
            self.need(size * _POINT * _LINE)
            self.write_line(line, _MARGIN, self.get_y(), size, bold=bold, colour=colour)
            self.set_y(self.get_y() + size * _POINT * _LINE)

    def picture(self, png: bytes, width: float) -> None:
        """A picture at the left, with the height that its width asks for."""
        height = picture_height(png, width)
        self.need(height + 2)
        self.image(BytesIO(png), x=_MARGIN, y=self.get_y(), w=width)
        self.set_y(self.get_y() + height + 2)

    def columns(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table; its headings come again on every page, and no row is torn."""
        self._row(columns, [column.heading for column in columns], bold=True)
        for row in rows:
            if self._does_not_fit(self._row_height(columns, row)):
                self.add_page()
                self._row(columns, [column.heading for column in columns], bold=True)
            self._row(columns, row)
        self.ln(2)

    def need(self, height: float) -> None:
        """A new page, unless so many millimetres are left on this one."""
        if self._does_not_fit(height):
            self.add_page()

    def wrapped(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """The lines of a text, each at most `width` millimetres; Khmer breaks between words."""

        def measure(piece: str) -> int:
            return int(self.width_of(piece, size, bold=bold) * _FINE)

        lines: list[str] = []
        for paragraph in text.splitlines():
            lines += [piece.strip() for piece in split(paragraph, int(width * _FINE), measure)]
        return lines

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text comes out, in millimetres."""
        total = 0.0
        for font, run in _runs(text):
            self.set_font(font, "B" if bold else "", size)
            total += self.get_string_width(run)
        return total

    def write_line(
        self,
        text: str,
        left: float,
        top: float,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
    ) -> None:
        """One line with its top left corner at a place, each script in its own font."""
        self.set_text_color(*colour)
        for font, run in _runs(text):
            self.set_font(font, "B" if bold else "", size)
            width = self.get_string_width(run)
            self.set_xy(left, top)
            self.cell(width, size * _POINT * _LINE, run)
            left += width

    def _row(self, columns: Sequence[Column], row: Sequence[str], *, bold: bool = False) -> None:
        size = 8.5
        height, top = self._row_height(columns, row, bold=bold), self.get_y()
        width = self.w - 2 * _MARGIN
        if bold:
            self.set_fill_color(*_SHADE)
            self.rect(_MARGIN, top, width, height, style="F")
        left = _MARGIN
        for column, text in zip(columns, row, strict=True):
            lines = self.wrapped(text, size, width * column.share - 3, bold=bold)
            for number, line in enumerate(lines):
                y = top + 1 + number * size * _POINT * _LINE
                self.write_line(line, left + 1.5, y, size, bold=bold)
            left += width * column.share
        self.set_draw_color(*_LINE_COLOUR)
        self.line(_MARGIN, top + height, _MARGIN + width, top + height)
        self.set_xy(_MARGIN, top + height)

    def _row_height(
        self, columns: Sequence[Column], row: Sequence[str], *, bold: bool = False
    ) -> float:
        size, width = 8.5, self.w - 2 * _MARGIN
        lines = max(
            len(self.wrapped(text, size, width * column.share - 3, bold=bold))
            for column, text in zip(columns, row, strict=True)
        )
        return max(lines, 1) * size * _POINT * _LINE + 2

    def _does_not_fit(self, height: float) -> bool:
        return bool(self.get_y() + height > self.h - _MARGIN)


def picture_height(png: bytes, width: float) -> float:
    """How high a PNG becomes at a width; its header holds both in pixels."""
    wide, high = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))
    return width * high / wide


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in runs of one font: Khmer, or everything else."""
    return [
        ("khmer" if _KHMER_RUN.fullmatch(run) else "latin", run)
        for run in _KHMER_RUN.split(text)
        if run
    ]
