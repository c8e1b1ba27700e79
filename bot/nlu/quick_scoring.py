"""The margins of one message, without what scikit-learn spends on checking a matrix of one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import FeatureUnion

from bot.nlu.intent_features import terms_by_view

# numpy is in the engine's environment only: there is no NDArray for the type checker.
Floats = Any


@dataclass(frozen=True)
class _View:
    places: dict[str, int]
    weights: Floats
    coefficients: Floats  # one row for each term, one column for each class

    def margins(self, terms: list[str]) -> Floats:
        """TF-IDF with logarithmic counts and length one, times the coefficients."""
        counts = Counter(map(self.places.get, terms))
        counts.pop(None, None)  # terms that no example had
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(times)) * self.weights[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        margins: Floats = (values / length) @ self.coefficients[columns]
        return margins


class QuickScorer:
    """What the `decision_function` of a linear model over views of TF-IDF gives, for one text.

    Ten times as fast for a single message: there is a whole matrix's worth of checks in each of
    the views otherwise. `classes` names the margins, one for each row of the coefficients.
    """

    def __init__(self, classes: Sequence[str], intercepts: Floats, views: Sequence[_View]) -> None:
        self.classes = tuple(classes)
        self._intercepts = intercepts
        self._views = tuple(views)

    @classmethod
    def of(
        cls, classes: Sequence[str], views: FeatureUnion, coefficients: Floats, intercepts: Floats
    ) -> QuickScorer:
        """Of fitted `feature_views` and a model over them."""
        columns = coefficients.T.astype(np.float32)
        made = []
        start = 0
        for _, vectorizer in views.transformer_list:
            end = start + len(vectorizer.vocabulary_)
            made.append(
                _View(
                    vectorizer.vocabulary_,
                    vectorizer.idf_.astype(np.float32),
                    np.ascontiguousarray(columns[start:end]),
                )
            )
            start = end
        return cls(classes, intercepts.astype(np.float32), made)

    def margins(self, text: str) -> Floats:
        """One number for each class."""
        margins: Floats = self._intercepts + sum(
            view.margins(terms)
            for view, terms in zip(self._views, terms_by_view(text), strict=True)
        )
        return margins

    def write(self, path: Path) -> None:
        """Store it as arrays of numbers and letters, which run no code when they are read."""
        arrays = {"classes": _letters(self.classes), "intercepts": self._intercepts}
        for place, view in enumerate(self._views):
            arrays[f"terms {place}"] = _letters(sorted(view.places, key=view.places.__getitem__))
            arrays[f"weights {place}"] = view.weights
            arrays[f"coefficients {place}"] = view.coefficients
        np.savez_compressed(path, **arrays)

    @classmethod
    def read(cls, path: Path) -> QuickScorer:
        """What `write` stored."""
        with np.load(path, allow_pickle=False) as arrays:
            made = [
                _View(
                    {term: at for at, term in enumerate(_lines(arrays[f"terms {place}"]))},
                    arrays[f"weights {place}"],
                    arrays[f"coefficients {place}"],
                )
                for place in range(sum(name.startswith("terms ") for name in arrays))
            ]
            return cls(_lines(arrays["classes"]), arrays["intercepts"], made)


def _letters(lines: Sequence[str]) -> Floats:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def _lines(letters: Floats) -> list[str]:
    text: str = letters.tobytes().decode()
    return text.split("\n")
