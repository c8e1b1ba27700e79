"""The production pipeline on a public corpus, MASSIVE, beside Rasa's default pipeline."""
