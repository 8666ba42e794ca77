// Answers and proposed measures: slips that go by the outbox, as notes do. An answer is written right
// beneath its note, with or without a connection; a host's form comes from the gallery.
(() => {
  const SLIP = "form.slip:not([hx-post])";
  const slips = () => [...document.querySelectorAll(SLIP)];
  const boxes = (slip) => [...slip.querySelectorAll("textarea, [name=name]")];
  const path = (address) => new URL(address, location.href).pathname;
  const linkTo = (address) => [...document.querySelectorAll("a.answer")].find(({ href }) => path(href) === address);
  const under = (link) => link.closest(".note").querySelector(":scope > .slip");
  const held = (slip) => outbox.find(slip.dataset.held);
  const changed = () => document.dispatchEvent(new Event("outbox"));
  const kept = (slip) => slip.dispatchEvent(new Event("words-kept", { bubbles: true }));
  const hold = (slip, { key }) => {
    slip.dataset.held = key;
    outbox.inPlace.add(key);
  };

  const open = (link) => {
    const slip = under(link) ?? document.getElementById("slip").content.firstElementChild.cloneNode(true);
    if (!slip.isConnected) {
      slip.setAttribute("action", path(link.href));
      slip.querySelector("[type=submit]").textContent = link.textContent;
      link.closest(".note").append(slip);
      document.dispatchEvent(new Event("form-opened"));
    }
    slip.elements.text.focus();
    return slip;
  };
  // What was typed is there again when it is opened anew; what waits stands in the list above.
  const close = (slip) => {
    const link = slip.closest(".note").querySelector(`.answer[href="${slip.getAttribute("action")}"]`);
    outbox.inPlace.delete(slip.dataset.held);
    slip.remove();
    link?.focus({ preventScroll: true });
    changed();
  };
  const empty = (slip) => {
    outbox.inPlace.delete(slip.dataset.held);
    slip.dataset.held = "";
    for (const box of boxes(slip)) box.value = "";
    show(slip);
  };

  document.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a.answer"), slip = event.target.closest("[data-leave]")?.closest(".note > .slip");
    const ofHost = link && path(link.href).startsWith("/host/");
    if (!slip && !ofHost && !(link && document.getElementById("slip"))) return;
    event.preventDefault();
    if (slip) close(slip);
    else if (!ofHost) open(link);
    else if (!under(link)) htmx.ajax("GET", link.href, { source: link, target: link.closest(".note"), swap: "beforeend" });
  });
  document.addEventListener("keydown", (event) => {
    const slip = event.key === "Escape" && event.target.closest?.(".note > .slip");
    if (slip && !slip.elements.text.value) close(slip);
  });

  const words = (entry) => (["words", "reused"].includes(entry.reason) ? entry.why : outbox.words(entry));
  const show = (slip) => {
    const entry = held(slip), state = outbox.stateOf(entry), button = slip.querySelector("[type=submit]"), told = slip.querySelector(".slip-told");
    const say = state === "waiting" || state === "refused" ? words(entry) : "";
    slip.dataset.state = state;
    for (const box of boxes(slip)) box.readOnly = state === "sending" || state === "waiting";
    button.dataset.word ??= button.textContent;
    button.textContent = { sending: "Sending…", waiting: "Try now" }[state] ?? button.dataset.word;
    if (told.textContent !== say) told.textContent = say;
    if (state === "sending") setTimeout(() => slip.isConnected && show(slip), outbox.FIRST_ANSWER);
  };
  document.addEventListener("outbox", () => { for (const slip of slips()) if (slip.dataset.held && held(slip)?.state !== "saved") show(slip); });

  document.addEventListener("submit", (event) => {
    const slip = event.target;
    if (!slip.matches(SLIP)) return;
    event.preventDefault();
    const refused = held(slip), { text, name = "", ...more } = Object.fromEntries(boxes(slip).map((box) => [box.name, box.value]));
    if (refused?.state === "waiting") return outbox.hurry();
    if (!text.trim()) {
      slip.querySelector(".slip-told").textContent = "Write a few words first.";
      return slip.elements.text.focus();
    }
    hold(slip, outbox.add({ address: path(slip.action), page: location.pathname, poster: document.title, kind: "", text, name, more }, true));
    // these words take its place
    if (refused) outbox.drop(refused.key);
    if (outbox.isKept(slip.dataset.held)) kept(slip);
    show(slip);
  });

  // An answer is hung beneath its note; a measure hangs itself on the wall.
  const hang = (address, reply) => {
    const note = linkTo(address)?.closest(".note");
    if (!note || document.getElementById(reply.id)) return;
    let list = note.querySelector(".replies");
    if (!list) {
      list = document.createElement("ul");
      list.className = "replies";
      note.querySelector(".note-ways").before(list);
    }
    list.append(reply);
    htmx.process(reply);
  };
  document.addEventListener("note-saved", ({ detail: { entry, said, html } }) => {
    if (!outbox.isSlip(entry)) return;
    const slip = slips().find(({ dataset }) => dataset.held === entry.key), here = entry.page === location.pathname;
    const reply = new DOMParser().parseFromString(html, "text/html").querySelector(".reply");
    if (reply) hang(entry.address, reply);
    else if (here && document.getElementById("notes")) htmx.swap(document.getElementById("notes"), html, { swapStyle: "none", settleDelay: 20 });
    if (slip) kept(slip);
    if (slip?.closest(".note")) close(slip);
    else if (slip) empty(slip);
    outbox.say(here ? said : said.replace("the", "its"), true);
    if (here) outbox.bring(reply ?? document.querySelector("#notes .note"));
  });
  document.addEventListener("put-back", ({ detail: entry }) => {
    if (!outbox.isSlip(entry)) return;
    const link = linkTo(entry.address), slip = link ? open(link) : slips().find(({ action }) => path(action) === entry.address);
    if (!slip || slip.elements.text.value.trim()) return outbox.say("There are other words in that box. Send them first, or clear it.");
    slip.closest("details")?.setAttribute("open", "");
    for (const [name, typed] of Object.entries({ ...entry.more, text: entry.text, name: entry.name })) slip.elements[name].value = typed;
    hold(slip, entry);
    changed();
    slip.elements.text.focus();
  });
})();
