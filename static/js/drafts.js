// Words that were typed and not sent yet stay in this tab: through reload, Back, and wandering on.
(() => {
  let store;
  try { store = window.sessionStorage; } catch { return; } // a browser that keeps nothing
  const place = (form, name) => `draft ${form.getAttribute("action")} ${name}`;
  const boxes = () => document.querySelectorAll("form[data-draft] textarea");
  const drop = (form) => { for (const box of form.querySelectorAll("textarea")) store.removeItem(place(form, box.name)); };

  for (const box of boxes()) {
    const kept = store.getItem(place(box.form, box.name));
    if (!kept || kept === box.value || box.value !== box.defaultValue) continue;
    box.value = kept;
    box.form.dataset.draft = "kept";
  }
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (box.tagName !== "TEXTAREA" || !box.form?.matches("[data-draft]")) return;
    try { store.setItem(place(box.form, box.name), box.value); } catch { /* full: the page still has the words */ }
    if (!box.value) store.removeItem(place(box.form, box.name));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt; // the form itself may have been swapped away by now
    if (event.detail.successful && form.matches("form[data-draft]")) drop(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-draft]") && !event.target.hasAttribute("hx-post")) drop(event.target);
  });
})();
