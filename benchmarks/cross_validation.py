"""Cross-validation of the configured components over the training data."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks.scoring import Judgement, register_of
from benchmarks.understanding import Pipeline, read_entities
from bot.nlu.intent_features import words_of_tokens

_SEED = 42


def cross_validate(config: Path, data: Path, folds: int) -> list[Judgement]:
    """Each example of the training data, judged by components that never saw it.

    Folds are stratified by intent and shared out among the processors. Examples of the same words
    are one group: in different folds they would be the answer to each other.
    """
    processes = min(folds, os.cpu_count() or 1)
    # Not forked: TensorFlow, which Rasa imports, does not survive that.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        numbers = range(folds)
        judged = pool.map(_judge_fold, repeat(config), repeat(data), repeat(folds), numbers)
        return [judgement for judgements in judged for judgement in judgements]


def _judge_fold(config: Path, data: Path, folds: int, number: int) -> list[Judgement]:
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline(config, Path(folder))
        tokenized = pipeline.tokenize(load_data(str(data)))
        examples = [example for example in tokenized.intent_examples if example.get(TEXT)]
        intents = [example.get(INTENT) for example in examples]
        groups = [words_of_tokens(example.get(TOKENS_NAMES[TEXT])) for example in examples]
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=_SEED)
        seen, unseen = list(splitter.split(examples, intents, groups))[number]
        pipeline.train(TrainingData([examples[place] for place in seen]))
        return [_judge(pipeline, examples[place]) for place in unseen]


def _judge(pipeline: Pipeline, example: Message) -> Judgement:
    text = example.get(TEXT)
    understood = pipeline.understand(text)
    return Judgement(
        text=text,
        register=register_of(text),
        intent=example.get(INTENT),
        predicted=understood.predicted,
        answered=understood.answered,
        entities=read_entities(example.get(ENTITIES, [])),
        found=understood.entities,
    )
