"""Citizens on each channel, alike to a test: what they get is what reached the provider."""

from __future__ import annotations

import json
import time
import uuid

import requests

from tests.fakes.graph_api import sign
from tests.stack import MESSENGER, SMS, wait_until
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
        self._address = f"{stack.address}/webhooks/messenger"
        self._provider = provider
        self.sender = str(10**15 + uuid.uuid4().int % 10**14)

    def texts(self):
        return [_text(message) for message in self._provider.messages(self.sender)]

    def send(self, text):
        self._post({"mid": f"m_{uuid.uuid4().hex}", "text": text})

    def press(self, title, expect):
        messages = self._provider.messages(self.sender)
        button = [b for message in messages for b in _buttons(message) if title in b["title"]][-1]
        reply = {"payload": button["payload"]}
        self._post({"mid": f"m_{uuid.uuid4().hex}", "text": title, "quick_reply": reply})
        return self.wait(expect)

    def _post(self, message):
        event = {
            "sender": {"id": self.sender},
            "recipient": {"id": "1"},
            "timestamp": int(time.time() * 1000),
            "message": message,
        }
        body = json.dumps(
            {"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [event]}]}
        ).encode()
        signature = sign(body, MESSENGER["MESSENGER_APP_SECRET"])
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        answer = requests.post(self._address, data=body, headers=headers, timeout=10)
        assert answer.status_code == 200


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
        self.sender = f"+85510{uuid.uuid4().int % 900_000 + 100_000}"

    def texts(self):
        return self._provider.texts(self.sender)

    def send(self, text):
        answer = requests.get(
            f"{self._stack.address}/webhooks/sms/kannel",
            params={
                "secret": SMS["SMS_KANNEL_SECRET"],
                "from": self.sender,
                "to": "1234",
                "id": str(uuid.uuid4()),
                "time": str(int(time.time())),
                "coding": "2",
                "charset": "UTF-16BE",
                "text": text.encode("utf-16-be"),
            },
            timeout=10,
        )
        assert answer.status_code == 200

    def press(self, title, expect):
        self.wait(title)
        return self.say(title, expect)


def _tight(text):
    return "".join(text.split())


def _text(message):
    return message.get("text") or message["attachment"]["payload"]["text"]


def _buttons(message):
    template = message.get("attachment", {}).get("payload", {}).get("buttons", [])
    return [*template, *message.get("quick_replies", [])]
