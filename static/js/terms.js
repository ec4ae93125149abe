// Opens the definition of a term beside the word. Without this file the word is a link to the
// glossary; the definitions stand in the page, so nothing is fetched.

const DELAY = 200;
const MARGIN = 16;

const stored = document.getElementById("page_definitions");
const known = new Map();
for (const definition of stored?.content.querySelectorAll("[data-term]") ?? []) {
  known.set(definition.dataset.term, definition);
}

const box = document.createElement("div");
box.className = "definition";
box.id = "definition";
box.popover = "manual";

let word = null;
let timer = 0;

function place() {
  const line = [...word.getClientRects()].at(-1);
  const room = document.documentElement.clientWidth - box.offsetWidth - MARGIN;
  const below = line.bottom + 8;
  const fits = below + box.offsetHeight < document.documentElement.clientHeight;
  box.style.left = `${Math.max(MARGIN, Math.min(line.left, room))}px`;
  box.style.top = `${fits ? below : Math.max(8, line.top - box.offsetHeight - 8)}px`;
}

function open(link) {
  clearTimeout(timer);
  if (word === link) return;
  close();
  word = link;
  box.replaceChildren(...known.get(link.getAttribute("href")).cloneNode(true).childNodes);
  // After the word, so that the next press of Tab leads into it.
  link.after(box);
  link.setAttribute("aria-expanded", "true");
  link.setAttribute("aria-describedby", box.id);
  box.showPopover();
  place();
}

function close() {
  clearTimeout(timer);
  if (!word) return;
  word.setAttribute("aria-expanded", "false");
  word.removeAttribute("aria-describedby");
  word = null;
  if (box.matches(":popover-open")) box.hidePopover();
  box.remove();
}

function soon(action) {
  clearTimeout(timer);
  timer = setTimeout(action, DELAY);
}

function leave(event) {
  if (event.relatedTarget !== word && !box.contains(event.relatedTarget)) close();
}

function attach(link) {
  let byKeyboard = false;
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse") soon(() => open(link));
  });
  link.addEventListener("pointerleave", () => soon(close));
  link.addEventListener("focus", () => {
    byKeyboard = link.matches(":focus-visible");
    if (byKeyboard) open(link);
  });
  link.addEventListener("blur", leave);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (word === link && event.detail > 0 && !byKeyboard) close();
    else open(link);
  });
}

if ("popover" in HTMLElement.prototype) {
  for (const link of document.querySelectorAll("a.term")) {
    if (known.has(link.getAttribute("href"))) attach(link);
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => soon(close));
  box.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !word) return;
    const link = word;
    const inside = box.contains(document.activeElement);
    close();
    if (inside) link.focus({ focusVisible: false });
  });
  document.addEventListener("click", (event) => {
    if (word && !box.contains(event.target) && !word.contains(event.target)) close();
  });
  window.addEventListener("scroll", close, { passive: true });
}
