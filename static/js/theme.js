// Smooths the theme switch: the page changes at once, the server remembers in the background.

const form = document.querySelector("[data-themes]");

function show(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.name !== "theme") return;
  event.preventDefault();
  const before = form.querySelector("[aria-pressed=true]").value;
  const body = new FormData(form, button);
  show(button.value);
  // The answer is a redirect to a whole page, which nobody needs.
  fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => show(before));
});
