"""Citizens on each channel, alike to a test: what they get is what reached the provider."""

from __future__ import annotations

import uuid

from tests.messenger_client import MessengerCitizen
from tests.sms_client import phone_number, send_by_kannel
from tests.stack import wait_until
from tests.telegram_client import BOT, citizen_id, post, said_by, say, update, words_of


class OnChannel:
    """Says something, and waits for words among everything that was sent to them."""

    def texts(self) -> list[str]:
        raise NotImplementedError

    def say(self, text: str, expect: str) -> str:
        self.send(text)
        return self.wait(expect)

    def send(self, text: str) -> None:
        raise NotImplementedError

    def wait(self, words: str) -> str:
        # A short message may end in the middle of what is waited for.
        wait_until(lambda: _tight(words) in _tight("".join(self.texts())), 90, words)
        return "\n".join(self.texts())


class OnMessenger(OnChannel):
    """Over signed webhooks."""

    channel = "messenger"

    def __init__(self, stack, provider):
        self._citizen = MessengerCitizen(stack, provider)
        self.sender = self._citizen.id

    def texts(self):
        return self._citizen.read

    def send(self, text):
        self._citizen.writes(text)

    def press(self, title, expect):
        self._citizen.presses_titled(title)
        return self.wait(expect)


class OnTelegram(OnChannel):
    """Over updates with the secret."""

    channel = "telegram"

    def __init__(self, stack, provider):
        self._stack = stack
        self._provider = provider
        self._id = citizen_id()
        self.sender = str(self._id)

    def texts(self):
        return [words_of(message) for message in self._provider.messages(self._id)]

    def send(self, text):
        say(self._stack, self._id, text=text)

    def press(self, title, expect):
        messages = self._provider.messages(self._id)
        keyboards = [m["reply_markup"] for m in messages if "reply_markup" in m]
        found = [
            (keyboard, button)
            for keyboard in keyboards
            for row in keyboard["inline_keyboard"]
            for button in row
            if title in button["text"]
        ]
        keyboard, button = found[-1]
        query = {
            "id": uuid.uuid4().hex,
            "from": {"id": self._id, "is_bot": False, "first_name": "Invented"},
            "chat_instance": "1",
            "data": button["callback_data"],
            "message": {**said_by(self._id, reply_markup=keyboard), "from": BOT},
        }
        assert post(self._stack, update(callback_query=query)).status_code == 200
        return self.wait(expect)


class OnSms(OnChannel):
    """Over Kannel; a button is the word behind its number."""

    channel = "sms"

    def __init__(self, stack, provider):
        self._stack = stack
        self._provider = provider
        self.sender = phone_number()

    def texts(self):
        return self._provider.texts(self.sender)

    def send(self, text):
        assert send_by_kannel(self._stack, self.sender, text).status_code == 200

    def press(self, title, expect):
        self.wait(title)
        return self.say(title, expect)


def _tight(text):
    return "".join(text.split())
