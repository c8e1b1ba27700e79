"""Digests and alerts as officials read them: Telegram, e-mail, SMS, and the chart in them."""
