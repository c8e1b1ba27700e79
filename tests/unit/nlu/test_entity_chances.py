"""What the tagger's probabilities become: entities, and the words that speak most for a value."""

from __future__ import annotations

from tests.unit.nlu.engine_components import asked_of_engine

TEXT = "road money of Kamrieng"
ASK = """
import json, sys
from rasa.nlu.tokenizers.tokenizer import Token
from bot.nlu.entity_chances import likeliest_words, likely_entities
text, chances, likely = json.load(sys.stdin)
tokens, start = [], 0
for word in text.split():
    tokens.append(Token(word, start)); start += len(word) + 1
rows = {tuple(kind.split("=")) if "=" in kind else (kind, ""): row for kind, row in chances.items()}
print(json.dumps([likely_entities(tokens, rows, text), likeliest_words(likely)]))
"""


def asked(chances: dict[str, list[float]], likely: list[float]) -> list:
    answer: list = asked_of_engine(["-c", ASK], [TEXT, chances, likely])
    return answer


def test_of_overlapping_entities_the_likelier_one_is_taken_and_unlikely_words_are_none():
    entities, words = asked(
        {
            "budget_topic": [0.4, 0.35, 0.0, 0.0],
            "aspect=fee": [0.1, 0.5, 0.0, 0.0],
            "place": [0.0, 0.0, 0.2, 0.9],
        },
        [0.02, 0.4, 0.1, 0.0],
    )
    assert entities == [
        {"entity": "aspect", "value": "fee", "start": 5, "end": 10},
        {"entity": "place", "value": "Kamrieng", "start": 14, "end": 22},
    ]
    assert words == [1, 3]


def test_where_no_word_is_likely_there_is_neither_an_entity_nor_a_word():
    assert asked({"place": [0.0, 0.1, 0.29, 0.0]}, [0.0, 0.001, 0.0, 0.0]) == [[], None]


def test_neighbouring_likely_words_are_one_entity():
    entities, _ = asked({"budget_topic": [0.31, 0.6, 0.5, 0.2]}, [0.0])
    assert entities == [{"entity": "budget_topic", "value": "road money of", "start": 0, "end": 13}]
