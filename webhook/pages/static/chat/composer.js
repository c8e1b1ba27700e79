// Where the citizen writes: Enter sends, Shift+Enter makes a new line, and the draft is kept.

import { N_, say } from "./words.js";
import { draft, keepDraft } from "./pending.js";

const LONGEST_TEXT = Number(document.body.dataset.longestText);

export class Composer {
  #form = document.getElementById("composer");
  #area = document.getElementById("text");
  #tooLong = document.getElementById("too-long");
  #onText;

  /** `onText(text)` with what is to be sent. */
  constructor(onText) {
    this.#onText = onText;
    this.#area.addEventListener("input", () => this.#changed());
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    if (!this.#area.value) this.#area.value = draft();
    this.#changed();
  }

  focus() {
    this.#area.focus();
  }

  /** Give a text back for changing, before what stands there already. */
  giveBack(text) {
    this.#area.value = [text, this.#area.value].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#area.value.trim();
    if (!text || this.#excess() > 0) return;
    this.#area.value = "";
    this.#changed();
    this.#onText(text);
  }

  #excess() {
    return [...this.#area.value.trim()].length - LONGEST_TEXT;
  }

  #changed() {
    keepDraft(this.#area.value);
    this.#area.style.height = "auto";
    this.#area.style.height = `${this.#area.scrollHeight}px`;
    const excess = this.#excess();
    this.#tooLong.hidden = excess <= 0;
    if (excess <= 0) return;
    say(this.#tooLong, N_("Too long by {count} characters. Please shorten it."), { count: excess });
  }
}
