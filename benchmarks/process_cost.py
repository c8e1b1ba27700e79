"""What a running program takes: processor time and memory, of it and of all that it started.

Read from Linux's /proc (proc(5)); other systems have none.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Places in /proc/<id>/stat, counted from the field after the name.
_PARENT, _TIMES = 1, slice(11, 15)


@dataclass(frozen=True)
class ProcessCost:
    """Processor seconds since the start; memory in megabytes, shared pages counted in part."""

    cpu_seconds: float
    megabytes: float


def cost_of(process_id: int) -> ProcessCost:
    """Of a process and everything below it, also of what has ended there in the meantime."""
    family = list(_family(process_id))
    return ProcessCost(
        cpu_seconds=sum(_cpu_seconds(one) for one in family),
        megabytes=sum(_megabytes(one) for one in family),
    )


def _family(process_id: int) -> Iterator[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            children[int(fields[_PARENT])].append(int(folder.name))
    waiting = [process_id]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children[one])


def _cpu_seconds(process_id: int) -> float:
    return sum(int(ticks) for ticks in _fields(process_id)[_TIMES]) / _TICKS_A_SECOND


def _fields(process_id: int) -> list[str]:
    return _read(process_id, "stat").rpartition(") ")[2].split()


def _megabytes(process_id: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", _read(process_id, "smaps_rollup"), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _read(process_id: int, name: str) -> str:
    try:
        return (_PROC / str(process_id) / name).read_text()
    except (FileNotFoundError, ProcessLookupError):
        # It ended while we looked; its time is in its parent's by then.
        return ""
