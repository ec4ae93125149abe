// Shows how the checklist stands after each save, waits for links that are being looked at, and
// marks passages as harmful.

const WORDS = { yes: "Ready", no: "Not yet", unknown: "Not known yet" };
const EVERY = 3_000;
const TRIES = 20;

const list = document.querySelector("[data-checklist]");
let timer = 0;
let left = TRIES;

function put(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function show(answer) {
  for (const [id, outcome] of Object.entries(answer.checklist ?? {})) {
    const item = list?.querySelector(`[data-item="${id}"]`);
    if (!item) continue;
    const ok = outcome.ok === null ? "unknown" : outcome.ok ? "yes" : "no";
    item.dataset.ok = ok;
    put(item.querySelector("[data-verdict]"), WORDS[ok]);
    put(item.querySelector("[data-words]"), outcome.words);
  }
  for (const line of document.querySelectorAll("[data-link]")) {
    const state = answer.links?.[line.dataset.link];
    put(line, state?.words ?? "");
    line.toggleAttribute("data-waiting", Boolean(state?.waiting));
  }
  waitForLinks();
}

function waitForLinks() {
  clearTimeout(timer);
  if (left > 0 && document.querySelector("[data-link][data-waiting]")) timer = setTimeout(ask, EVERY);
}

async function ask() {
  left -= 1;
  try {
    const response = await fetch(list.dataset.checklist, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (response.ok) return show(await response.json());
  } catch {
    // Offline: it is asked again.
  }
  return waitForLinks();
}

function markHarmful(button) {
  const box = document.getElementById(button.dataset.marksHarmful);
  const { selectionStart: start, selectionEnd: end, value } = box;
  if (start === end) {
    box.focus();
    return;
  }
  box.setRangeText(`>!${value.slice(start, end)}!<`, start, end, "select");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

document.addEventListener("drafts:saved", (event) => {
  left = TRIES;
  show(event.detail);
});
document.addEventListener("uploads:done", () => {
  clearTimeout(timer);
  ask();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-marks-harmful]");
  if (button) markHarmful(button);
});
waitForLinks();
