// Says so when the site did not answer what htmx sent. What was typed stays in its field.
const messages = document.querySelector(".messages");

function say(text) {
  const list = document.createElement("ul");
  const item = document.createElement("li");
  item.className = "error";
  item.textContent = text;
  list.append(item);
  messages.replaceChildren(list);
  messages.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:sendError", () => {
  say("The site cannot be reached, so nothing was sent. What you typed is still here: try again in a moment.");
});
document.addEventListener("htmx:responseError", () => {
  say("This was not saved. Copy what you typed if it is long, load the page again, and repeat it.");
});
