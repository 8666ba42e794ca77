// Where the newest row comes first, the row to add the next one stands above it.
"use strict";
const raise = () => {
  for (const body of document.querySelectorAll("fieldset.newest-first tbody")) {
    const waiting = "tr.form-row:not(.has_original), tr.add-row";
    body.prepend(...body.querySelectorAll(waiting));
  }
};
// A turn later: the admin's own script makes that row in a turn that it takes once the page is there.
window.addEventListener("load", () => setTimeout(raise));
