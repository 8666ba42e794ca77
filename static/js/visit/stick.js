// The key of a note is made on the phone each time the page is shown, and stays until the note
// is stuck: a retry is the same note, new words after Back are a new one.
(() => {
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID needs HTTPS
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const form = () => document.getElementById("stick");
  const say = (words) => { const status = form()?.querySelector(".stick-status"); if (status) status.textContent = words; };

  // One "Stick" at a time: the bar's leads to the form, and is gone while the form is in view.
  const bar = document.querySelector(".ways-main");
  if (bar && "IntersectionObserver" in window) {
    const watch = new IntersectionObserver(([form]) => bar.classList.toggle("ways-here", form.isIntersecting), { rootMargin: "0px 0px -35% 0px" });
    const look = () => { watch.disconnect(); if (form()) watch.observe(form()); };
    document.addEventListener("htmx:afterSettle", look); // a stuck note brings a new form
    look();
  }

  addEventListener("pageshow", () => { const key = form()?.elements.key; if (key) key.value = newKey(); });
  // A finger on a kind leads on to the words; the arrow keys stay among the kinds.
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest(".kind")) return;
    const box = form()?.elements.text;
    if (box && !box.value && event.pointerType === "touch") setTimeout(() => box.focus(), 0);
  });
  // See one's own note land.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt?.id !== "stick" || !event.detail.successful) return;
    document.querySelector("#notes .note")?.scrollIntoView({ block: "nearest" });
  });
  const unsent = "Not sent: there is no connection. Your words are still here; tap again when you are back.";
  document.addEventListener("htmx:sendError", (event) => { if (event.detail.elt === form()) say(unsent); });
  document.addEventListener("htmx:timeout", (event) => { if (event.detail.elt === form()) say(unsent); });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt !== form()) return;
    say(`Not saved (the gallery answered ${event.detail.xhr.status}). Your words are still here; try again in a moment.`);
  });
})();
