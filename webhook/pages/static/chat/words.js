// The page's words. English is in the code, as gettext has it; the Khmer came with the page.

const catalogues = JSON.parse(document.body.dataset.words);
const ATTRIBUTES = ["aria-label", "placeholder"];
const COOKIE_SECONDS = 180 * 24 * 3600;

/** Marks a word for the catalogues, for `say` to show later. */
export const N_ = (message) => message;

export function language() {
  return document.documentElement.lang;
}

function gettext(message) {
  return catalogues[language()]?.[message] || message;
}

/** Put a word into an element so that it follows the page's language; {name} stands for a value. */
export function say(element, message, values = {}) {
  element.dataset.word = message;
  element.dataset.values = JSON.stringify(values);
  translate(element);
}

export function switchTo(code) {
  document.documentElement.lang = code;
  for (const element of document.querySelectorAll("[data-word]")) translate(element);
  for (const name of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[data-word-${name}]`)) {
      element.setAttribute(name, gettext(element.getAttribute(`data-word-${name}`)));
    }
  }
  remember(code);
}

function translate(element) {
  const values = JSON.parse(element.dataset.values || "{}");
  element.textContent = gettext(element.dataset.word).replace(
    /\{(\w+)\}/g,
    (placeholder, name) => values[name] ?? placeholder,
  );
}

function remember(code) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `chrok_lang=${code}; Path=/; Max-Age=${COOKIE_SECONDS}; SameSite=Lax${secure}`;
  // A `?lang=` left in the address would win over the cookie at the next reload.
  history.replaceState(null, "", location.pathname);
}
