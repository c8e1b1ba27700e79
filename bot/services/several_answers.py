"""One message that says several things: which of its clauses count, and their answers together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.messages import Reply
from bot.services.dialogue import Context, Heard, Turn

Answer = Callable[[Heard, Context], Turn]

# Of a part of a message the engine must be surer than of a whole one: a wrong cut answers nonsense.
_SURE_ENOUGH = 0.55
_POLITE = frozenset({"greet", "thank", "goodbye"})
# What somebody can want beside something else; the rest leads up to it ("this bot is useless").
_WISHES = frozenset(
    {"ask_service", "browse_services", "find_office", "track_ticket", "ask_budget", "give_feedback"}
    | {"talk_to_officer", "change_language", "stop_messages", "forget_me"}
)


def parts_that_count(heard: Heard, names_own_subject: Callable[[Heard], str]) -> list[Heard]:
    """The parts of a message that are to be answered one by one; none if it is one question.

    Neighbours of one intent are one question ("fee and documents"), unless each names a subject
    of its own (`names_own_subject`: "a birth certificate and a driving test"). A greeting counts
    when a question follows it; thanks at the end of a question do not.
    """
    questions: list[Heard] = []
    greeting: list[Heard] = []
    for part in heard.parts:
        if part.intent == "greet" and not questions and part.confidence >= _SURE_ENOUGH:
            greeting = [part]
        elif part.intent in _POLITE and part.confidence >= _SURE_ENOUGH:
            continue
        elif not questions or _is_another_question(part, questions[-1], names_own_subject):
            questions.append(part)
        else:
            questions[-1] = _joined(questions[-1], part)
    if heard.intent in _POLITE:
        questions = [_with_its_service(part) for part in questions]
    wishes = [part for part in questions if part.intent in _WISHES]
    counting = [*greeting, *questions]
    if not wishes or len(counting) > 1:
        return counting if wishes else []
    # One wish between polite words: it is what counts, whatever the whole sounded like.
    [wish] = wishes
    return [wish] if heard.intent in _POLITE and wish.confidence >= _SURE_ENOUGH else []


def together(parts: Sequence[Heard], context: Context, answer: Answer) -> Turn:
    """The answers of all parts as one turn.

    What asks the citizen something stands last, so that a number chooses from its list; a form
    that was begun stands after that.
    """
    told: list[Reply] = []
    asked: list[Reply] = []
    begun: list[Reply] = []
    awaiting, understood = context.awaiting, False
    for part in parts:
        turn = answer(part, context)
        moved = turn.context.form is not None and turn.context.form != context.form
        context = turn.context
        understood = understood or turn.understood
        (begun if moved else asked if context.awaiting else told).extend(turn.replies)
        awaiting = context.awaiting or awaiting
    context = replace(context, awaiting="" if begun else awaiting)
    return Turn((*told, *asked, *begun), context, understood=understood)


def _with_its_service(part: Heard) -> Heard:
    """A part beside polite words that only names a service asks about it."""
    if part.intent in _WISHES or not part.first("service"):
        return part
    return replace(part, intent="ask_service", confidence=1.0)


def _is_another_question(
    part: Heard, before: Heard, names_own_subject: Callable[[Heard], str]
) -> bool:
    if part.intent not in _WISHES or part.confidence < _SURE_ENOUGH:
        return False
    if part.intent != before.intent:
        return before.intent in _WISHES and before.confidence >= _SURE_ENOUGH
    subjects = names_own_subject(before), names_own_subject(part)
    return all(subjects) and len(set(subjects)) == 2


def _joined(first: Heard, second: Heard) -> Heard:
    """Two clauses as one message again, with the intent that says more."""
    entities = {
        name: (*first.entities.get(name, ()), *second.entities.get(name, ()))
        for name in (*first.entities, *second.entities)
    }
    leading = first if first.intent in _WISHES else second
    return replace(
        leading,
        text=f"{first.text} {second.text}",
        entities=entities,
        aspects=tuple(dict.fromkeys((*first.aspects, *second.aspects))),
        place=first.place or second.place,
    )
