// Addresses in what people and the assistant write: only http and https ever become links.

// Khmer follows an address without a space, so its letters end one.
const ADDRESS = /https?:\/\/[^\s<>"\u1780-\u17ff\u200b]+/g;
const TRAILING = /[.,;:!?'’”»)\]]+$/;

export function webAddress(text) {
  try {
    const url = new URL(text, location.origin);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

export function link(url, label) {
  const anchor = document.createElement("a");
  anchor.href = url.href;
  anchor.textContent = label;
  if (url.origin !== location.origin) anchor.rel = "noopener noreferrer";
  anchor.target = "_blank";
  return anchor;
}

/** A fragment with the text as it is and its addresses as links. */
export function linked(text) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0]);
    const url = webAddress(address);
    if (!url) continue;
    fragment.append(text.slice(end, match.index), link(url, address));
    end = match.index + address.length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

function withoutTrailing(address) {
  const bare = address.replace(TRAILING, "");
  return bare.includes("(") && address[bare.length] === ")" ? `${bare})` : bare;
}
