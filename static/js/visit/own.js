// One's own note on the wall: what did not arrive is told at the note, the form stays open with
// its words; and the focus goes on with the note. Photos tell for themselves. So with what one has
// said to a note, and with 'me too'.
(() => {
  // photos have a script of their own, for who has a note to put one on
  const photos = document.getElementById("notes")?.dataset.own;
  let asked = false;
  const look = () => {
    if (asked || !photos || !document.querySelector("form[data-photo]")) return;
    asked = true;
    const script = document.createElement("script");
    script.src = photos;
    script.onerror = () => { asked = false; script.remove(); };
    document.head.append(script);
  };
  document.addEventListener("htmx:load", look);
  look();

  // 'me too' by htmx goes where it goes without
  document.addEventListener("htmx:beforeProcessNode", ({ target }) => { if (target.matches(".nod")) target.setAttribute("hx-post", target.getAttribute("formaction")); });

  // a note as it was before its words were opened, by id
  const before = new Map();
  const own = ({ detail }) => {
    const sender = detail.requestConfig?.elt ?? detail.elt;
    return sender?.matches?.(".reword, .nod, .note-own > a, .note-own form, form.note-own") && !sender.matches("[data-photo]") ? sender : null;
  };
  const slipOf = (sender) => sender.closest(".reply, .note");
  const tell = (sender, words) => {
    const note = slipOf(sender), told = note.querySelector(".note-told") ?? document.createElement("p");
    told.className = "note-told";
    told.setAttribute("role", "status");
    told.textContent = "";
    note.append(told);
    setTimeout(() => { told.textContent = words + (sender.matches(".reword") ? " Your new words are kept here." : ""); }, 50);
  };

  for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(trouble, (event) => { if (own(event)) tell(own(event), "Not done: no connection. Try again when you are back."); });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sender = own(event), { xhr } = event.detail;
    if (!sender) return;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html"), note = slipOf(sender);
    if (xhr.status < 500 && xhr.status !== 429 && answer.querySelector(".reply, .note")) {
      if (sender.matches("a")) before.set(note.id, note);
      return;
    }
    event.detail.shouldSwap = event.detail.isError = false;
    const why = [404, 410].includes(xhr.status) && answer.querySelector("main p")?.textContent;
    tell(sender, why || "Not done: the gallery can’t take it just now. Try again in a moment.");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const sender = own(event), note = event.detail.elt;
    if (!sender || !note.matches?.(".reply, .note") || note.querySelector(".reword")) return;
    note.tabIndex = -1;
    const at = sender.matches(".nod") ? note.querySelector(".nod") : note.matches(".note-gone") && note.querySelector("button");
    (at || note).focus({ preventScroll: true });
    outbox.say(sender.matches(".reword") ? "Saved." : "", true);
  });

  const leave = (form) => {
    const note = slipOf(form), old = before.get(note.id);
    // no draft any more
    form.dispatchEvent(new Event("words-kept", { bubbles: true }));
    note.replaceWith(old);
    htmx.process(old);
    // what came meanwhile
    htmx.trigger(old, "htmx:afterSwap");
    old.querySelector("a[hx-get]")?.focus({ preventScroll: true });
  };
  const left = (event) => {
    const form = event.target.closest(".reword");
    if (!form || !before.has(slipOf(form).id)) return;
    event.preventDefault();
    leave(form);
  };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-leave]")) left(event); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") left(event); });
})();
