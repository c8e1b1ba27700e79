"""The same budget question on every channel: the same figures, from the webhook to the provider."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
import requests

from bot.services.budget_import import import_budgets
from bot.services.budget_reading import COLUMNS
from bot.text.digits import to_latin_digits
from tests.chat_client import ChatClient
from tests.messenger_client import MessengerCitizen
from tests.sms_client import phone_number, send_by_kannel
from tests.stack import wait_until
from tests.telegram_client import citizen_id, say

pytestmark = pytest.mark.engine
QUESTION = "ថវិកាឃុំបន្ទាយនាង ឆ្នាំ២០២២"
FIGURES = ("417 លានរៀល", "333 លានរៀល", "80%")
ROWS = (
    "010201,2022,expenditure,21,2111,ការជួសជុលផ្លូវ,Roads,300000000,,233000000,សៀវភៅថវិកា",
    "010201,2022,expenditure,64,6411,ប្រាក់ឧបត្ថម្ភ,Allowances,117000000,,100000000,សៀវភៅថវិកា",
)


@pytest.fixture(scope="module", autouse=True)
def budgets(stack, tmp_path_factory):
    """Real figures of one commune; every other place has the sample."""
    path = tmp_path_factory.mktemp("budgets") / "budgets.csv"
    path.write_text("\n".join([",".join(COLUMNS), *ROWS]), encoding="utf-8")
    with stack.sessions.begin() as session:
        import_budgets(session, path, datetime.now().year)


def plain(text):
    return to_latin_digits(text).replace("\u200b", "")


def test_the_web_chat_tells_the_figures_with_a_picture_and_the_page(stack):
    [reply] = ChatClient(stack.address).ask(QUESTION)
    for figure in FIGURES:
        assert figure in plain(reply["text"])
    picture = requests.get(reply["image_url"], timeout=20)
    assert picture.headers["Content-Type"] == "image/png"
    page = requests.get(reply["link_url"], timeout=10).text
    for figure in FIGURES:
        assert figure in plain(page)


def test_messenger_tells_the_same_figures_and_sends_the_picture(stack, graph_api):
    citizen = MessengerCitizen(stack, graph_api)
    citizen.writes(QUESTION)

    def said():
        return plain(json.dumps(citizen.received, ensure_ascii=False))

    wait_until(lambda: all(figure in said() for figure in FIGURES), 60, "the figures")
    [picture] = set(re.findall(r'"(http[^"]+chart\.png[^"]*)"', said()))
    assert requests.get(picture, timeout=20).headers["Content-Type"] == "image/png"


def test_telegram_tells_the_same_figures_and_sends_the_picture(stack, bot_api):
    citizen = citizen_id()
    say(stack, citizen, text=QUESTION)

    def said():
        return plain(json.dumps(bot_api.messages(citizen), ensure_ascii=False))

    wait_until(lambda: all(figure in said() for figure in FIGURES), 60, "the figures")
    [photo] = [m["photo"] for m in bot_api.messages(citizen) if "photo" in m]
    assert requests.get(photo, timeout=20).headers["Content-Type"] == "image/png"


def test_three_messages_by_sms_tell_the_same_figures(stack, kannel):
    number = phone_number()
    assert send_by_kannel(stack, number, QUESTION).status_code == 200

    def said():
        # A message ends between words, so a figure may go on in the next one.
        return plain(" ".join(" ".join(kannel.texts(number)).split()))

    wait_until(lambda: all(figure in said() for figure in FIGURES), 60, "the figures")
    assert len(kannel.texts(number)) <= 3
    assert all(len(text.encode("utf-16-le")) // 2 <= 67 for text in kannel.texts(number))


def test_a_citizen_asks_for_their_commune_and_goes_on_asking(stack):
    citizen = ChatClient(stack.address)
    [asked] = citizen.ask("ថវិកាឃុំខ្ញុំ ឆ្នាំ២០២២ ចាយលើអ្វី")
    assert "ឃុំ" in asked["text"]
    told = citizen.ask("ឃុំបន្ទាយនាង")
    assert "333 លានរៀល" in plain(told[0]["text"])
    roads = citizen.ask("លុយធ្វើផ្លូវប៉ុន្មាន")
    assert "គ្រោង 300 លានរៀល ជាក់ស្តែង 233 លានរៀល" in plain(roads[0]["text"])


def test_sample_figures_are_marked_in_the_chat(stack):
    [reply] = ChatClient(stack.address).ask("Budget of Ou Chrov 2022")
    assert "Ou Chrov district" in reply["text"]
    assert "(sample data)" in reply["text"]


def test_a_budget_answer_leads_to_feedback(stack):
    citizen = ChatClient(stack.address)
    replies = citizen.ask("budget of Banteay Neang commune 2022")
    assert citizen.press(replies, "Tell the council")
