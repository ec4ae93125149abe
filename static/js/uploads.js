// Sends chosen files at once, with a bar that shows how far it is. Without this file the form sends them.

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((it) => it.toString(16).padStart(2, "0")).join("");
}

function told(state, text, className = "meta") {
  const line = document.createElement("p");
  line.className = className;
  line.role = className === "error" ? "alert" : "status";
  line.textContent = text;
  state.replaceChildren(line);
}

function answer(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function finished(box, input, request) {
  const state = box.querySelector("[data-upload-state]");
  const given = answer(request);
  if (request.status === 200 && given.html) {
    // The server's own list, the same as in the page.
    box.querySelector("[data-files]").innerHTML = given.html;
    input.value = "";
    told(state, "Uploaded.");
    box.dispatchEvent(new CustomEvent("uploads:done", { bubbles: true }));
  } else if (given.error) {
    input.value = "";
    told(state, given.error, "error");
  } else {
    told(state, "It was not uploaded. The file is still chosen: press Upload to try again.", "error");
  }
}

function send(box, input) {
  const state = box.querySelector("[data-upload-state]");
  const bar = document.createElement("progress");
  const words = document.createElement("p");
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("csrfmiddlewaretoken", input.form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("key", newKey());
  for (const file of input.files) body.append(input.name, file);
  bar.max = 1;
  bar.value = 0;
  bar.ariaLabel = "Uploading";
  words.className = "meta";
  words.textContent = "Uploading …";
  state.replaceChildren(words, bar);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    words.textContent = `Uploading … ${Math.round(bar.value * 100)} %`;
  });
  request.addEventListener("loadend", () => finished(box, input, request));
  request.open("POST", box.dataset.uploads);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

document.addEventListener("change", (event) => {
  const box = event.target.type === "file" && event.target.closest("[data-uploads]");
  if (box && event.target.files.length) send(box, event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do][value^='upload:']");
  const box = button?.closest("[data-uploads]");
  const input = box?.querySelector("input[type=file]");
  if (!input?.files.length) return;
  event.preventDefault();
  send(box, input);
});
