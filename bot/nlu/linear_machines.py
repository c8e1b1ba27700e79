"""Linear SVMs over the same texts, learnt at the same time.

Apart from the classifier: what a second process must import is light here, without Rasa.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from joblib import Parallel, delayed
from sklearn.svm import LinearSVC

from bot.nlu.quick_scoring import Floats

# Finer than liblinear's own 0.1; scikit-learn's 0.0001 takes twice the time for the same accuracy.
_TOLERANCE = 0.01


def fit_machines(
    parts: Sequence[Floats], matrix: Floats, intents: Floats, weights: Floats, **settings: Any
) -> list[LinearSVC]:
    """A machine for each part, which says of each row whether it is seen; `settings`: of LinearSVC.

    Each in a process of its own, since liblinear's random numbers are the whole process's: learnt
    in threads, the machines would come out otherwise each time.
    """
    machines: list[LinearSVC] = Parallel(n_jobs=-1, max_nbytes=None)(
        delayed(_fit)(matrix[part], intents[part], weights[part], settings) for part in parts
    )
    return machines


def _fit(
    matrix: Floats, intents: Floats, weights: Floats, settings: Mapping[str, Any]
) -> LinearSVC:
    machine = LinearSVC(tol=_TOLERANCE, class_weight=_class_weights(intents.tolist()), **settings)
    return machine.fit(matrix, intents, sample_weight=weights)


def _class_weights(intents: list[str]) -> dict[str, float]:
    """Rare intents count more, by the root of what would make all equal."""
    counts = Counter(intents)
    even = len(intents) / len(counts)
    return {intent: float((even / count) ** 0.5) for intent, count in counts.items()}
