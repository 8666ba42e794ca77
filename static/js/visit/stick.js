// The form of a poster. What was tapped stays in the box, read-only, until the gallery has
// answered or the person asks to write another: then it stands in the list above the box.
// Only "saved" empties the box; what was refused is free to be changed and stuck anew.
(() => {
  const form = () => document.getElementById("stick");
  const address = () => new URL(form().action).pathname;
  const box = (name) => form().elements[name];
  const held = () => outbox.find(outbox.held);

  // One "Stick" at a time: the bar's leads to the form, and is gone while the form is in view.
  const bar = document.querySelector(".ways-main");
  if (bar && "IntersectionObserver" in window) {
    const watch = new IntersectionObserver(([form]) => bar.classList.toggle("ways-here", form.isIntersecting), { rootMargin: "0px 0px -35% 0px" });
    const look = () => { watch.disconnect(); if (form()) watch.observe(form()); };
    // a refused note brings a new form
    document.addEventListener("htmx:afterSettle", look);
    look();
  }

  // the draft has done its duty
  const keptWords = () => form().dispatchEvent(new Event("words-kept", { bubbles: true }));
  const fill = ({ kind = "", text = "", name = "" } = {}) => {
    form().dataset.draft = "";
    for (const problem of form().querySelectorAll(".problem")) problem.remove();
    for (const choice of form().querySelectorAll("[name=kind]")) choice.checked = choice.value === kind;
    if (box("name")) box("name").value = name;
    if (!box("text")) return;
    box("text").value = text;
    box("text").removeAttribute("aria-invalid");
  };
  const changed = () => document.dispatchEvent(new CustomEvent("outbox"));
  const hold = (entry) => { outbox.held = entry.key; fill(entry); changed(); };
  const release = () => { outbox.held = ""; fill(); keptWords(); changed(); };

  // milliseconds in which a first answer is worth waiting for
  const FIRST_ANSWER = 8000;
  const state = (note) => (note?.state === "waiting" && !note.tried && !note.why && Date.now() - note.when < FIRST_ANSWER ? "sending" : note?.state ?? "");
  const toldByTheForm = ({ reason }) => reason === "words" || reason === "reused";
  const words = (note) => {
    const how = note.why === outbox.LOCKED ? "it is sent when they go on, while this gallery is open here." : "it is sent by itself while this gallery is open here.";
    if (note.state === "waiting") return `Waiting: ${`${note.why ?? "no answer yet"}.`.replace("?.", "?")} ${outbox.isKept(note.key)
      ? `Kept on this phone; ${how}` : "It is sent by itself while this page is open; this browser can’t keep it."}`;
    return toldByTheForm(note) ? "Not stuck yet." : `Could not be sent – copy your words. ${note.why}`;
  };
  Object.assign(outbox, { FIRST_ANSWER, stateOf: state, words });
  // The form as its note stands.
  const show = () => {
    if (!form()) return;
    const note = held(), now = state(note);
    if (now === "saved") {
      release();
      return outbox.say(note.said);
    }
    const fixed = now === "sending" || now === "waiting", button = form().querySelector(".stick-button");
    form().dataset.state = now;
    for (const name of ["text", "name"]) if (box(name)) box(name).readOnly = fixed;
    if (form().querySelector(".kinds")) form().querySelector(".kinds").disabled = fixed;
    if (button) {
      button.dataset.word ??= button.textContent;
      button.textContent = { sending: "Sending…", waiting: "Try now" }[now] ?? button.dataset.word;
    }
    if (now === "waiting" || now === "refused") outbox.say(words(note));
    else if (now === "sending") setTimeout(show, FIRST_ANSWER);
  };

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "stick") return;
    event.preventDefault();
    const before = held();
    if (before?.state === "waiting") return outbox.hurry();
    const [kind, text, name] = ["kind", "text", "name"].map((each) => box(each)?.value ?? "");
    outbox.say("");
    const colour = form().querySelector("[name=kind]:checked")?.closest(".kind").classList[1];
    outbox.add({ colour, address: address(), page: location.pathname, poster: document.title, kind, text, name });
    // refused; these words take its place
    if (before) outbox.drop(before.key);
    if (outbox.isKept(outbox.held)) keptWords();
    show();
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest("#stick [data-way]")?.dataset.way;
    if (way === "copy") outbox.copy(box("text").value, box("text"));
    if (way !== "another") return;
    release();
    outbox.say("Your note stands above. Write another.");
    box("text").focus();
  });
  document.addEventListener("put-back", ({ detail: entry }) => {
    if (outbox.isSlip(entry)) return;
    if (box("text").value.trim()) return outbox.say("There are other words in the box. Stick them first, or clear the box.");
    hold(entry);
    box("text").focus();
  });

  // of the notes that were saved from afar, on this page
  const posters = [];
  const elsewhere = ({ page }, said) => {
    posters.push(page.match(/\d+(?=\/?$)/)?.[0]);
    if (posters.length > 1) return said.replace("note is on the poster", `${posters.length} notes are on their posters`);
    return said.replace("the poster", `poster ${posters[0]}`).replace("hangs here", `hangs on poster ${posters[0]}`);
  };
  document.addEventListener("note-saved", ({ detail: { entry, said, html } }) => {
    if (outbox.isSlip(entry)) return;
    const here = form() && entry.address === address();
    // the note hangs itself on the wall
    if (here) htmx.swap(form(), html, { swapStyle: "none", settleDelay: 20 });
    outbox.say(here ? said : elsewhere(entry, said), true);
    if (here) outbox.bring(document.querySelector("#notes .note"));
  });
  document.addEventListener("note-refused", ({ detail: { entry, html } }) => {
    if (entry.key !== outbox.held) return;
    const renewed = new DOMParser().parseFromString(html, "text/html").getElementById("stick");
    // told below the form, once
    if (renewed && !toldByTheForm(entry)) for (const problem of renewed.querySelectorAll(".problem")) problem.remove();
    if (renewed) htmx.swap(form(), renewed.outerHTML, { swapStyle: "outerHTML", settleDelay: 20 });
    // nothing to keep
    if (!entry.text.replace(/[\s\p{Cf}]/gu, "")) outbox.drop(entry.key);
    show();
  });
  document.addEventListener("outbox", show);
  addEventListener("pageshow", show);
  // A finger on a kind leads on to the words; the arrow keys stay among the kinds.
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest(".kind") || !form()) return;
    const text = box("text");
    if (text && !text.value && event.pointerType === "touch") setTimeout(() => text.focus(), 0);
  });
})();
