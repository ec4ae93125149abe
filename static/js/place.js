// Remembers the heading that was read last, so that “Continue” opens the exact place.

const EVERY = 10_000;
const READING_LINE = 0.35;

const form = document.getElementById("page_place");
const headings = [...document.querySelectorAll(".text .prose :is(h2, h3)[id]")];
let kept = null;
let keptAt = Date.now();

function anchor() {
  const line = window.innerHeight * READING_LINE;
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
  return passed.at(-1)?.id ?? "";
}

function keep() {
  const now = anchor();
  if (now === kept) return;
  kept = now;
  keptAt = Date.now();
  const body = new FormData(form);
  body.set("anchor", now);
  fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {
    kept = null;
  });
}

if (form) {
  setInterval(() => {
    if (!document.hidden && Date.now() - keptAt >= EVERY) keep();
  }, 1000);
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
}
