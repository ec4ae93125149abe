// Puts a button on every block of code that copies it.

function button(block) {
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "plain copy";
  copy.textContent = "Copy";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("pre").innerText);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select and copy by hand";
    }
    setTimeout(() => (copy.textContent = "Copy"), 2500);
  });
  // A live region, so that the change of the word is said.
  copy.setAttribute("aria-live", "polite");
  return copy;
}

if (navigator.clipboard) {
  for (const block of document.querySelectorAll(".highlight")) block.append(button(block));
}
