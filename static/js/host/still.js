// The board is drawn anew when something changes. It holds still while one types into its search or
// answers a note, or the words would be gone, and for some seconds after a press in the list, or the next note would slide
// under the finger. What was under the eye in the list stays where it was, and a press just after the
// list changed was meant for what stood there before. What was unfolded stays so.
(() => {
  const REST = 5000; // milliseconds
  const list = "#notes .notes";
  const TOO_SOON = 700; // milliseconds
  let touched = -Infinity;
  let changed = -Infinity;
  const answering = () => [...document.querySelectorAll(`${list} .slip`)].some((slip) => slip.contains(document.activeElement) || slip.elements.text.value.trim());
  const typing = () => Boolean(document.activeElement?.closest("#search input")) || answering();
  const pressing = () => performance.now() - touched < REST;
  const asksForNews = (event) => event.detail.requestConfig.elt.id === "board"; // detail.elt may be the target
  const touch = (event) => {
    if (event.target.closest?.(`${list} .note-host`)) touched = performance.now();
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "click"]) {
    document.addEventListener(kind, touch, { passive: true });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (asksForNews(event) && (typing() || pressing())) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const byFinger = event.detail > 0; // a key presses what has the focus, wherever that stands
    if (!byFinger || performance.now() - changed > TOO_SOON) return;
    if (!event.target.closest?.(`${list} .note-host button`)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });

  const oneColumn = matchMedia("(width < 64rem)");
  const notes = () => [...document.querySelectorAll(`${list} .note`)];
  const top = (note) => note.getBoundingClientRect().top;
  let before = null; // which notes there were
  let held = []; // those that are to stay, and where they are; the first found again counts
  const hold = () => {
    before = notes().map((note) => note.id).join();
    const own = document.activeElement?.closest(`${list} .note`);
    const isRead = oneColumn.matches && notes().length && top(notes()[0]) < 0;
    const from = own ? notes().indexOf(own) : notes().findIndex((note) => top(note) >= 0);
    held = own || (isRead && from >= 0) ? notes().slice(from).map((note) => [note.id, top(note)]) : [];
  };
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    unfolded = [...document.querySelectorAll("#board details[open]")].map((each) => each.id);
    if (!asksForNews(event)) return;
    if (typing() || pressing()) event.detail.shouldSwap = false;
    else hold();
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (before === null) return;
    if (before !== notes().map((note) => note.id).join()) changed = performance.now();
    const [id, was] = held.find(([one]) => document.getElementById(one)) ?? [];
    if (id) scrollBy({ top: top(document.getElementById(id)) - was, behavior: "instant" });
    [before, held] = [null, []];
  });
})();
