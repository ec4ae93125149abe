// What is wider than the page is scrolled to, also with the keyboard. What fits is no stop
// on the way of the Tab key.

const WIDE = ".formula, .table, .highlight pre, .prose p:has(> math)";

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

for (const box of document.querySelectorAll(WIDE)) observer.observe(box);
