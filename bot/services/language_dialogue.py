"""The language that a citizen wants."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from bot.services.contacts import choose_language
from bot.services.dialogue import Context, Heard, Turn
from bot.services.spoken import spoken
from bot.text.digits import Language
from bot.text.language_names import OTHER_LANGUAGE, wanted_language
from bot.wording import LANGUAGES, Wording


class LanguageDialogue:
    """Answers for one turn, on one database session."""

    def __init__(self, session: Session, wording: Wording) -> None:
        self._session = session
        self._wording = wording

    def answer(self, heard: Heard, context: Context) -> Turn:
        """Keeps the choice for good and confirms it in the new language; asks where none is named.

        "I do not read Khmer" chooses the other; who asks for Thai is told which two there are.

        Nothing else changes: a form goes on in the new language.
        """
        chosen = wanted_language(heard.text) or heard.first("language")
        if chosen not in LANGUAGES:
            question = "utter_other_language" if chosen == OTHER_LANGUAGE else "utter_ask_language"
            return Turn((spoken(self._wording, question, heard.language),), context)
        language = cast(Language, chosen)
        choose_language(self._session, heard.conversation_id, language)
        reply = spoken(self._wording, "utter_language_changed", language)
        return Turn((reply,), context, language=language)
