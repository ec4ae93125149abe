// The keys of the review desk and of a review; the claim's state; the countdown of Undo.
// Which keys are pressed comes from keys.js (`shortcut`), which also knows when they are off.

const RENEW = 5 * 60 * 1000; // at most so often while somebody reads without typing

const form = document.getElementById("review_form");
const time = (at) =>
  new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

// ── Going from one to the next ───────────────────────────────────────────────────────────

const shown = (it) => it.checkVisibility?.() ?? true;
const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

function focusOn(item) {
  if (!item) return;
  if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

function step(selector, direction) {
  const items = all(selector);
  const here = document.activeElement?.closest(selector);
  let at = items.indexOf(here);
  if (at < 0) {
    // From where the eye is, if nothing has the focus yet.
    at = items.findIndex((it) => it.getBoundingClientRect().bottom > 0);
    return focusOn(items[direction > 0 ? at : Math.max(at - 1, 0)]);
  }
  focusOn(items[at + direction]);
}

const PLACES = "[data-item], [data-block], [data-comment]";
const CRITERIA = "[data-criterion]";

function give(number) {
  const criterion = document.activeElement?.closest(CRITERIA);
  const radio = criterion?.querySelectorAll("input[type=radio]")[number - 1];
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function decide(value) {
  const radio = document.getElementById(`decision-${value}`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
  return true;
}

function press(selector, inside = document) {
  const found = inside?.querySelector(selector);
  found?.click();
  return Boolean(found);
}

const KEYS = {
  j: () => step(PLACES, 1),
  k: () => step(PLACES, -1),
  "]": () => step(CRITERIA, 1),
  "[": () => step(CRITERIA, -1),
  n: () => press("[data-key=n]"),
  c: () => press("[data-claim]", document.activeElement?.closest("[data-item]")),
  a: () => decide("accepted"),
  r: () => decide("changes"),
  s: () => focusOn(document.getElementById("summary")),
  Enter: () => document.activeElement?.matches("[data-item]") && press("[data-open]", document.activeElement),
};

document.addEventListener("shortcut", (event) => {
  const key = event.detail;
  const done = /^[1-6]$/.test(key) ? give(Number(key)) : KEYS[key]?.();
  if (key in KEYS && done !== false) event.preventDefault();
});

// Out of a field, so that the keys work again; to what the field belongs to, if that can be.
document.addEventListener("keydown", (event) => {
  const field = event.key === "Escape" && event.target.closest?.("textarea, select, input");
  if (!field || !form?.contains(field) || event.defaultPrevented) return;
  const place = field.closest(`${CRITERIA}, ${PLACES}`);
  if (place) focusOn(place);
  else field.blur();
});

// Sends what one is in: a comment, or the review.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const comment = event.target.closest?.("[data-draft=comment]");
  const send = (comment ?? form?.querySelector(".bench-bar"))?.querySelector("[data-send]");
  if (!send) return;
  event.preventDefault();
  send.click();
});

// ── The claim ────────────────────────────────────────────────────────────────────────────

const lease = document.querySelector("[data-lease]");
const lost = document.querySelector("[data-lease-lost]");
let renewedAt = Date.now();

function told({ held, until }) {
  if (!lease) return;
  renewedAt = Date.now();
  lease.hidden = !held;
  lost.hidden = held;
  if (!held) return;
  const at = lease.querySelector("time");
  at.dateTime = until;
  at.textContent = time(until);
}

async function renew() {
  if (!form || document.hidden || Date.now() - renewedAt < RENEW) return;
  renewedAt = Date.now();
  const response = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value }),
    headers: { Accept: "application/json" },
    redirect: "manual",
  }).catch(() => null);
  if (response?.ok) told(await response.json());
}

form?.addEventListener("drafts:saved", (event) => told(event.detail));
for (const kind of ["keydown", "pointerdown", "scroll"]) {
  document.addEventListener(kind, renew, { passive: true });
}

// ── Undo ─────────────────────────────────────────────────────────────────────────────────

const countdown = document.querySelector("[data-countdown]");
if (countdown) {
  const end = new Date(countdown.dataset.countdown);
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    countdown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left to undo it.`;
    if (left > 0) setTimeout(tick, 1000);
    else location.reload();
  };
  if (end > Date.now()) {
    countdown.hidden = false;
    tick();
  }
}

// After a comment was added, the page comes back at it.
if (location.hash.startsWith("#comment-")) {
  const comment = document.getElementById(location.hash.slice(1));
  if (comment) comment.focus();
  // What was in the box has arrived; the copy of it in this browser is of no use any more.
  if (form && !document.getElementById("comment_form")) {
    try {
      localStorage.removeItem(`draft:${form.dataset.learner}:${form.dataset.drafts}:comment`);
    } catch {
      // Then there is none.
    }
  }
} else if (location.hash === "#comment_form") {
  document.getElementById("comment_text")?.focus();
}
