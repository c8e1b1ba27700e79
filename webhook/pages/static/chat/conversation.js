// The list of messages: order, buttons that still count, and where the reader is.

import { bubble, showState } from "./bubble.js";

const NEAR_THE_END = 60;
const UNKNOWN_YET = Number.MAX_SAFE_INTEGER;

export class Conversation {
  #log = document.getElementById("log");
  #scroller = document.getElementById("scroller");
  #latest = document.getElementById("latest");
  #greeting = document.getElementById("greeting");
  #typing = document.getElementById("typing");
  #entries = [];
  #atEnd = true;
  #hasHistory = false;
  #handlers;

  /** `onChoice({title, token})`, `onTap(clientId)` for a message that could not be sent. */
  constructor(handlers) {
    this.#handlers = handlers;
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#latest.addEventListener("click", () => this.#toEnd());
    new ResizeObserver(() => this.#resized()).observe(this.#scroller);
  }

  get isEmpty() {
    return this.#entries.length === 0;
  }

  /** Show what the server told; a message that is there already is not doubled. */
  show(messages) {
    const shown = messages.filter((message) => !this.#known(message));
    this.#log.setAttribute("aria-busy", String(shown.length > 5));
    const fresh = shown.map((message) => this.#add(message, message.id));
    for (const entry of fresh) if (entry.author === "citizen") this.#state(entry, "sent");
    this.#refresh();
    this.#log.setAttribute("aria-busy", "false");
    if (!this.#hasHistory) this.#toEnd();
    else if (fresh.length && this.#atEnd) this.#toStartOf(fresh);
    this.#hasHistory = true;
  }

  /** Show a message of the citizen's before the server has it. */
  showPending(message) {
    if (this.#find(message.id)) return;
    const bubbled = { ...message, author: "citizen", client_id: message.id };
    const entry = this.#add(bubbled, UNKNOWN_YET);
    this.#state(entry, "sending");
    this.#refresh();
    this.#toEnd();
  }

  setState(clientId, state) {
    const entry = this.#find(clientId);
    if (entry) this.#state(entry, state);
  }

  remove(clientId) {
    const entry = this.#find(clientId);
    this.#entries = this.#entries.filter((other) => other !== entry);
    entry?.element.remove();
    this.#refresh();
  }

  greetIfEmpty() {
    this.#greeting.hidden = !this.isEmpty;
  }

  setTyping(isTyping) {
    if (this.#typing.hidden === !isTyping) return;
    this.#typing.hidden = !isTyping;
    if (this.#atEnd) this.#toEnd();
  }

  #find(clientId) {
    return this.#entries.find((entry) => entry.clientId === clientId);
  }

  #known(message) {
    const mine = message.client_id && this.#find(message.client_id);
    if (mine && mine.order !== message.id) this.#place(mine, message.id);
    if (mine) this.#state(mine, "sent");
    return mine || this.#entries.some((entry) => entry.order === message.id);
  }

  #add(message, order) {
    const element = bubble(message, this.#handlers);
    const entry = { element, author: message.author, clientId: message.client_id || "" };
    this.#place(entry, order);
    return entry;
  }

  #place(entry, order) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    entry.order = order;
    const at = this.#entries.findIndex((other) => other.order > order);
    const index = at < 0 ? this.#entries.length : at;
    const next = this.#entries[index]?.element ?? null;
    // Moving an element that stands right would make a screen reader tell it twice.
    if (!entry.element.isConnected || entry.element.nextElementSibling !== next) {
      this.#log.insertBefore(entry.element, next);
    }
    this.#entries.splice(index, 0, entry);
  }

  #state(entry, state) {
    if (entry.state === state) return;
    entry.state = state;
    showState(entry.element, state, () => this.#handlers.onTap(entry.clientId));
  }

  // Buttons count until the citizen has said something after them; links to pages always do.
  #refresh() {
    if (!this.isEmpty) this.#greeting.hidden = true;
    const lastSaid = this.#entries.findLastIndex((entry) => entry.author === "citizen");
    this.#entries.forEach((entry, index) => {
      entry.element.classList.toggle("passed", index < lastSaid);
      for (const button of entry.element.querySelectorAll("button.choice")) {
        button.disabled = index < lastSaid;
      }
    });
  }

  #toEnd() {
    this.#scrollTo(this.#scroller.scrollHeight);
  }

  // A long answer is read from its beginning.
  #toStartOf(fresh) {
    const first = fresh.find((entry) => entry.author === "assistant");
    if (first) this.#scrollTo(first.element.offsetTop - 12);
    else this.#toEnd();
  }

  #scrollTo(top) {
    this.#scroller.scrollTop = top;
    this.#scrolled();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    this.#latest.hidden = this.#atEnd;
  }

  // A keyboard, a notice or a growing text field takes room: the end stays in sight.
  #resized() {
    if (this.#atEnd) this.#toEnd();
    else this.#scrolled();
  }
}
