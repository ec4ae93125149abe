// Comments where their words are: one box that moves to what is commented on, a button at the
// selection, and the quoted words highlighted in the text.

const form = document.getElementById("review_form");
const template = document.getElementById("comment_template");

// ── Words and places ─────────────────────────────────────────────────────────────────────

// The server counts in the text of a block with single spaces; the browser in text nodes.
function wordsOf(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const places = []; // of each character of the text: its node and offset
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("summary")) continue;
    for (let at = 0; at < node.data.length; at += 1) {
      const space = /\s/.test(node.data[at]);
      if (space && (!text || text.endsWith(" "))) continue;
      text += space ? " " : node.data[at];
      places.push([node, at]);
    }
  }
  return { text, places };
}

function rangeIn(block, start, end) {
  const { places } = wordsOf(block);
  if (start >= end || end > places.length) return null;
  const range = document.createRange();
  range.setStart(...places[start]);
  range.setEnd(places[end - 1][0], places[end - 1][1] + 1);
  return range;
}

if (globalThis.Highlight && CSS.highlights) {
  const ranges = [...document.querySelectorAll("[data-comment][data-end]")].map((it) => {
    const words = it.closest("[data-block]")?.querySelector("[data-words]");
    return words && rangeIn(words, Number(it.dataset.start), Number(it.dataset.end));
  });
  CSS.highlights.set("quoted", new Highlight(...ranges.filter(Boolean)));
}

// ── The box ──────────────────────────────────────────────────────────────────────────────

const box = () => form.querySelector("#comment_form");
const control = (name) => box().querySelector(`[name="comment.${name}"]`);

function placeFor(on) {
  const block = document.querySelector(`[data-block="${on}"]`);
  if (block?.matches("tr")) {
    const row = document.createElement("tr");
    row.className = "row-comments";
    const cell = row.insertCell();
    cell.colSpan = block.cells.length;
    row.dataset.boxRow = "";
    block.after(row);
    return cell;
  }
  return block ?? document.querySelector(`[data-comment-on="${on}"]`).closest("section");
}

function openBox(on, { quote = "", near = 0 } = {}) {
  const moved = box() ?? template.content.cloneNode(true);
  const before = document.querySelector("[data-box-row]");
  placeFor(on).append(moved);
  before?.remove();
  box().hidden = false;
  if (control("on").value.startsWith("comment:")) control("text").value = "";
  control("on").value = on;
  control("near").value = near;
  const words = control("quote");
  if (words) {
    words.value = quote;
    box().querySelector("[data-quote-part]").hidden = !isText(on);
  }
  const text = control("text");
  text.focus();
  if (text.value || quote) text.dispatchEvent(new Event("input", { bubbles: true }));
}

const isText = (on) => Boolean(document.querySelector(`[data-block="${on}"] [data-words]`));

function closeBox() {
  const on = control("on").value;
  control("text").value = control("on").value = "";
  control("text").dispatchEvent(new Event("input", { bubbles: true }));
  form.drafts?.send();
  box().hidden = true;
  document.querySelector(`[data-comment-on="${on}"]`)?.focus();
}

// Words that were typed into a box and never arrived: drafts.js keeps a copy in this browser,
// and cannot offer it, as the page came without the box.
function findLost() {
  if (box() || location.hash.startsWith("#comment-")) return;
  const words = new Map(copyOfBox()?.entries);
  const on = words.get("comment.on");
  if (!words.get("comment.text")?.trim() || !document.querySelector(`[data-comment-on="${CSS.escape(on)}"]`)) return;
  openBox(on, { quote: words.get("comment.quote") ?? "", near: words.get("comment.near") ?? 0 });
  control("text").value = words.get("comment.text");
  control("text").dispatchEvent(new Event("input", { bubbles: true }));
}

function copyOfBox() {
  try {
    return JSON.parse(localStorage.getItem(`draft:${form.dataset.learner}:${form.dataset.drafts}:comment`));
  } catch {
    return null;
  }
}

// ── The selection ────────────────────────────────────────────────────────────────────────

function selected() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const parent = range.commonAncestorContainer;
  const words = (parent.nodeType === Node.TEXT_NODE ? parent.parentElement : parent).closest("[data-words]");
  if (!words) return null;
  const { text, places } = wordsOf(words);
  const within = (node, at) => range.comparePoint(node, at) === 0 && range.comparePoint(node, at + 1) === 0;
  const inside = [...places.keys()].filter((index) => within(...places[index]));
  if (!inside.length) return null;
  const quote = text.slice(inside[0], inside.at(-1) + 1);
  const near = inside[0] + (quote.length - quote.trimStart().length);
  return quote.trim() ? { on: words.closest("[data-block]").dataset.block, quote: quote.trim(), near, range } : null;
}

const offer = document.createElement("button");
offer.type = "button";
offer.className = "selection-button quiet";
offer.hidden = true;
offer.textContent = "Comment on selection (c)";

function showOffer() {
  const found = selected();
  offer.hidden = !found;
  if (!found) return;
  const at = found.range.getBoundingClientRect();
  offer.style.setProperty("inset-block-start", `${at.bottom + scrollY + 6}px`);
  offer.style.setProperty("inset-inline-start", `${Math.max(8, Math.min(at.left, innerWidth - 240))}px`);
}

function commentHere() {
  const found = selected();
  offer.hidden = true;
  if (found) return openBox(found.on, found);
  const place = document.activeElement?.closest("[data-block]") ?? blockInSight();
  return place && openBox(place.dataset.block);
}

function blockInSight() {
  return [...document.querySelectorAll("[data-block]")].find((it) => it.getBoundingClientRect().bottom > 0);
}

// ── Saved replies ────────────────────────────────────────────────────────────────────────

function insert(part) {
  const option = part.querySelector("select").selectedOptions[0];
  if (!option) return;
  const text = control("text");
  const apart = /\S$/.test(text.value.slice(0, text.selectionStart)) ? "\n\n" : "";
  text.setRangeText(apart + option.dataset.text, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  part.open = false;
  text.focus();
  const body = new URLSearchParams({ use: option.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  fetch(part.dataset.savedReplies, { method: "POST", body, keepalive: true }).catch(() => {});
}

function openReplies() {
  const part = box()?.querySelector("[data-saved-replies]");
  if (!part) return;
  const list = part.querySelector("select");
  part.open = true;
  if (list.selectedIndex < 0) list.selectedIndex = 0;
  list.focus();
}

// ── What happens on the page ─────────────────────────────────────────────────────────────

if (form && template) {
  findLost();
  document.body.append(offer);
  offer.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  offer.addEventListener("click", commentHere);
  document.addEventListener("selectionchange", showOffer);
  document.addEventListener("shortcut", (event) => {
    if (event.detail !== "c" || !commentPlace()) return;
    event.preventDefault();
    commentHere();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.commentOn) {
      event.preventDefault();
      openBox(button.dataset.commentOn);
    } else if (button?.hasAttribute("data-close")) {
      event.preventDefault();
      closeBox();
    } else if (button?.name === "insert") {
      event.preventDefault();
      insert(button.closest("[data-saved-replies]"));
    }
  });
  form.addEventListener("keydown", (event) => {
    const part = event.target.closest("[data-saved-replies]");
    if (event.altKey && event.code === "KeyB") {
      event.preventDefault();
      openReplies();
    } else if (part && event.key === "Enter" && event.target.matches("select")) {
      event.preventDefault();
      insert(part);
    } else if (part && event.key === "Escape") {
      event.preventDefault();
      part.open = false;
      control("text").focus();
    }
  });
}

function commentPlace() {
  return selected() ?? document.querySelector("[data-block]");
}
