// Asks for what is new, a little irregularly, while the page is looked at. A note that is
// already here is replaced, not doubled; what arrives is announced once, politely. What is being
// typed at a note stays: the note is renewed around it, or as soon as that is done.
(() => {
  const wait = () => 2500 + Math.random() * 1000;
  const ask = () => {
    const feed = document.getElementById("feed");
    if (feed && document.visibilityState === "visible" && window.htmx) htmx.trigger(feed, "feed");
  };
  const again = () => { ask(); setTimeout(again, wait()); };
  setTimeout(again, wait());
  document.addEventListener("visibilitychange", ask);

  // an answer that is open beneath it, or its one own words
  const slip = (note) => note.querySelector(":scope > .slip");
  const IN_HAND = ".reword, .problem, .note-told, .photo-sending, .photo-status:not(:empty), .htmx-request";
  // came while their note was in hand
  const late = new Map();
  const inHand = (here) => {
    const focus = here.contains(document.activeElement) && !document.activeElement.closest(".note-ways, .note > .slip");
    return focus || [...here.querySelectorAll(IN_HAND)].some((part) => !part.closest(".note > .slip"));
  };
  // whether it could be
  const renewed = (here, note) => {
    if (inHand(here)) return false;
    const form = slip(here), way = document.activeElement.closest?.(".note-ways > *")?.classList[0];
    const focused = way && here.contains(document.activeElement);
    const was = here.querySelector(".replies")?.children.length ?? 0;
    for (const child of [...here.childNodes]) if (child !== form) child.remove();
    if (form) form.before(...note.childNodes);
    else here.append(...note.childNodes);
    here.className = note.className;
    htmx.process(here);
    if (focused) here.querySelector(`.${way}`)?.focus({ preventScroll: true });
    return (here.querySelector(".replies")?.children.length ?? 0) > was ? "answered" : true;
  };
  const catchUp = () => {
    for (const [id, note] of late) {
      const here = document.getElementById(id);
      if (!here || renewed(here, note)) late.delete(id);
    }
  };
  document.addEventListener("focusout", () => setTimeout(catchUp));
  // a note that answered for itself is newer than what came while it was in hand
  document.addEventListener("htmx:afterSwap", ({ detail }) => late.delete(detail.target?.id));
  const tell = (fresh, answers) => {
    const told = [];
    if (fresh) told.push(fresh === 1 ? "A new note is on this poster." : `${fresh} new notes are on this poster.`);
    if (answers) told.push(answers === 1 ? "A note was answered." : `${answers} notes were answered.`);
    const news = document.getElementById("news");
    if (told.length && news) news.textContent = told.join(" ");
  };

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    // One's own note is about to answer for itself: leave it to that answer.
    if (target.matches(".note:has(.htmx-request)")) { event.detail.shouldSwap = false; return; }
    // It was taken away while somebody answered it or reworded it: their words stay, to be copied.
    if (target.matches(".note") && [...target.querySelectorAll("textarea")].some((box) => box.value)) {
      event.detail.shouldSwap = false;
      target.querySelector(".note-ways")?.remove();
      outbox.say("The note that you write at was taken away. Your words are still there: copy them.", true);
      return;
    }
    if (target.id !== "notes") return;
    let fresh = 0, answers = 0;
    for (const note of [...event.detail.fragment.querySelectorAll(".note")]) {
      const here = document.getElementById(note.id);
      // one's own is told as saved
      if (!here) { fresh += note.querySelector(":scope > .note-own") ? 0 : 1; continue; }
      note.remove();
      note.classList.remove("htmx-added");
      const done = renewed(here, note);
      if (done) late.delete(note.id);
      else late.set(note.id, note);
      if (done === "answered") answers += 1;
    }
    tell(fresh, answers);
  });
})();
