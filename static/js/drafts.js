// Words that were typed and not sent yet stay: a visitor's on the phone for a day, through closed
// tabs (each QR code opens one); a host's, whose laptop may be shared, in this tab.
(() => {
  const DAY = 24 * 3600 * 1000;
  const ofVisitor = "#stick, .reword, .slip:not([hx-post])";
  // null in a browser that keeps nothing, or is full
  const using = (form, act) => {
    try { return act(form.matches(ofVisitor) ? localStorage : sessionStorage); } catch { return null; }
  };
  const place = (form, name) => `draft ${form.getAttribute("action")} ${name}`;
  const old = (kept) => !(JSON.parse(kept)?.when > Date.now() - DAY);
  const read = (box) => using(box.form, (store) => {
    const kept = store.getItem(place(box.form, box.name));
    return kept && !old(kept) ? JSON.parse(kept).text : null;
  });
  const drop = (form) => using(form, (store) => { for (const box of form.querySelectorAll("textarea")) store.removeItem(place(form, box.name)); });
  try {
    for (const each of Object.keys(localStorage)) if (each.startsWith("draft ") && old(localStorage.getItem(each))) localStorage.removeItem(each);
  } catch { /* nothing is kept */ }

  // filled once: what another tab writes does not come in later
  const met = new WeakSet();
  const restore = () => {
    for (const box of document.querySelectorAll("form[data-draft] textarea")) {
      if (met.has(box)) continue;
      met.add(box);
      // after Back the browser would bring sent words too
      box.autocomplete = "off";
      const kept = read(box);
      if (!kept || kept === box.value || box.value !== box.defaultValue) continue;
      box.value = kept;
      box.form.dataset.draft = "kept";
    }
  };
  restore();
  for (const shown of ["htmx:afterSettle", "form-opened"]) document.addEventListener(shown, restore);
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (box.tagName !== "TEXTAREA" || !box.form?.matches("[data-draft]")) return;
    using(box.form, (store) => {
      if (box.value) store.setItem(place(box.form, box.name), JSON.stringify({ text: box.value, when: Date.now() }));
      else store.removeItem(place(box.form, box.name));
    });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // the form itself may have been swapped away by now
    const form = event.detail.requestConfig.elt;
    if (event.detail.xhr.status < 300 && event.detail.successful && form.matches("form[data-draft]")) drop(form);
  });
  document.addEventListener("submit", (event) => {
    // its answer is waited for
    if (event.defaultPrevented || event.target.hasAttribute("hx-post")) return;
    // a host's go when a page shows them as kept: js/host/kept.js
    if (event.target.matches(ofVisitor)) drop(event.target);
  });
  // in a safer place
  document.addEventListener("words-kept", (event) => drop(event.target));
})();
