// “New baseline from …” fills in a row on this very page, so that nothing typed is lost.
// Without this script the link opens the page with that row.
"use strict";
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-baseline]");
  const group = document.getElementById("baselines-group");
  const add = group && group.querySelector(".add-row a");
  if (!link || !add) return;
  event.preventDefault();
  const starts = () => [...group.querySelectorAll("tr:not(.empty-form) input[name$='-starts']")];
  let input = starts().find((other) => other.value === link.dataset.baseline);
  if (!input) {
    add.click();
    input = starts().at(-1);
    input.value = link.dataset.baseline;
  }
  const reason = input.closest("tr").querySelector("[name$='-reason']");
  reason.scrollIntoView({ block: "center" });
  reason.focus({ preventScroll: true });
});
