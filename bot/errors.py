"""Typed errors: a stable code, whether trying again can help, and what a person may be told."""


class ChrokError(Exception):
    """Base of every error that Chrok raises on purpose.

    `code` is stable and fit for logs and terminal states; `retryable` tells whether the same call
    can succeed later; the message is written for the operator and never holds a secret.
    """

    code = "error"
    retryable = False


class SettingError(ChrokError):
    """A setting is missing or wrong; the message names it and says how to mend it."""

    code = "setting"


class EngineUnavailable(ChrokError):
    """The engine could not be reached or gave no answer in time."""

    code = "engine_unavailable"
    retryable = True


class EngineTurnFailed(ChrokError):
    """The engine answered, but with an empty or partial turn (Rasa answers `200 []` on failure)."""

    code = "engine_turn_failed"
    retryable = True


class CatalogueError(ChrokError):
    """The catalogue's data are wrong or missing."""

    code = "catalogue"
