"""What can go wrong with a backup."""

from bot.errors import ChrokError


class BackupError(ChrokError):
    """A backup cannot be made or restored; the message says why and how to mend it."""

    code = "backup"
