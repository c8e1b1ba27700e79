// One message as an element. Everything is built from text nodes, never from markup.

import { N_, say } from "./words.js";
import { link, linked, webAddress } from "./urls.js";

const KHMER = /[\u1780-\u17ff]/;
const STATES = {
  sending: N_("Sending…"),
  sent: N_("Sent"),
  failed: N_("Not sent yet. Tap to try again."),
  refused: N_("Could not be sent. Tap to change it."),
};

export function bubble(message, { onChoice }) {
  const element = make("article", `message ${message.author}`);
  const author = make("span", "visually-hidden");
  say(author, message.author === "citizen" ? N_("You said:") : N_("Chrok says:"));
  element.append(author, body(message), foot(message));
  if (message.buttons?.length) element.append(choices(message.buttons, onChoice));
  return element;
}

/** Show how far a message of the citizen's has got; a tap on what failed calls `onTap`. */
export function showState(element, state, onTap) {
  const failing = state === "failed" || state === "refused";
  const label = make(failing ? "button" : "span", `state ${state}`);
  if (failing) {
    label.type = "button";
    label.addEventListener("click", onTap);
  }
  say(label, STATES[state]);
  const shown = element.querySelector(".state");
  const hadFocus = shown === document.activeElement;
  shown.replaceWith(label);
  if (hadFocus && failing) label.focus();
}

function body(message) {
  const content = make("div", "bubble");
  if (message.text) {
    const text = make("p", "text");
    text.lang = KHMER.test(message.text) ? "km" : "en";
    text.append(linked(message.text));
    content.append(text);
  }
  const image = message.image_url && webAddress(message.image_url);
  if (image) content.append(picture(image));
  const page = message.link_url && webAddress(message.link_url);
  if (page) content.append(wordedLink(page, N_("Open the page")));
  return content;
}

// Only our own pictures are loaded: no other site is told who reads.
function picture(url) {
  if (url.origin !== location.origin) return wordedLink(url, N_("Open the picture"));
  const image = make("img");
  image.src = url.href;
  image.alt = "";
  image.loading = "lazy";
  return image;
}

function wordedLink(url, message) {
  const anchor = link(url, "");
  anchor.classList.add("more");
  say(anchor, message);
  return anchor;
}

function foot(message) {
  const line = make("p", "foot");
  const time = make("time");
  time.dateTime = message.at;
  time.textContent = clock(new Date(message.at));
  line.append(time);
  if (message.author === "citizen") line.append(make("span", "state"));
  return line;
}

function clock(moment) {
  const two = (number) => String(number).padStart(2, "0");
  const hour = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  const isToday = moment.toDateString() === new Date().toDateString();
  return isToday ? hour : `${two(moment.getDate())}/${two(moment.getMonth() + 1)} ${hour}`;
}

function choices(buttons, onChoice) {
  const group = make("div", "choices");
  group.setAttribute("role", "group");
  for (const { title, token, url } of buttons) {
    const address = url && webAddress(url);
    if (address) {
      const anchor = link(address, title);
      anchor.className = "choice page";
      group.append(anchor);
    } else if (token) {
      const button = make("button", "choice");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => onChoice({ title, token }));
      group.append(button);
    }
  }
  return group;
}

function make(tag, className = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}
