// The web chat: puts the parts together.

import { N_, language, say, switchTo } from "./words.js";
import { Conversation } from "./conversation.js";
import { Sender } from "./sender.js";
import { Poller } from "./poller.js";
import { Composer } from "./composer.js";

const notice = document.getElementById("notice");

const conversation = new Conversation({ onChoice: choose, onTap: tryAgain });
const sender = new Sender(onState);
const poller = new Poller({ onNews, onFailure: () => showConnection(false) });
const composer = new Composer((text) => send({ text }));

function send(message) {
  conversation.showPending(sender.add(message));
  sender.hurry();
}

function choose({ title, token }) {
  const byKeyboard = document.activeElement?.matches(":focus-visible");
  send({ text: title, button_token: token });
  // The button can no longer hold the focus; on a touch screen the keyboard should stay away.
  if (byKeyboard) composer.focus();
}

function tryAgain(id) {
  if (!sender.isRefused(id)) {
    sender.hurry();
    return;
  }
  const { text, button_token } = sender.withdraw(id);
  conversation.remove(id);
  if (!button_token) composer.giveBack(text);
}

function onState(id, state) {
  conversation.setState(id, state);
  if (state === "failed") showConnection(false);
  if (state === "sent") {
    showConnection(true);
    conversation.setTyping(true);
    poller.hurry();
  }
}

function onNews({ messages, waiting }) {
  showConnection(true);
  conversation.show(messages);
  conversation.setTyping(waiting);
  conversation.greetIfEmpty();
}

function showConnection(isUp) {
  notice.hidden = isUp && navigator.onLine && navigator.cookieEnabled;
  if (!isUp) {
    conversation.greetIfEmpty();
    conversation.setTyping(false);
  }
  if (!navigator.onLine) {
    say(notice, N_("No internet. What you write is kept and sent when you are connected again."));
  } else if (!isUp) {
    say(notice, N_("The service does not answer just now. What you write is kept and sent later."));
  } else if (!navigator.cookieEnabled) {
    say(notice, N_("Please allow cookies for this page, so that the answer finds you."));
  }
}

function markLanguage() {
  for (const choice of document.querySelectorAll("[data-language]")) {
    if (choice.dataset.language === language()) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
}

for (const choice of document.querySelectorAll("[data-language]")) {
  choice.addEventListener("click", (event) => {
    event.preventDefault();
    switchTo(choice.dataset.language);
    markLanguage();
  });
}
for (const starter of document.querySelectorAll("[data-starter]")) {
  starter.addEventListener("click", () => send({ text: starter.textContent.trim() }));
}
window.addEventListener("offline", () => showConnection(false));
window.addEventListener("online", () => showConnection(true));

document.getElementById("no-script").remove();
document.getElementById("send").disabled = false;
for (const message of sender.resume()) {
  conversation.showPending(message);
  if (message.refused) conversation.setState(message.id, "refused");
}
sender.hurry();
poller.hurry();
