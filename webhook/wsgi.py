"""What gunicorn serves: `gunicorn webhook.wsgi:app`."""

import logging

from webhook.app import create_app

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")

app = create_app()
