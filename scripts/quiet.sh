# To be sourced: keeps TensorFlow, SQLAlchemy 1.4 and Python quiet about what Rasa's pins imply.
export TF_CPP_MIN_LOG_LEVEL=3
export SQLALCHEMY_SILENCE_UBER_WARNING=1
export PYTHONWARNINGS=ignore
export RASA_TELEMETRY_ENABLED=false
