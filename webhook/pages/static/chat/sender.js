// Sends what the citizen wrote, one after the other, until the server has it.

import { drop, keep, kept } from "./pending.js";

const TIMEOUT = 15_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
// With these the same message would be refused again; everything else may pass.
const REFUSALS = [400, 403, 413, 415];

export class Sender {
  #queue = [];
  #failures = 0;
  #timer = 0;
  #working = false;
  #onState;

  /** `onState(id, state)` with sending, sent, failed (tried again by itself) or refused. */
  constructor(onState) {
    this.#onState = onState;
    window.addEventListener("online", () => this.hurry());
  }

  /** Take up what an earlier visit left unsent; returns it. */
  resume() {
    this.#queue = kept();
    return [...this.#queue];
  }

  add({ text, button_token = "" }) {
    const message = { id: newId(), at: new Date().toISOString(), text, button_token };
    keep(message);
    this.#queue.push(message);
    return message;
  }

  /** Take a message back; returns it. */
  withdraw(id) {
    const message = this.#queue.find((waiting) => waiting.id === id);
    this.#queue = this.#queue.filter((waiting) => waiting !== message);
    drop(id);
    return message;
  }

  isRefused(id) {
    return this.#queue.some((message) => message.id === id && message.refused);
  }

  /** Try now, whatever was planned. */
  async hurry() {
    clearTimeout(this.#timer);
    if (this.#working) return;
    this.#working = true;
    while (await this.#sendNext());
    this.#working = false;
  }

  async #sendNext() {
    const message = this.#queue.find((waiting) => !waiting.refused);
    if (!message) return false;
    this.#onState(message.id, "sending");
    const outcome = await post(message);
    if (outcome === "failed") return this.#putOff();
    this.#failures = 0;
    if (outcome === "sent") this.withdraw(message.id);
    else keep(Object.assign(message, { refused: true }));
    this.#onState(message.id, outcome);
    return true;
  }

  #putOff() {
    for (const { id, refused } of this.#queue) if (!refused) this.#onState(id, "failed");
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.hurry(), wait * (0.8 + 0.4 * Math.random()));
    return false;
  }
}

async function post({ id, text, button_token }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const response = await fetch("/chat/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id, text, button_token }),
      signal: abort.signal,
    });
    if (response.ok) return "sent";
    return REFUSALS.includes(response.status) ? "refused" : "failed";
  } catch {
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}

// crypto.randomUUID is missing on plain-http addresses other than localhost.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const version = `4${hex.slice(13, 16)}`;
  const variant = "89ab"[bytes[8] & 3] + hex.slice(17, 20);
  return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20)].join("-");
}
