// Single-key shortcuts with a help sheet, focus mode, and the menu that closes by itself.
// Off while one types, and for good if the learner says so on the sheet.

const OFF = "shortcuts-off";
const FOCUS_COOKIE = "focus=on; path=/; samesite=lax";
const YEAR = 365 * 24 * 3600;

const sheet = document.getElementById("page_keys");
const choice = document.querySelector("[data-keys-on]");
const root = document.documentElement;

function stored() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

let off = stored();

function remember() {
  off = !choice.checked;
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Storage is closed: the choice then holds for this page.
  }
}

function search() {
  const shown = [...document.querySelectorAll("[data-search]")].find((it) => it.offsetParent);
  if (shown) shown.focus();
  else document.querySelector(".search-link")?.click();
}

function turn(direction) {
  document.querySelector(`.turns a[rel=${direction}], a[rel=${direction}]`)?.click();
}

function focusMode() {
  const button = document.querySelector("[data-focus-switch]");
  if (!button) return;
  const on = root.toggleAttribute("data-focus");
  button.setAttribute("aria-pressed", String(on));
  document.cookie = on ? `${FOCUS_COOKIE}; max-age=${YEAR}` : `${FOCUS_COOKIE}; max-age=0`;
}

const KEYS = {
  "/": search,
  n: () => turn("next"),
  p: () => turn("prev"),
  f: focusMode,
  "?": () => sheet.showModal(),
};

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("[data-menu][open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const typing = event.target.closest("input, select, textarea, [contenteditable], dialog[open]");
  if (off || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // A page's own keys go first: whoever takes one prevents its default.
  const own = new CustomEvent("shortcut", { detail: event.key, bubbles: true, cancelable: true });
  if (!event.target.dispatchEvent(own)) return event.preventDefault();
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  const menu = document.querySelector("[data-menu][open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

choice.checked = !off;
choice.addEventListener("change", remember);
for (const opener of document.querySelectorAll("[data-opens=page_keys]")) {
  opener.addEventListener("click", () => sheet.showModal());
}
for (const button of document.querySelectorAll("[data-focus-switch]")) {
  button.setAttribute("aria-pressed", String(root.hasAttribute("data-focus")));
  button.addEventListener("click", focusMode);
}
