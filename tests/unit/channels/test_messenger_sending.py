"""Messenger: what goes out, and what its errors lead to."""

from __future__ import annotations

import hashlib
import hmac
import logging

import pytest

from bot.messages import Button, Reply
from bot.rendering import Part, render
from tests.fakes.graph_api import graph_error
from tests.fakes.provider import AcceptThenTimeout, Answer, Drop
from tests.unit.channels.messenger_samples import (
    CITIZEN,
    OFFLINE,
    SECRET,
    TOKEN,
    VERIFY,
    channel_at,
    received,
)
from webhook.channels import messenger_graph
from webhook.channels.base import SendError
from webhook.channels.messenger import MessengerChannel
from webhook.channels.messenger_graph import action_for


@pytest.fixture
def channel(graph):
    return channel_at(graph.address)


def send(channel: MessengerChannel, reply: Reply) -> list[str]:
    return [
        channel.send(CITIZEN, part).provider_message_id
        for part in render(reply, channel.capabilities)
    ]


def test_a_text_goes_out_with_token_and_proof(graph, channel):
    (message_id,) = send(channel, Reply("សួស្តី"))
    (request,) = graph.requests
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert request.json() == {
        "recipient": {"id": CITIZEN},
        "messaging_type": "RESPONSE",
        "message": {"text": "សួស្តី", "metadata": "chrok"},
    }
    assert request.path == f"/v26.0/me/messages?appsecret_proof={proof}"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert message_id == "m_fake-1"


def test_three_buttons_go_out_as_a_template(graph, channel):
    offered = (Button("តម្លៃ", "t1"), Button("ឯកសារ", "t2"), Button("Map", url="https://e.org"))
    send(channel, Reply("ជ្រើសរើស", buttons=offered))
    assert graph.messages(CITIZEN) == [
        {
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "button",
                    "text": "ជ្រើសរើស",
                    "buttons": [
                        {"type": "postback", "title": "តម្លៃ", "payload": "t1"},
                        {"type": "postback", "title": "ឯកសារ", "payload": "t2"},
                        {"type": "web_url", "title": "Map", "url": "https://e.org"},
                    ],
                },
            },
            "metadata": "chrok",
        }
    ]


def test_more_buttons_go_out_as_quick_replies(graph, channel):
    send(channel, Reply("Choose", buttons=tuple(Button(f"B{n}", f"t{n}") for n in range(5))))
    assert graph.messages(CITIZEN) == [
        {
            "text": "Choose",
            "quick_replies": [
                {"content_type": "text", "title": f"B{n}", "payload": f"t{n}"} for n in range(5)
            ],
            "metadata": "chrok",
        }
    ]


def test_an_image_goes_out_by_its_address(graph, channel):
    send(channel, Reply("A map", image_url="https://e.org/map.png"))
    assert graph.messages(CITIZEN) == [
        {
            "attachment": {"type": "image", "payload": {"url": "https://e.org/map.png"}},
            "metadata": "chrok",
        },
        {"text": "A map", "metadata": "chrok"},
    ]


def test_a_very_long_reply_with_many_long_buttons_keeps_the_real_limits(graph, channel):
    offered = tuple(Button(f"អាជ្ញាប័ណ្ណអាជីវកម្មលក់ទំនិញលេខ {n}", f"t{n}") for n in range(20))
    send(channel, Reply("ច្រកចេញចូលតែមួយ។ " * 300, buttons=offered))
    messages = graph.messages(CITIZEN)
    assert len(messages) > 3
    assert len(messages[-1]["quick_replies"]) == 13


def test_the_echo_of_what_we_send_is_known_for_ours(graph, channel):
    send(channel, Reply("A map", image_url="https://e.org/map.png"))
    send(channel, Reply("Choose", buttons=(Button("One", "t1"),)))
    echoes = graph.echoes(CITIZEN)
    assert len(echoes) == 3
    assert [received(echo).ignored for echo in echoes] == [["an echo of ours"]] * 3


def test_typing_is_shown_after_the_message_is_seen(graph, channel):
    channel.show_typing(CITIZEN)
    assert graph.sender_actions(CITIZEN) == ["mark_seen", "typing_on"]


def test_typing_that_fails_is_nobody_s_problem():
    OFFLINE.show_typing(CITIZEN)


@pytest.mark.parametrize(
    ("status", "code", "subcode", "action"),
    [
        (500, 1, None, "retry"),
        (400, 1, 99, "retry"),
        (500, 2, None, "retry"),
        (400, 4, None, "retry"),
        (400, 613, None, "retry"),
        (400, 80006, None, "retry"),
        (400, 1200, 2018024, "retry"),
        (429, None, None, "retry"),
        (500, None, None, "retry"),
        (502, None, None, "retry"),
        (503, 999, None, "retry"),
        (302, None, None, "retry"),
        (400, 10, 2018278, "window_closed"),
        (400, 10, 2018065, "window_closed"),
        (403, 10, 1893063, "pause_channel"),
        (400, 10, None, "dead_letter"),
        (400, 100, None, "dead_letter"),
        (400, 100, 1893061, "dead_letter"),
        (401, 190, None, "pause_channel"),
        (400, 190, 460, "pause_channel"),
        (400, 551, None, "stop_contact"),
        (400, 551, 1545041, "stop_contact"),
        (400, 200, 1545041, "stop_contact"),
        (400, 10, 2018108, "stop_contact"),
        (400, 100, 2018108, "stop_contact"),
        (400, None, None, "dead_letter"),
        (404, 12345, None, "dead_letter"),
    ],
)
def test_each_error_leads_to_its_action(status, code, subcode, action):
    assert action_for(status, code, subcode) == action


def failure(channel: MessengerChannel) -> SendError:
    with pytest.raises(SendError) as error:
        channel.send(CITIZEN, Part("a"))
    return error.value


@pytest.mark.parametrize(
    ("answer", "action", "code", "retry_after"),
    [
        (graph_error(400, 10, 2018278), "window_closed", "10/2018278", None),
        (graph_error(400, 190), "pause_channel", "190", None),
        (graph_error(400, 551, 1545041), "stop_contact", "551/1545041", None),
        (graph_error(400, 100), "dead_letter", "100", None),
        (graph_error(400, 4), "retry", "4", 30.0),
        (graph_error(400, 613), "retry", "613", 30.0),
        (graph_error(400, 80006), "retry", "80006", 30.0),
        (graph_error(403, 10, 1893063), "pause_channel", "10/1893063", None),
        (graph_error(400, 100, 1893061), "dead_letter", "100/1893061", None),
        (graph_error(418, 424242), "dead_letter", "424242", None),
        (graph_error(200, 2), "retry", "2", None),
        (Answer(429, {}, {"Retry-After": "7"}), "retry", "http_429", 7.0),
        (Answer(503, b"<html>", {"Retry-After": "soon"}), "retry", "http_503", None),
        (Answer(500, [1]), "retry", "http_500", None),
        (Answer(400, {"error": "odd"}), "dead_letter", "http_400", None),
        (Answer(302, None, {"Location": "http://127.0.0.1:9/"}), "retry", "http_302", None),
    ],
)
def test_an_answer_of_the_provider_becomes_a_send_error(
    graph, channel, answer, action, code, retry_after
):
    graph.will(answer)
    error = failure(channel)
    assert (error.action, error.code, error.retry_after) == (action, code, retry_after)
    assert error.retryable == (action in ("retry", "pause_channel"))
    assert len(graph.requests) == 1
    assert graph.messages() == []


def test_a_200_that_cannot_be_read_counts_as_sent(graph, channel):
    graph.will(Answer(200, b"<html>"))
    assert channel.send(CITIZEN, Part("a")).provider_message_id == ""


def test_a_provider_that_never_answers_is_a_retry(graph, channel, monkeypatch):
    monkeypatch.setattr(messenger_graph, "_TIMEOUT", (1, 0.2))
    graph.will(AcceptThenTimeout())
    error = failure(channel)
    assert (error.action, error.code) == ("retry", "timeout")


def test_a_dropped_connection_is_a_retry(graph, channel):
    graph.will(Drop())
    assert failure(channel).action == "retry"
    assert channel.send(CITIZEN, Part("a")).provider_message_id == "m_fake-1"


def test_an_unreachable_provider_is_a_retry():
    error = failure(OFFLINE)
    assert (error.action, error.code) == ("retry", "connection")


def test_a_wrong_app_secret_pauses_the_channel_and_loses_no_message(graph):
    error = failure(MessengerChannel(TOKEN, "another-secret", VERIFY, graph.address))
    assert (error.action, error.code) == ("pause_channel", "100")


def test_the_token_stands_in_no_error_log_or_address(graph, caplog):
    caplog.set_level(logging.DEBUG)
    channel = channel_at(graph.address)
    channel.send(CITIZEN, Part("a"))
    channel.show_typing(CITIZEN)
    graph.will(graph_error(400, 190))
    graph.will(Drop())
    errors = [failure(channel), failure(channel), failure(OFFLINE)]
    assert caplog.records
    seen = [caplog.text, *map(repr, errors), *(str(e.__cause__) for e in errors)]
    seen += [request.path for request in graph.requests]
    assert not any(secret in text for text in seen for secret in (TOKEN, SECRET))


def test_a_netrc_of_the_machine_does_not_replace_the_token(graph, channel, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    channel.send(CITIZEN, Part("a"))
    assert graph.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
