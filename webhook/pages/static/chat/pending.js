// What the citizen wrote and the server does not have yet, kept over reloads and lost connections.
// One key per message, so that two open tabs do not overwrite each other.

const PREFIX = "chrok.pending.";
const DRAFT = "chrok.draft";
const memory = new Map();

export function keep(message) {
  memory.set(message.id, message);
  withStorage((storage) => storage.setItem(PREFIX + message.id, JSON.stringify(message)));
}

export function drop(id) {
  memory.delete(id);
  withStorage((storage) => storage.removeItem(PREFIX + id));
}

/** All kept messages, in the order in which they were written. */
export function kept() {
  withStorage((storage) => {
    for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
      const message = JSON.parse(storage.getItem(key));
      memory.set(message.id, message);
    }
  });
  return [...memory.values()].sort((one, other) => one.at.localeCompare(other.at));
}

export function keepDraft(text) {
  withStorage((storage) => storage.setItem(DRAFT, text));
}

export function draft() {
  return withStorage((storage) => storage.getItem(DRAFT)) ?? "";
}

// A browser may forbid storage or have none left: the chat then works from memory alone.
function withStorage(use) {
  try {
    return use(window.localStorage);
  } catch {
    return null;
  }
}
