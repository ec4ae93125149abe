// Saves what is typed, while it is typed. It knows nothing of what the words are for.
//
// <form method="post" action="(where to save)" data-drafts="round/1f0c…" data-learner="(id)"
//       data-sign-in="(address of the sign-in page)">
//   {% csrf_token %}
//   <p data-drafts-status>Saved 14:02</p>            what happened last; anywhere on the page,
//   <div data-drafts-notices></div>                  with form="…" given as data-for="(form's id)"
//   <div data-draft="work.report">                   one field: one draft, one version at a time
//     <input type="hidden" name="base.work.report" value="3">     the version it is written over
//     <textarea name="work.report.text">…</textarea>              any number of controls, of any kind
//   </div>
// </form>
//
// A field begins to be saved with an `input` or `change` event from inside it (whoever changes it
// by script sends `input`). Files are not sent, nor what has no name.
//
// What is sent: POST, form-encoded, `Accept: application/json`: `tab`, and of each changed field
// its base and all its controls. `data-save` on the form overrides its action.
// What comes back:
//   200  {"fields": {"work.report": {"version": 4, "saved_at": "2026-11-03T14:02:09Z",
//                                    "conflict": null}}, "late": false}
//        `conflict`, when something else had been saved over that base meanwhile:
//        {"version": 4, "saved_at": "…", "entries": [["work.report.text", "The other words"]]}.
//        What was sent has then been kept beside. `late`: it is too late, all was kept beside.
//   422  {"fields": {"work.report": "The text has 100,400 characters; at most 100,000 fit."}}
//   a redirect: the session is over. Anything else: not saved, kept here, tried again.
// After each answer the form gets the event `drafts:saved`, with the answer as its detail.
// Before words are put back into a field, the field gets `drafts:restore`, with `entries`
// (names and values) as its detail, so that it can make the controls they belong to.
//
// The class `drafts-notice` is on what this file adds; its parts are `drafts-both`, `actions`.

const QUIET = 1000; // after the last key
const LONGEST = 10_000; // of typing without a pause
const RETRY = [5_000, 10_000, 20_000, 60_000];
const TROUBLE = {
  400: "Not saved: it is too much to send at once.",
  403: "Not saved: load this page again.",
  404: "Not saved: this page is not open to you now.",
};
const KEEPALIVE = 30_000; // characters; browsers refuse more than 64 kB for a page that is closing

// Of this page, not of the browser's tab: a tab that is duplicated would share it.
const TAB = Math.random().toString(36).slice(2) + Date.now().toString(36);

function time(at) {
  const then = new Date(at);
  const language = document.documentElement.lang;
  const clock = then.toLocaleTimeString(language, { timeStyle: "short", hourCycle: "h23" });
  if (then.toDateString() === new Date().toDateString()) return clock;
  return `${then.toLocaleDateString(language, { day: "numeric", month: "long" })}, ${clock}`;
}

function cookie(ending) {
  const found = document.cookie.split("; ").find((it) => it.split("=")[0].endsWith(ending));
  return found?.slice(found.indexOf("=") + 1);
}

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function button(text, action) {
  const made = element("button", text, "quiet");
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

// ── The copy in this browser ─────────────────────────────────────────────────────────────

const copies = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set(key, copy) {
    try {
      localStorage.setItem(key, JSON.stringify(copy));
      return true;
    } catch {
      return false; // storage is closed or full
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Then there is none.
    }
  },
};

// ── One field ────────────────────────────────────────────────────────────────────────────

class Field {
  constructor(form, box) {
    this.form = form;
    this.box = box;
    this.name = box.dataset.draft;
    this.key = `draft:${form.dataset.learner}:${form.dataset.drafts}:${this.name}`;
    this.tab = TAB;
    this.changed = false; // since it was last sent
    this.unsaved = false; // until an answer says otherwise
    this.safe = true; // a copy of what is unsaved is in this browser
    this.lastSent = "";
  }

  get baseInput() {
    return [...this.box.querySelectorAll("input[type=hidden]")].find(
      (it) => it.name === `base.${this.name}`,
    );
  }

  get controls() {
    return [...this.box.querySelectorAll("input, select, textarea")].filter(
      (it) => it.name && !it.disabled && it.type !== "file" && !it.name.startsWith("base."),
    );
  }

  get entries() {
    return this.controls
      .filter((it) => !["checkbox", "radio"].includes(it.type) || it.checked)
      .map((it) => [it.name, it.value.replaceAll("\r\n", "\n")]);
  }

  put(entries) {
    this.box.dispatchEvent(new CustomEvent("drafts:restore", { detail: { entries } }));
    const left = [...entries];
    for (const control of this.controls) {
      const ticked = ["checkbox", "radio"].includes(control.type);
      const at = left.findIndex(
        ([name, value]) => name === control.name && (!ticked || value === control.value),
      );
      if (ticked) control.checked = at >= 0;
      else control.value = at >= 0 ? left[at][1] : "";
      if (at >= 0) left.splice(at, 1);
    }
  }

  keepCopy() {
    const copy = { entries: this.entries, base: this.baseInput.value, tab: this.tab, at: Date.now() };
    this.safe = copies.set(this.key, copy);
  }

  // What was changed while the answer was on its way is still unsaved.
  saved(answer) {
    this.complain("");
    if (answer.conflict) {
      const chosen = this.baseInput.value === String(answer.conflict.version);
      if (!chosen) this.showConflict(answer.conflict);
    } else {
      this.baseInput.value = answer.version;
      this.box.querySelector(".drafts-conflict")?.remove();
    }
    if (!this.changed) {
      this.unsaved = false;
      copies.remove(this.key);
    }
  }

  complain(sentence) {
    let place = this.box.querySelector(".drafts-error");
    if (!place && !sentence) return;
    if (!place) {
      place = element("p", "", "error drafts-error");
      place.role = "alert";
      this.box.append(place);
    }
    if (place.textContent !== sentence) place.textContent = sentence;
    place.hidden = !sentence;
  }

  showConflict(other) {
    this.box.querySelector(".drafts-conflict")?.remove();
    const section = element("section", "", "drafts-notice drafts-conflict");
    section.append(
      element("p", "This was changed in another tab or on another device. Both are kept; which shall stand here?"),
    );
    const both = element("div", "", "drafts-both");
    const mine = this.entries;
    both.append(shownSide("Yours, on this page", mine));
    both.append(shownSide(`The other, saved ${time(other.saved_at)}`, other.entries ?? []));
    const actions = element("div", "", "actions");
    actions.append(
      button("Keep mine", () => {
        section.remove();
        this.baseInput.value = other.version;
        this.form.drafts.touch(this, { now: true });
        this.controls[0]?.focus();
      }),
      button("Take the other", () => {
        section.remove();
        this.take(other);
      }),
    );
    if (navigator.clipboard) {
      actions.append(
        button("Copy the other", async ({ target }) => {
          await navigator.clipboard.writeText(wordsOf(other.entries ?? [])).catch(() => {});
          target.textContent = "Copied";
        }),
      );
    }
    section.append(both, actions);
    this.box.append(section);
    this.form.drafts.announce("This was changed in another tab. Choose below the field which words shall stand.");
  }

  take(other) {
    this.baseInput.value = other.version;
    this.changed = this.unsaved = false;
    copies.remove(this.key);
    if (other.entries) this.put(other.entries);
    else location.reload();
    this.controls[0]?.focus();
  }
}

function wordsOf(entries) {
  return entries
    .map(([, value]) => value)
    .filter((value) => value.trim())
    .join("\n");
}

// Long words scroll, also by key.
function shownWords(name, entries) {
  const words = element("pre", wordsOf(entries) || "(empty)", "drafts-words");
  words.tabIndex = 0;
  words.role = "region";
  words.ariaLabel = name;
  return words;
}

function shownSide(title, entries) {
  const side = element("div");
  side.append(element("p", title, "drafts-side"), shownWords(title, entries));
  return side;
}

// ── One form ─────────────────────────────────────────────────────────────────────────────

class Drafts {
  constructor(form) {
    this.form = form;
    form.drafts = this;
    this.fields = new Map();
    this.busy = false;
    this.failures = 0;
    this.firstKey = 0;
    this.status = this.part("[data-drafts-status]");
    this.notices = this.part("[data-drafts-notices]");
    if (!this.notices) {
      this.notices = element("div");
      form.prepend(this.notices);
    }
    // What is shown changes every two seconds; what is said aloud only when it matters.
    this.live = element("p", "", "hidden");
    this.live.role = "status";
    form.append(this.live);
    const shown = this.status?.querySelector("time[datetime]");
    if (shown) shown.textContent = time(shown.dateTime);
    this.findLost();
  }

  part(selector) {
    return (
      this.form.querySelector(selector) ??
      [...document.querySelectorAll(selector)].find((it) => it.dataset.for === this.form.id)
    );
  }

  field(box) {
    const known = this.fields.get(box.dataset.draft);
    if (known?.box === box) return known;
    const field = new Field(this.form, box);
    this.fields.set(field.name, field);
    return field;
  }

  get unsaved() {
    return [...this.fields.values()].filter((it) => it.unsaved);
  }

  touch(field, { now = false } = {}) {
    if (!this.unsaved.some((it) => it.changed)) this.firstKey = Date.now();
    field.changed = field.unsaved = true;
    if (!this.trouble) this.say("Saving …");
    clearTimeout(this.timer);
    const patience = Math.max(0, this.firstKey + LONGEST - Date.now());
    if (now) this.send();
    else this.timer = setTimeout(() => this.send(), Math.min(QUIET, patience));
  }

  say(text, trouble = false) {
    if (this.status) {
      this.status.textContent = text;
      this.status.classList.toggle("trouble", trouble);
    }
    if (trouble !== Boolean(this.trouble)) this.announce(text);
    this.trouble = trouble;
  }

  announce(text) {
    this.live.textContent = text;
  }

  body(fields) {
    const body = new URLSearchParams();
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    if (!cookie("csrftoken")) body.append("csrfmiddlewaretoken", token);
    body.append("tab", fields[0].tab);
    for (const field of fields) {
      body.append(`base.${field.name}`, field.baseInput.value);
      for (const [name, value] of field.entries) body.append(name, value);
    }
    return body.toString();
  }

  get headers() {
    const token = cookie("csrftoken");
    return {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Requested-With": "XMLHttpRequest",
      Accept: "application/json",
      ...(token ? { "X-CSRFToken": token } : {}),
    };
  }

  async send({ leaving = false } = {}) {
    clearTimeout(this.timer);
    const waiting = this.unsaved.filter((it) => it.changed || leaving || this.failures);
    // Words that were found again go under the name of the page that they were typed in.
    const fields = waiting.filter((it) => it.tab === waiting[0].tab);
    if (!fields.length || (this.busy && !leaving)) return;
    this.busy = true;
    for (const field of fields) {
      field.changed = false;
      field.lastSent = JSON.stringify(field.entries);
      field.keepCopy();
    }
    try {
      const body = this.body(fields);
      const response = await fetch(this.form.dataset.save ?? this.form.action, {
        method: "POST",
        body,
        headers: this.headers,
        redirect: "manual",
        keepalive: body.length < KEEPALIVE,
      });
      await this.answered(response, fields);
    } catch {
      this.failed(fields, "Not saved: offline.");
    }
    this.busy = false;
    if (this.unsaved.some((it) => it.changed) && !this.failures) this.timer = setTimeout(() => this.send(), QUIET);
  }

  async answered(response, fields) {
    if (response.ok) return this.saved(await response.json(), fields);
    if (response.status === 422) return this.refused(await response.json(), fields);
    if (response.type === "opaqueredirect") {
      this.failed(fields, "Not saved: you are signed out.");
      return this.askToSignIn();
    }
    return this.failed(fields, TROUBLE[response.status] ?? "Not saved: the site has a problem.");
  }

  saved(answer, fields) {
    this.failures = 0;
    this.notices.querySelector(".drafts-signed-out")?.remove();
    let last = Date.now();
    for (const field of fields) {
      const told = answer.fields[field.name];
      if (!told) continue;
      field.saved(told);
      last = told.saved_at;
    }
    const conflict = Object.values(answer.fields).some((it) => it.conflict);
    if (answer.late) this.say(`Too late for this round. Your words are kept under earlier drafts, ${time(last)}.`, true);
    else if (conflict) this.say("Saved beside the other words. Choose which shall stand.", true);
    else this.say(this.unsaved.length ? "Saving …" : `Saved ${time(last)}`);
    this.form.dispatchEvent(new CustomEvent("drafts:saved", { detail: answer, bubbles: true }));
  }

  refused(answer, fields) {
    this.failures = 0;
    for (const field of fields) {
      const sentence = answer.fields?.[field.name];
      field.complain(sentence ?? "");
      // The others of the same request are not to blame, and go on their own.
      field.changed = !sentence;
    }
    this.say("Not saved. Kept in this browser; see what is wrong beside the field.", true);
  }

  failed(fields, sentence) {
    for (const field of fields) field.changed = true;
    const kept = fields.every((it) => it.safe);
    this.say(`${sentence} ${kept ? "Kept in this browser." : "Copy it before you close this page."}`, true);
    const pause = RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.send(), pause);
  }

  askToSignIn() {
    if (this.notices.querySelector(".drafts-signed-out")) return;
    const notice = element("div", "", "drafts-notice drafts-signed-out");
    const text = element("p", "You are signed out. Your words stay here. ");
    const link = element("a", "Sign in in a new tab");
    link.href = this.form.dataset.signIn ?? "/accounts/login/";
    link.target = "_blank";
    text.append(link, ", then come back: they are saved by themselves.");
    notice.append(text);
    this.notices.append(notice);
  }

  // Words of an earlier visit that never arrived.
  findLost() {
    for (const box of this.form.querySelectorAll("[data-draft]")) {
      const field = this.field(box);
      const copy = copies.get(field.key);
      if (!copy) continue;
      if (JSON.stringify(copy.entries) === JSON.stringify(field.entries)) copies.remove(field.key);
      else this.offer(field, copy);
    }
  }

  offer(field, copy) {
    const notice = element("div", "", "drafts-notice drafts-found");
    notice.append(element("p", `We found words that were not sent, from ${time(copy.at)}:`));
    notice.append(shownWords("Words that were not sent", copy.entries));
    const actions = element("div", "", "actions");
    actions.append(
      button("Put them back", () => {
        notice.remove();
        field.put(copy.entries);
        field.baseInput.value = copy.base;
        field.tab = copy.tab;
        this.touch(field, { now: true });
        field.controls[0]?.focus();
      }),
      button("Discard them", () => {
        notice.remove();
        copies.remove(field.key);
        field.controls[0]?.focus();
      }),
    );
    notice.append(actions);
    field.box.prepend(notice);
    this.announce(`We found words that were not sent, from ${time(copy.at)}.`);
  }
}

// ── What happens on the page ─────────────────────────────────────────────────────────────

const forms = [...document.querySelectorAll("form[data-drafts]")].map((it) => new Drafts(it));

function fieldOf(target) {
  const box = target.closest?.("[data-draft]");
  const form = box?.querySelector("input[type=hidden]")?.form;
  return form?.drafts?.field(box);
}

function typed(event) {
  if (event.target.type === "file") return;
  const field = fieldOf(event.target);
  // Browsers tell once more, on leaving a field, what they told on every key.
  const again = event.type === "change" && field?.lastSent === JSON.stringify(field?.entries);
  if (field && !again) field.form.drafts.touch(field);
}

document.addEventListener("input", typed);
document.addEventListener("change", typed);
document.addEventListener("focusout", (event) => {
  const field = fieldOf(event.target);
  if (field?.changed && !field.box.contains(event.relatedTarget)) field.form.drafts.send();
});

function each(action) {
  for (const drafts of forms) action(drafts);
}

const leave = () => each((it) => it.unsaved.length && it.send({ leaving: true }));
const back = () => each((it) => it.failures && it.send());

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : back()));
window.addEventListener("pagehide", leave);
window.addEventListener("online", () => {
  each((it) => !it.failures && it.say(it.unsaved.length ? "Saving …" : "Online again. Everything is saved."));
  back();
});
window.addEventListener("offline", () => each((it) => it.say("Offline. What you type is kept in this browser.", true)));
window.addEventListener("focus", back);

let submitting = false;
document.addEventListener("submit", (event) => {
  const drafts = event.target.drafts;
  if (!drafts) return;
  submitting = true;
  clearTimeout(drafts.timer);
  for (const field of drafts.unsaved) field.keepCopy();
  const token = event.target.querySelector("[name=csrfmiddlewaretoken]");
  if (token && cookie("csrftoken")) token.value = cookie("csrftoken");
});
window.addEventListener("pageshow", () => (submitting = false));

// What is typed and not sent yet goes out with the page; only what could not go is worth a warning.
window.addEventListener("beforeunload", (event) => {
  if (submitting) return;
  if (forms.some((it) => it.failures && it.unsaved.length)) event.preventDefault();
});
