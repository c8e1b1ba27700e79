"""Rasa's reader of training data, which reads the examples once and copies them quickly."""

from __future__ import annotations

from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class OnceReadingImporter(RasaFileImporter):
    """The files that Rasa reads by itself.

    One training asks three times for the examples, and each time Rasa would read, check and
    merge all files anew; merging copies each example a dozen times and looks as often whether it
    is there already. With our 27,000 examples that was half a minute.
    """

    _examples: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all files, merged; the language has no meaning for them."""
        if self._examples is None:
            read = super().get_nlu_data(language)
            read.training_examples = [
                _Example(example.data, example.output_properties, example.time)
                for example in read.training_examples
            ]
            self._examples = read
        return self._examples


class _Example(Message):
    """A message that is copied and looked up without going through all that it holds."""

    def __hash__(self) -> int:
        """Equal messages have equal texts and intents; Rasa's hash is of the whole as JSON."""
        return hash((self.get(TEXT), self.get(INTENT)))

    def __eq__(self, other: object) -> bool:
        """As Rasa does it: a class with a hash of its own needs both."""
        return bool(super().__eq__(other))

    def __deepcopy__(self, memo: dict[int, Any]) -> _Example:
        """A copy with lists and annotations of its own."""
        return _Example(
            {key: _copied(value) for key, value in self.data.items()},
            set(self.output_properties),
            self.time,
        )


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(one) for one in value]
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return value
