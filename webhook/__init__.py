"""The web process: providers' webhooks, the web chat, the operator's commands."""

from webhook.app import create_app

__all__ = ["create_app"]
