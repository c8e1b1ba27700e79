"""What linear SVMs learn about the values of closed entities from whole messages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.nlu.linear_machines import Lesson
from bot.nlu.possible_entities import OF_WHOLE_MESSAGES, SINGLE, intents_with
from bot.nlu.quick_scoring import Floats

# Under this name the classifier leaves on a message, for the first and the last place of its words
# and of each of its clauses, what `value_lessons` names with its margin.
VALUE_MARGINS = "value_margins"


def value_lessons(
    matrix: Floats, intents: Floats, weights: Floats, kinds: Sequence[frozenset[str]]
) -> dict[str, Lesson]:
    """A yes or no for each value (`aspect=fee`), and for an entity as such that is `SINGLE`.

    Learnt from the rows whose intent can hold the entity. `kinds`: the entities of each row, with
    their values. An entity without examples has no lesson.
    """
    lessons = {}
    for entity in OF_WHOLE_MESSAGES:
        rows: list[int] = np.flatnonzero(np.isin(intents, sorted(intents_with(entity)))).tolist()
        values = {k for row in rows for k in kinds[row] if k.partition("=")[0] == entity}
        questions = {value: {value} for value in sorted(values)}
        if entity in SINGLE and values:
            questions[entity] = values
        part = matrix[rows] if questions else None
        for name, asked in questions.items():
            answers = np.array([not asked.isdisjoint(kinds[row]) for row in rows])
            lessons[name] = Lesson(part, answers, weights[rows])
    return lessons
