"""Rasa graph components for Khmer, English and romanised Khmer; nothing else imports rasa."""
