// Asks for what is new, a little irregularly, while the page is looked at. A note that is
// already here is replaced, not doubled; what arrives is announced once, politely.
(() => {
  const wait = () => 2500 + Math.random() * 1000;
  const ask = () => {
    const feed = document.getElementById("feed");
    if (feed && document.visibilityState === "visible" && window.htmx) htmx.trigger(feed, "feed");
  };
  const again = () => { ask(); setTimeout(again, wait()); };
  setTimeout(again, wait());
  document.addEventListener("visibilitychange", ask);

  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    // One's own note is about to answer for itself: leave it to that answer.
    if (event.detail.target.matches(".note:has(.htmx-request)")) { event.detail.shouldSwap = false; return; }
    if (event.detail.target.id !== "notes") return;
    let fresh = 0;
    for (const note of [...event.detail.fragment.querySelectorAll(".note")]) {
      const here = document.getElementById(note.id);
      // one's own is told as saved
      if (!here) { fresh += note.querySelector(".note-own") ? 0 : 1; continue; }
      note.remove();
      if (here.contains(document.activeElement) || here.querySelector("textarea, .problem, .note-told, .photo-sending, .photo-status:not(:empty)")) continue;
      note.classList.remove("htmx-added");
      here.replaceWith(note);
      htmx.process(note);
    }
    const news = document.getElementById("news");
    if (fresh && news) news.textContent = fresh === 1 ? "A new note is on this poster." : `${fresh} new notes are on this poster.`;
  });
})();
