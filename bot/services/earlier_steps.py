"""What was asked and shown before, so that "back" can show it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.services.dialogue import Context, Form, Heard

# Further back than this nobody goes by one word; the slot stays small.
_MOST = 6
_HEARD = ("text", "intent", "aspects", "place", "chosen", "entities", "corrects")


@dataclass(frozen=True)
class Step:
    """Either a form's question (`form`), or a message and the context in which it was heard."""

    form: Form | None = None
    heard: Heard | None = None
    context: Context | None = None


def remember_question(context: Context) -> Context:
    """The context with its open form's question as the latest step."""
    form = context.form
    step = {"form": json.loads(form.to_json())} if form else {}
    return _with_step(context, step)


def remember_answer(context: Context, heard: Heard, before: Context) -> Context:
    """The context with what was heard, and where the conversation stood, as the latest step."""
    slots = {name: value for name, value in before.to_slots().items() if value}
    slots.pop("earlier", None)
    return _with_step(context, {"heard": _said(heard), "slots": slots})


def latest_step(context: Context, heard: Heard) -> Step | None:
    """The latest step, heard again in the language of `heard` and by the same contact."""
    steps = _read(context.earlier)
    if not steps:
        return None
    step = steps[-1]
    if "form" in step:
        return Step(form=Form.from_json(json.dumps(step["form"])))
    again = _heard_again(step["heard"], heard)
    return Step(heard=again, context=Context.from_slots(step["slots"]))


def without_latest_step(context: Context) -> Context:
    """The context one step earlier."""
    return replace(context, earlier=_write(_read(context.earlier)[:-1]))


def _with_step(context: Context, step: Mapping[str, Any]) -> Context:
    return replace(context, earlier=_write([*_read(context.earlier), step][-_MOST:]))


def _said(heard: Heard) -> dict[str, Any]:
    said = {name: value for name in _HEARD if (value := _plain(getattr(heard, name)))}
    said["confidence"] = heard.confidence
    if heard.parts:
        said["parts"] = [_said(part) for part in heard.parts]
    return said


def _heard_again(said: Mapping[str, Any], now: Heard) -> Heard:
    return Heard(
        text=said.get("text", ""),
        language=now.language,
        intent=said.get("intent", ""),
        aspects=tuple(said.get("aspects", ())),
        place=said.get("place", ""),
        chosen=said.get("chosen", {}),
        entities={name: tuple(values) for name, values in said.get("entities", {}).items()},
        conversation_id=now.conversation_id,
        confidence=said.get("confidence", 1.0),
        corrects=bool(said.get("corrects")),
        parts=tuple(_heard_again(part, now) for part in said.get("parts", ())),
    )


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _read(earlier: str) -> list[dict[str, Any]]:
    return json.loads(earlier) if earlier else []


def _write(steps: list[Any]) -> str:
    return json.dumps(steps, ensure_ascii=False) if steps else ""
