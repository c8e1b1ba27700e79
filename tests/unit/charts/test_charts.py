"""Charts are pictures: tests look at their pixels and bytes, people at docs/images."""

import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bot.charts import Chart, Series, bar_chart, column_chart
from bot.charts.canvas import FONTS, _families, fit, text_width, wrap
from bot.charts.chart import PALETTE

KHMER = Chart(
    title="ថវិកាឃុំអូរជ្រៅ ឆ្នាំ២០២២៖ គ្រោង និងចំណាយជាក់ស្តែង",
    labels=("ផ្លូវ ស្ពាន និងហេដ្ឋារចនាសម្ព័ន្ធ", "រដ្ឋបាល"),
    series=(
        Series("គ្រោង", (410, 180), ("៤១០ លានរៀល", "១៨០ លានរៀល"), outlined=True),
        Series("ជាក់ស្តែង", (205, None), ("២០៥ លានរៀល", "មិនមានទិន្នន័យ")),
    ),
    footer=("ទិន្នន័យគំរូ",),
)
GREEN = (11, 95, 90)


def pixels(png):
    """Height × width × 3 bytes."""
    return np.array(Image.open(BytesIO(png)).convert("RGB"))


def longest_bar(image):
    """The length in pixels of the longest solid green bar."""
    rows = (image == GREEN).all(axis=2)
    return int(rows[250:].sum(axis=1).max())


@pytest.mark.parametrize("draw", [bar_chart, column_chart])
def test_the_same_chart_gives_the_same_bytes(draw):
    assert draw(KHMER) == draw(KHMER)


@pytest.mark.parametrize("draw", [bar_chart, column_chart])
def test_the_picture_does_not_name_the_version_that_drew_it(draw):
    assert b"atplotlib" not in draw(KHMER)


def test_bars_are_as_long_as_their_values():
    half = longest_bar(pixels(bar_chart(KHMER)))
    twice = Series("ជាក់ស្តែង", (410, None), KHMER.series[1].words)
    fuller = Chart(KHMER.title, KHMER.labels, (KHMER.series[0], twice), KHMER.footer)
    assert longest_bar(pixels(bar_chart(fuller))) == pytest.approx(2 * half, rel=0.02)


def test_a_value_that_is_not_known_has_no_bar_but_words():
    unknown = Chart("A", ("B",), (Series("C", (None,), ("not known",)),))
    image = pixels(bar_chart(unknown))
    assert not (image == GREEN).all(axis=2).any()
    assert (image[150:200] != 255).any()


@pytest.mark.parametrize("rows", [1, 4, 9])
def test_a_share_picture_has_the_size_that_was_asked_for(rows):
    words = tuple(f"{n} million riel" for n in range(rows))
    chart = Chart("A", words, (Series("B", tuple(range(rows)), words),), ("Sample data",))
    image = pixels(bar_chart(chart, 1200, 630))
    assert image.shape == (630, 1200, 3)


def test_nothing_is_drawn_over_the_edge():
    words = ("១២៣,៤៥៦ លានរៀល",)
    long = "ការសាងសង់ និងជួសជុលហេដ្ឋារចនាសម្ព័ន្ធមូលដ្ឋាន " * 4
    chart = Chart(long * 2, (long,), (Series(long, (5,), words),) * 3, (long * 3,))
    for png in (bar_chart(chart), bar_chart(chart, 1200, 630), column_chart(chart)):
        image = pixels(png)
        assert (image[:, :20] == 255).all()
        assert (image[:, -20:] == 255).all()


def test_khmer_is_shaped_and_not_strung_together():
    # Unshaped, each subscript would take a width of its own beside a dotted circle.
    assert text_width("ស្ត្រី", 30) < text_width("ស", 30) * 1.5


def test_the_fonts_of_the_repository_are_drawn_with_whatever_the_machine_has():
    from matplotlib.font_manager import fontManager

    _families()
    files = {entry.fname for entry in fontManager.ttflist if entry.name == "Noto Sans Khmer"}
    assert files == {str(path) for path in FONTS.glob("*.ttf")}


def test_text_is_fitted_between_clusters():
    text = "ហេដ្ឋារចនាសម្ព័ន្ធមូលដ្ឋាន"
    fitted = fit(text, 27, 200)
    assert fitted.endswith("…")
    assert text_width(fitted, 27) <= 200
    assert not fitted[:-1].endswith("\u17d2")
    lines = wrap(text * 4, 27, 300, 2)
    assert len(lines) == 2
    assert all(text_width(line, 27) <= 301 for line in lines)


@pytest.mark.parametrize(
    ("values", "words", "complaint"),
    [
        ((1,), ("1", "2"), "1 values but 2 words"),
        ((-1,), ("-1",), "negative"),
    ],
)
def test_a_series_that_cannot_be_drawn_is_refused(values, words, complaint):
    with pytest.raises(ValueError, match=complaint):
        Series("A", values, words)


def test_a_series_has_a_value_for_each_label():
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        Chart("A", ("B", "C"), (Series("D", (1,), ("1",)),))


def test_colours_stand_out_from_white():
    for colour in PALETTE:
        assert 1.05 / (luminance(colour) + 0.05) >= 3


def luminance(colour):
    """Relative luminance of WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_who_only_describes_a_chart_does_not_load_matplotlib():
    code = "import sys, bot.charts; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
