// Asks the server for news: often while an answer is awaited, ever less often when nothing happens.

const TIMEOUT = 15_000;
const FAST = 700;
const SLOWER = 3_000;
const PATIENCE = 60_000;
const FIRST_IDLE = 1_000;
const LONGEST_IDLE = 15_000;

export class Poller {
  #after = 0;
  #idle = FIRST_IDLE;
  #waitingSince = 0;
  #timer = 0;
  #asking = false;
  #askAgain = false;
  #onNews;
  #onFailure;

  /** `onNews({messages, waiting})` after each answer, `onFailure()` when there is none. */
  constructor({ onNews, onFailure }) {
    this.#onNews = onNews;
    this.#onFailure = onFailure;
    for (const event of ["focus", "pageshow", "online"]) {
      window.addEventListener(event, () => this.hurry());
    }
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** Ask now. What is under way may be too old to know what just happened, so it is asked again. */
  async hurry() {
    this.#idle = FIRST_IDLE;
    this.#askAgain = true;
    await this.#round();
  }

  async #round() {
    clearTimeout(this.#timer);
    if (this.#asking) return;
    this.#asking = true;
    do {
      this.#askAgain = false;
      await this.#ask();
    } while (this.#askAgain);
    this.#asking = false;
    this.#plan();
  }

  async #ask() {
    const news = await fetchNews(this.#after);
    if (!news) {
      this.#onFailure();
      return;
    }
    this.#after = Math.max(this.#after, ...news.messages.map((message) => message.id));
    this.#waitingSince = news.waiting ? this.#waitingSince || Date.now() : 0;
    this.#onNews(news);
  }

  #plan() {
    // Nobody looks: asking starts again when the page is shown.
    if (document.hidden && !this.#waitingSince) return;
    this.#timer = setTimeout(() => this.#round(), this.#delay());
    this.#idle = Math.min(this.#idle * 1.5, LONGEST_IDLE);
  }

  #delay() {
    if (!this.#waitingSince) return this.#idle;
    return Date.now() - this.#waitingSince < PATIENCE ? FAST : SLOWER;
  }
}

async function fetchNews(after) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const response = await fetch(`/chat/messages?after=${after}`, { signal: abort.signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
