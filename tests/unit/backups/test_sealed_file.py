"""The encrypted file gives back what was written, or nothing."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.encryption import backup_key, new_key
from bot.errors import SettingError
from bot.services.backups import sealed_file
from bot.services.backups.errors import BackupError
from bot.services.backups.sealed_file import SealedReader, SealedWriter

KEY = backup_key(new_key())
HEADER = 15 + 16
CHUNK = 100


@pytest.fixture(autouse=True, scope="module")
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed_file, "_CHUNK", CHUNK)
        yield


def sealed(*parts: bytes) -> bytes:
    file = io.BytesIO()
    with SealedWriter(file, KEY) as writer:
        for part in parts:
            writer.write(part)
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY, size: int = 1 << 30) -> bytes:
    reader, parts = SealedReader(io.BytesIO(content), key), []
    while part := reader.read(size):
        parts.append(part)
    reader.finish()
    return b"".join(parts)


@given(st.lists(st.binary(max_size=3 * CHUNK), max_size=6), st.integers(1, 4 * CHUNK))
def test_what_was_written_is_read_in_pieces_of_any_size(parts, size):
    assert opened(sealed(*parts), size=size) == b"".join(parts)


@given(st.binary(max_size=3 * CHUNK), st.data())
def test_a_changed_byte_is_noticed_wherever_it_is(content, data):
    file = bytearray(sealed(content))
    position = data.draw(st.integers(0, len(file) - 1))
    file[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupError, match="nothing was changed"):
        opened(bytes(file))


@given(st.binary(max_size=3 * CHUNK), st.data())
def test_a_file_that_was_cut_off_is_noticed(content, data):
    file = sealed(content)
    with pytest.raises(BackupError, match="nothing was changed"):
        opened(file[: data.draw(st.integers(0, len(file) - 1))])


@given(st.binary(min_size=1, max_size=200))
def test_something_appended_is_noticed(rest):
    with pytest.raises(BackupError):
        opened(sealed(b"x" * 250) + rest)


def test_chunks_in_another_order_are_noticed():
    file = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    header, whole = file[:HEADER], CHUNK + 16
    first, second, rest = (file[HEADER:][i * whole : (i + 1) * whole] for i in range(3))
    for order in ((second, first, rest), (first, first, rest), (second, rest)):
        with pytest.raises(BackupError):
            opened(header + b"".join(order))


def test_a_file_that_broke_off_while_it_was_written_is_no_backup():
    file = io.BytesIO()
    writer = SealedWriter(file, KEY)
    writer.write(b"x" * 300)
    writer.__exit__(OSError, OSError("disk full"), None)
    with pytest.raises(BackupError):
        opened(file.getvalue())


def test_another_key_opens_nothing_and_is_named():
    with pytest.raises(BackupError, match="BACKUP_KEY"):
        opened(sealed(b"x"), backup_key(new_key()))


def test_the_same_content_never_looks_the_same():
    assert sealed(b"x" * 500) != sealed(b"x" * 500)


@pytest.mark.parametrize("setting", ["", "short", "ក", "A" * 42])
def test_a_key_of_another_length_is_refused_with_the_command_that_makes_one(setting):
    with pytest.raises(SettingError, match=r"BACKUP_KEY must be 32 bytes .* keys new"):
        backup_key(setting)
