"""What gunicorn serves: `gunicorn webhook.wsgi:app`."""

from bot.starting import settings_or_exit, start_logs
from webhook.app import create_app

_settings = settings_or_exit()
# gunicorn.conf.py has done it already, unless gunicorn was started elsewhere.
start_logs("webhook", _settings)

app = create_app(_settings)
