"""Rasa custom actions: slots to a service to a response; flat and thin."""
