// Asks for what is new, a little irregularly, while the page is looked at. A note that is already
// here is renewed, not doubled, and by a newer one alone: answers overtake one another. What arrives
// is announced once, politely. What is being typed at a note stays: the note is renewed around it,
// or as soon as that is done.
(() => {
  const wait = () => 2500 + Math.random() * 1000;
  const ask = () => {
    const feed = document.getElementById("feed");
    if (feed && document.visibilityState === "visible" && window.htmx) htmx.trigger(feed, "feed");
  };
  const again = () => { ask(); setTimeout(again, wait()); };
  setTimeout(again, wait());
  document.addEventListener("visibilitychange", ask);

  const IN_HAND = ".htmx-request, :is(.reword, .problem, .note-told, .photo-sending, .photo-status:not(:empty)):not(.slip *)";
  const inHand = (here) => {
    const at = document.activeElement;
    return here.querySelector(IN_HAND) || (at !== here && here.contains(at) && !at.closest(".note-ways, .slip"));
  };
  // its number, or the one of what was said to it from here
  const seq = (note) => Math.max(...[note, ...note.querySelectorAll("[data-seq]")].map(({ dataset }) => dataset.seq ?? 0));
  const own = (note) => note.querySelector(":scope > .note-own");
  const said = (note) => note.querySelector(".replies")?.children.length ?? 0;
  const renew = (here, note) => {
    // an answer that is open beneath it
    const form = here.querySelector(":scope > .slip"), way = document.activeElement.closest?.(".note-ways > *")?.classList[0];
    const focused = way && here.contains(document.activeElement);
    for (const child of [...here.childNodes]) if (child !== form) child.remove();
    if (form) form.before(...note.childNodes);
    else here.append(...note.childNodes);
    here.className = note.className;
    here.dataset.seq = note.dataset.seq;
    htmx.process(here);
    if (focused) here.querySelector(`:scope > .note-ways > .${way}`)?.focus({ preventScroll: true });
  };
  // What came while its note was in hand: the note as it is now, or, without an id, that it is gone.
  const late = new Map();
  // Whether something was said to the note since.
  const take = (here, note) => {
    const newer = seq(note) - seq(here), was = said(here);
    late.delete(here.id);
    // the first of one's own may have been drawn as for anybody
    if (newer < 0 || (!newer && !own(note))) return false;
    const written = !note.id && [...here.querySelectorAll("textarea")].some((box) => box.value);
    if (written) {
      here.querySelector(".note-ways")?.remove();
      outbox.say("The note that you write at was taken away. Your words are still there: copy them.", true);
    }
    if (written || inHand(here)) late.set(here.id, note);
    else if (note.id) renew(here, note);
    else here.remove();
    return said(here) > was;
  };
  const catchUp = () => {
    for (const [id, note] of [...late]) {
      const here = document.getElementById(id);
      if (here) take(here, note);
    }
  };
  document.addEventListener("focusout", () => setTimeout(catchUp));
  document.addEventListener("htmx:afterSwap", catchUp);
  const tell = (fresh, answers) => {
    const told = [];
    if (fresh) told.push(fresh === 1 ? "A new note is on this poster." : `${fresh} new notes are on this poster.`);
    if (answers) told.push(answers === 1 ? "A note was answered." : `${answers} notes were answered.`);
    const news = document.getElementById("news");
    if (told.length && news) news.textContent = told.join(" ");
  };

  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (target.matches(".note")) {
      detail.shouldSwap = false;
      take(target, fragment);
    }
    if (target.id !== "notes") return;
    let fresh = 0, answers = 0;
    for (const note of [...fragment.querySelectorAll(".note")]) {
      const here = document.getElementById(note.id);
      // one's own is told as saved
      if (!here) { fresh += own(note) ? 0 : 1; continue; }
      note.remove();
      if (take(here, note)) answers += 1;
    }
    tell(fresh, answers);
  });
})();
