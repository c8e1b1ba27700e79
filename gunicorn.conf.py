"""What gunicorn reads by itself where it is started in this folder."""

logger_class = "bot.logs.gunicorn_logger.GunicornLogger"
