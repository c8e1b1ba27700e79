"""Captured payloads with odd values in them, and bytes that are no payload at all."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

_ODD_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def odd_payloads(folder: Path):
    """Bodies made from a folder of captured requests: some values replaced or removed."""
    captured = [
        json.loads(path.read_bytes())
        for path in sorted(folder.glob("*.json"))
        if path.stem != "malformed"
    ]
    return st.one_of(_changed(captured), st.binary(max_size=200))


@st.composite
def _changed(draw, captured):
    content = {"": json.loads(json.dumps(draw(st.sampled_from(captured))))}
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([path for path in _paths_in(content) if path]))
        holder = content
        for key in path:
            holder = holder[key]
        if isinstance(holder, dict) and draw(st.booleans()) and last != "":
            del holder[last]
        else:
            holder[last] = draw(_ODD_VALUES)
    return json.dumps(content[""]).encode()


def _paths_in(value, path=()):
    yield path
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        children = ()
    for key, child in children:
        yield from _paths_in(child, (*path, key))
