// The list of notes that wait or were refused, each with its words: this poster's own above the
// box, the others' folded away; in the lobby all of them. And the one voice that tells what happens.
(() => {
  const place = document.getElementById("outbox");
  const status = document.getElementById("said");
  // thrown away on this page: gone from the phone, unless undone before one leaves
  const thrown = new Map();

  // Nothing moves under a finger: what is out of view is brought when it has rested for a second.
  let touched = 0;
  for (const touch of ["pointerdown", "pointerup", "touchmove"]) addEventListener(touch, () => { touched = Date.now(); }, { capture: true, passive: true });
  outbox.bring = (place) => setTimeout(() => {
    if (Date.now() - touched < 1000) outbox.bring(place);
    // not while one writes
    else if (!document.activeElement?.value) place?.scrollIntoView({ block: "nearest" });
  }, 1000);

  outbox.say = (words, still) => {
    // said once
    if (!status || status.textContent === words) return;
    status.textContent = words;
    if (words && !still && document.getElementById("stick")) outbox.bring(status);
  };
  // navigator.clipboard needs HTTPS
  const byHand = (words) => {
    const sheet = document.createElement("textarea"), before = document.activeElement;
    sheet.className = "hidden";
    sheet.readOnly = true;
    sheet.value = words;
    document.body.append(sheet);
    sheet.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* told below */ }
    sheet.remove();
    before?.focus({ preventScroll: true });
    return done;
  };
  outbox.copy = async (words, shown) => {
    let done = false;
    try { await navigator.clipboard.writeText(words); done = true; } catch { done = byHand(words); }
    if (!done) { if (shown.select) shown.select(); else getSelection().selectAllChildren(shown); }
    outbox.say(done ? "Copied." : "Your words are marked: copy them with your phone’s own menu.");
  };
  if (!place) return;

  const words = ({ text, more }) => [text, ...Object.values(more ?? {})].filter(Boolean).join("\n");
  const here = () => { const form = document.getElementById("stick"); return form ? new URL(form.action).pathname : ""; };
  const told = (entry) => {
    if (thrown.has(entry.key)) return "Thrown away";
    return entry.state === "waiting" ? `Not sent yet – waiting: ${entry.why ?? "no answer yet"}` : `Could not be sent – ${entry.why}`;
  };
  const isOwn = (entry) => here() !== "" && entry.page === location.pathname;
  const card = (entry) => {
    const made = document.getElementById("unsent-note").content.firstElementChild.cloneNode(true);
    const own = isOwn(entry), gone = thrown.has(entry.key), way = (name) => made.querySelector(`[data-way=${name}]`);
    made.dataset.key = entry.key;
    made.dataset.state = gone ? "thrown" : entry.state;
    made.querySelector(".unsent-state").textContent = told(entry);
    const kind = made.querySelector(".unsent-kind"), start = entry.text.trim();
    kind.textContent = entry.kind;
    if (/^note-\w+$/.test(entry.colour)) kind.classList.add(entry.colour);
    made.querySelector(".unsent-text").textContent = words(entry);
    for (const each of ["copy", "away"]) way(each).ariaLabel = `${way(each).textContent}: ${start.length > 40 ? `${start.slice(0, 40)}…` : start}`;
    made.querySelector(".unsent-poster").textContent = entry.poster;
    made.querySelector(".unsent-poster").href = entry.page;
    made.querySelector(".unsent-poster").hidden = own;
    way("back").hidden = gone || !own || entry.state !== "refused" || !document.querySelector(".stick-button");
    way("copy").hidden = way("away").hidden = gone;
    way("undo").hidden = !gone;
    return made;
  };
  const show = () => {
    const entries = [...outbox.unsent(), ...thrown.values()].filter(({ key }) => key !== outbox.held && !outbox.inPlace.has(key)).sort((one, other) => one.when - other.when);
    const state = JSON.stringify([here(), entries.map((entry) => [entry.key, told(entry)])]);
    if (place.dataset.shown === state) return;
    place.dataset.shown = state;
    const focused = document.activeElement?.closest("#outbox [data-key]")?.dataset.key;
    const own = entries.filter(isOwn), others = entries.filter((entry) => !isOwn(entry));
    const [list, folded] = place.querySelectorAll("ul");
    list.replaceChildren(...own.map(card));
    folded.replaceChildren(...others.map(card));
    place.querySelector("details").hidden = !others.length;
    place.querySelector("summary").textContent = `${others.length === 1 ? "1 note" : `${others.length} notes`}${here() ? " for other posters" : ""} not sent yet`;
    place.hidden = !entries.length;
    if (focused) (place.querySelector(`[data-key="${focused}"] button:not([hidden])`) ?? status).focus();
  };
  place.addEventListener("click", (event) => {
    const way = event.target.closest("[data-way]")?.dataset.way, note = event.target.closest("[data-key]");
    const entry = note && (thrown.get(note.dataset.key) ?? outbox.find(note.dataset.key));
    if (!way || !entry) return;
    if (way === "copy") outbox.copy(words(entry), note.querySelector(".unsent-text"));
    if (way === "away") { thrown.set(entry.key, entry); outbox.drop(entry.key); }
    if (way === "undo") { thrown.delete(entry.key); outbox.put(entry); outbox.hurry(); }
    if (way === "back") document.dispatchEvent(new CustomEvent("put-back", { detail: entry }));
    show();
  });
  document.addEventListener("outbox", show);
  addEventListener("pageshow", show);
})();
