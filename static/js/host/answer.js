// A host's answer is written beneath its note: one form at a time there, closed without a trace.
(() => {
  const formOf = (part) => part.closest(".note")?.querySelector(":scope > .slip");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt, form = link.matches?.("a.answer") && formOf(link);
    if (!form) return;
    event.preventDefault();
    form.elements.text.focus();
  });
  const close = (form) => {
    form.closest(".note").querySelector(`a.answer[href="${form.getAttribute("action")}"]`)?.focus({ preventScroll: true });
    form.remove();
  };
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-leave]")?.closest(".note > .slip");
    if (!form) return;
    event.preventDefault();
    close(form);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest?.(".note > .slip");
    if (form && !form.elements.text.value.trim()) close(form);
  });
})();
