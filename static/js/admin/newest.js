// Where the newest row comes first, the row to add the next one stands above it.
"use strict";
window.addEventListener("load", () => {
  for (const body of document.querySelectorAll("fieldset.newest-first tbody")) {
    const waiting = "tr.form-row:not(.has_original), tr.add-row";
    body.prepend(...body.querySelectorAll(waiting));
  }
});
