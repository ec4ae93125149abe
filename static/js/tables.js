// Adds and removes rows of a table that is typed into, without sending the page. What the server
// finds wrong in a cell is shown beside it after each save. Without this file, buttons send the form.

const ROWS_AT_ONCE = 5;
const MOST_ROWS = 1_000;

const rowsOf = (box) => [...box.querySelectorAll("tbody tr")];
const changed = (box) => box.querySelector("tbody").dispatchEvent(new Event("input", { bubbles: true }));

function clear(row) {
  for (const error of row.querySelectorAll(".error")) error.remove();
  for (const cell of row.querySelectorAll("td")) cell.classList.remove("wrong");
  for (const control of row.querySelectorAll("input, select, textarea")) {
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
    control.value = "";
    if (control.tagName === "SELECT") {
      for (const option of control.options) option.defaultSelected = false;
      control.selectedIndex = 0;
    }
  }
}

// The name counts on from the highest; what people read is the row's place.
function add(box) {
  const rows = rowsOf(box);
  if (rows.length >= MOST_ROWS) return null;
  const last = rows.at(-1);
  const next = Math.max(...rows.map((it) => Number(it.dataset.row))) + 1;
  const row = last.cloneNode(true);
  last.removeAttribute("id");
  const from = `${box.dataset.table}.${last.dataset.row}.`;
  const to = `${box.dataset.table}.${next}.`;
  row.dataset.row = next;
  for (const control of row.querySelectorAll("[name^='work.']")) {
    control.name = control.id = control.name.replace(from, to);
  }
  row.querySelector("button").value = row.querySelector("button").value.replace(/\d+$/, next);
  clear(row);
  last.after(row);
  name(box);
  return row;
}

function name(box) {
  for (const [index, row] of rowsOf(box).entries()) {
    row.querySelector(".row-number").textContent = index + 1;
    for (const cell of row.querySelectorAll("[data-column]")) {
      cell.querySelector("input, select, textarea").ariaLabel = `${cell.dataset.column}, row ${index + 1}`;
    }
    row.querySelector("button").ariaLabel = `Remove row ${index + 1}`;
  }
}

function remove(box, row) {
  const rows = rowsOf(box);
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  if (rows.length === 1) clear(row);
  else row.remove();
  name(box);
  changed(box);
  (beside ?? row).querySelector("button").focus();
}

function pressed(event) {
  const button = event.target.closest("button[name=do]");
  const box = button?.closest("[data-table]");
  if (!box) return;
  const [deed] = button.value.split(":");
  if (deed === "remove") {
    event.preventDefault();
    remove(box, button.closest("tr"));
  } else if (deed === "rows") {
    event.preventDefault();
    const made = Array.from({ length: ROWS_AT_ONCE }, () => add(box)).filter(Boolean);
    made[0]?.querySelector("input, select, textarea").focus();
  }
}

// As many rows as the words that are put back need.
function makeRoom(event) {
  const box = event.target;
  if (!box.dataset.table) return;
  const prefix = `${box.dataset.table}.`;
  const wanted = [
    ...new Set(event.detail.entries.map(([it]) => Number(it.slice(prefix.length).split(".")[0]))),
  ].sort((a, b) => a - b);
  while (rowsOf(box).length < wanted.length && add(box));
  const rows = rowsOf(box);
  for (const entry of event.detail.entries) {
    const [number, ...column] = entry[0].slice(prefix.length).split(".");
    const row = rows[wanted.indexOf(Number(number))];
    entry[0] = `${prefix}${row.dataset.row}.${column.join(".")}`;
    const select = row.querySelector(`select[name="${entry[0]}"]`);
    if (select && ![...select.options].some((it) => it.value === entry[1])) select.add(new Option(entry[1]));
  }
}

// Faults come with the number of the row as it was sent: its place.
function showFaults(box, faults, html) {
  const place = box.querySelector("[data-faults]");
  const open = place.querySelector("details")?.open;
  place.innerHTML = html;
  if (open && place.querySelector("details")) place.querySelector("details").open = true;
  const rows = rowsOf(box);
  for (const [index, link] of place.querySelectorAll("a").entries()) {
    const { row, column } = faults[index];
    link.hash = `${box.dataset.table}.${rows[row - 1]?.dataset.row}.${column}`;
  }
  const wrong = new Map(faults.map((it) => [`${it.row}.${it.column}`, it.message]));
  for (const [index, row] of rows.entries()) {
    for (const cell of row.querySelectorAll("[data-column]")) {
      mark(cell, wrong.get(`${index + 1}.${cell.dataset.column}`));
    }
  }
}

function mark(cell, message) {
  const control = cell.querySelector("input, select, textarea");
  let error = cell.querySelector(".error");
  cell.classList.toggle("wrong", Boolean(message));
  if (!message) {
    error?.remove();
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-describedby");
    return;
  }
  if (!error) {
    error = document.createElement("p");
    error.className = "error";
    cell.append(error);
  }
  error.id = `${control.id}-fault`;
  error.textContent = message;
  control.ariaInvalid = "true";
  control.setAttribute("aria-describedby", error.id);
}

document.addEventListener("click", pressed);
document.addEventListener("drafts:restore", makeRoom, true);
document.addEventListener("drafts:saved", (event) => {
  for (const [name, told] of Object.entries(event.detail.tables ?? {})) {
    const box = document.querySelector(`[data-table="${name}"]`);
    if (box && event.detail.fields[name]) showFaults(box, told.faults, told.html);
  }
});
