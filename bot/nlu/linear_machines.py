"""Linear SVMs that are learnt at the same time.

Apart from the classifiers: what a second process must import is light here, without Rasa.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.svm import LinearSVC

from bot.nlu.quick_scoring import Floats

# Finer than liblinear's own 0.1; scikit-learn's 0.0001 takes twice the time for the same accuracy.
_TOLERANCE = 0.01


@dataclass(frozen=True)
class Lesson:
    """Rows of features, what each is and how much it counts; classes may count more than others."""

    matrix: Floats
    labels: Floats
    weights: Floats
    class_weights: Mapping[Any, float] | None = None


def fit_machines(lessons: Sequence[Lesson], **settings: Any) -> list[LinearSVC]:
    """A machine for each lesson; `settings`: of LinearSVC.

    Each in a process of its own, since liblinear's random numbers are the whole process's: learnt
    in threads, the machines would come out otherwise each time.
    """
    machines: list[LinearSVC] = Parallel(n_jobs=-1, max_nbytes=None)(
        delayed(_fit)(lesson, settings) for lesson in lessons
    )
    return machines


def by_question(machine: LinearSVC) -> tuple[Floats, Floats]:
    """Coefficients and intercept of a yes or no, in one row."""
    return machine.coef_, machine.intercept_


def by_class(machine: LinearSVC) -> tuple[Floats, Floats]:
    """Coefficients and intercepts, a row for each class; of two classes liblinear has one row."""
    if len(machine.classes_) > 2:
        return machine.coef_, machine.intercept_
    return (
        np.vstack([-machine.coef_, machine.coef_]),
        np.concatenate([-machine.intercept_, machine.intercept_]),
    )


def _fit(lesson: Lesson, settings: Mapping[str, Any]) -> LinearSVC:
    machine = LinearSVC(tol=_TOLERANCE, class_weight=lesson.class_weights, **settings)
    return machine.fit(lesson.matrix, lesson.labels, sample_weight=lesson.weights)
