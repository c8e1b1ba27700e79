"""What became of a feedback, and the citizen's word on whether the problem is solved."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import regex
from sqlalchemy.orm import Session

from bot.db.models import Feedback
from bot.db.models.base import now
from bot.db.models.feedback import AGE_GROUPS, GENDERS
from bot.messages import Reply
from bot.services import feedback_reading as reading
from bot.services.dialogue import Context, Form, Heard, Turn
from bot.services.feedback import by_reference, is_author, latest_of
from bot.services.feedback_questions import TOPIC, YES, FeedbackQuestions
from bot.services.feedback_reference import is_valid, references_in
from bot.services.feedback_solving import add_words, mark_solved, reopen
from bot.text.digits import Language, format_date, to_khmer_digits
from bot.text.normalise import normalise
from bot.wording import Wording

_WHAT_BECAME = regex.compile(
    r"what (?:happened|became|is happening) (?:to|of|with) my (?:feedback|complaint|report)"
    r"|status of my (?:feedback|complaint)|(?:any )?news (?:of|on|about) my (?:feedback|complaint)"
    r"|(?:មតិ|បណ្ដឹង|បណ្តឹង)(?:របស់)?(?:ខ្ញុំ).{0,20}(?:យ៉ាងម៉េច|យ៉ាងណា|ដល់ណា|ហើយឬនៅ|លទ្ធផល)"
)
# So long a bare "yes" or "no" may still answer our question.
_ANSWER_IS_FRESH = timedelta(days=14)


def asks_what_became(text: str) -> bool:
    """Whether somebody asks after their own feedback without a reference."""
    return bool(_WHAT_BECAME.search(normalise(text).lower()))


class FeedbackFollowing:
    """Tells and takes what happens after a feedback was given."""

    def __init__(self, session: Session, wording: Wording, secret: str, zone: ZoneInfo) -> None:
        self._session = session
        self._wording = wording
        self._secret = secret
        self._zone = zone

    def status(self, heard: Heard, context: Context) -> Turn:
        """What became of the feedback that a message names, or of the citizen's latest."""
        named = references_in(heard.text)
        if not named:
            latest = latest_of(self._session, self._secret, heard.conversation_id)
            named = [feedback.reference for feedback in latest]
        questions = self._questions(heard.language)
        if not named:
            return Turn((Reply(questions.say("no_reference")),), context.after(form=context.form))
        replies = tuple(self._tell(reference, questions, heard) for reference in named)
        return Turn(replies, context.after(form=context.form))

    def pressed(self, step: str, value: str, heard: Heard, context: Context) -> Turn:
        """A button under a notice or after the thanks: solved or not, gender, age."""
        answer, _, reference = value.partition(":")
        questions = self._questions(heard.language)
        feedback = by_reference(self._session, reference)
        if feedback is None or not self._may_speak(feedback, heard):
            text = questions.say("not_yours", reference=reference)
            return Turn((Reply(text),), context.after(form=context.form))
        if step == "solved":
            return self._take_solved(feedback, answer == YES, heard, context)
        return self._take_about_you(step, answer, feedback, heard, context)

    def solved_answer(self, heard: Heard, context: Context, *, solved: bool) -> Turn | None:
        """A typed yes or no, where an answer of the officials waits for the citizen's word."""
        if context.form is not None or context.awaiting:
            return None
        latest = latest_of(self._session, self._secret, heard.conversation_id)
        fresh = now() - _ANSWER_IS_FRESH
        open_question = next((f for f in latest if _waits_for_word(f, fresh)), None)
        if open_question is None:
            return None
        return self._take_solved(open_question, solved, heard, context)

    def still_wrong(self, heard: Heard, context: Context) -> Turn:
        """The words that follow "not solved"; skipping them is fine."""
        form = context.form
        reference = str(form.fields.get("reference", "")) if form else ""
        feedback = by_reference(self._session, reference)
        questions = self._questions(heard.language)
        left = context.after(form=None)
        if heard.chosen or reading.is_nothing(heard.text) or feedback is None:
            return Turn((Reply(questions.say("not_reopened", reference=reference)),), left)
        add_words(self._session, feedback, heard.text, now())
        return Turn((Reply(questions.say("still_wrong_noted", reference=reference)),), left)

    def _tell(self, reference: str, questions: FeedbackQuestions, heard: Heard) -> Reply:
        if not is_valid(reference):
            return Reply(questions.say("reference_wrong", reference=reference))
        feedback = by_reference(self._session, reference)
        if feedback is None:
            return Reply(questions.say("reference_unknown", reference=reference))
        received = questions.say(
            "status",
            reference=reference,
            unit=questions.say(f"unit_{feedback.unit}"),
            place=questions.place(feedback.place_code),
            date=format_date(feedback.created_at.astimezone(self._zone).date(), heard.language),
        )
        text = f"{received}\n{self._state(feedback, questions, heard.language)}"
        if feedback.state in ("answered", "closed") and self._may_speak(feedback, heard):
            return questions.solved(f"{text}\n\n{questions.say('ask_solved')}", reference)
        return Reply(text)

    def _state(self, feedback: Feedback, questions: FeedbackQuestions, language: Language) -> str:
        if feedback.state in ("open", "acknowledged") and feedback.escalated_at:
            days = str((now() - feedback.waiting_since).days)
            shown = to_khmer_digits(days) if language == "km" else days
            return questions.say("state_escalated", days=shown)
        answer = feedback.answer or "–"
        if feedback.state in ("answered", "closed", "solved"):
            return questions.say(f"state_{feedback.state}", answer=answer)
        return questions.say(f"state_{feedback.state}")

    def _take_solved(
        self, feedback: Feedback, solved: bool, heard: Heard, context: Context
    ) -> Turn:
        questions = self._questions(heard.language)
        if solved:
            mark_solved(self._session, feedback, now())
            text = questions.say("solved", reference=feedback.reference)
            return Turn((Reply(text),), context.after(form=context.form))
        reopen(self._session, feedback, now())
        fields = {"reference": feedback.reference}
        form = Form(TOPIC, "still_wrong", now(), fields)
        return Turn((questions.ask("still_wrong", fields),), context.after(form=form))

    def _take_about_you(
        self, step: str, value: str, feedback: Feedback, heard: Heard, context: Context
    ) -> Turn:
        questions = self._questions(heard.language)
        left = context.after(form=context.form)
        if step == "gender" and value in GENDERS:
            feedback.gender = value
            return Turn((questions.about_you("age_group", feedback.reference),), left)
        if step == "age_group" and value in AGE_GROUPS:
            feedback.age_group = value
        return Turn((Reply(questions.say("about_you_noted")),), left)

    def _may_speak(self, feedback: Feedback, heard: Heard) -> bool:
        return is_author(feedback, self._secret, heard.conversation_id)

    def _questions(self, language: Language) -> FeedbackQuestions:
        return FeedbackQuestions(self._session, self._wording, language)


def _waits_for_word(feedback: Feedback, since: datetime) -> bool:
    answered = feedback.answered_at
    return feedback.state in ("answered", "closed") and answered is not None and answered > since
