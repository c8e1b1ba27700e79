"""Links that officials open without an account: signed, for one purpose, and not for ever."""

from __future__ import annotations

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.settings import Settings

ANSWER_LIVES = timedelta(days=30)
PICTURE_LIVES = timedelta(days=60)
REPORT_LIVES = timedelta(days=90)


class SignedLinks:
    """Makes and reads the tokens of links; a token made for one purpose is no good for another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def answer(self, official_id: int, feedback_id: int) -> str:
        """The page on which one official answers one feedback."""
        return self._address("officials/answers", "answer", [official_id, feedback_id])

    def picture(self, digest_id: int) -> str:
        """The chart of a digest, for a provider that fetches pictures itself."""
        return self._address("officials/charts", "picture", [digest_id], ".png")

    def report(self, official_id: int, district: str, month: str) -> str:
        """The ombudsman's report of a district and month."""
        return self._address("officials/reports", "report", [official_id, district, month], ".pdf")

    def read_answer(self, token: str) -> tuple[int, int] | None:
        """The official and the feedback of a link, or None where it is forged or too old."""
        values = self._read("answer", token, ANSWER_LIVES)
        return (int(values[0]), int(values[1])) if values else None

    def read_picture(self, token: str) -> int | None:
        """The digest of a picture's link."""
        values = self._read("picture", token, PICTURE_LIVES)
        return int(values[0]) if values else None

    def read_report(self, token: str) -> tuple[int, str, str] | None:
        """The official, the district and the month of a report's link."""
        values = self._read("report", token, REPORT_LIVES)
        return (int(values[0]), str(values[1]), str(values[2])) if values else None

    def form_token(self, token: str) -> str:
        """What a form on a link's page sends back: shows that the page itself was opened."""
        return str(self._serializer("form").dumps(token))

    def is_form_token(self, form_token: str, token: str) -> bool:
        """Whether a form was sent from the page of this very link, within a day."""
        try:
            day = timedelta(days=1).total_seconds()
            return bool(self._serializer("form").loads(form_token, max_age=int(day)) == token)
        except BadSignature:
            return False

    def _address(self, path: str, purpose: str, values: list[int | str], ending: str = "") -> str:
        token = self._serializer(purpose).dumps(values)
        return f"{self._settings.public_url.rstrip('/')}/{path}/{token}{ending}"

    def _read(self, purpose: str, token: str, lives: timedelta) -> list[int | str] | None:
        try:
            values: list[int | str] = self._serializer(purpose).loads(
                token, max_age=int(lives.total_seconds())
            )
        except BadSignature:
            return None
        return values

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        settings = self._settings
        # Signs with the last; a link from before the secret changed is good for its time.
        secrets = [key for key in (settings.previous_secret_key, settings.secret_key) if key]
        return URLSafeTimedSerializer(secrets, salt=f"officials {purpose}")
