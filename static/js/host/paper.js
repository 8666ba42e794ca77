// Paper notes, as fast as one can type: a digit for the kind, words, Enter. What was typed leaves the
// box at once and is sent in turn, each note under its own key until the gallery has answered for it,
// so that nothing is counted twice. What could not be sent yet stands beneath the box with the reason,
// stays in this tab, and goes on being sent, also from the page of another poster.
(() => {
  const form = document.getElementById("paper-form");
  const told = document.getElementById("paper-told");
  const say = (words) => { if (told) told.textContent = words; };

  // --- the photo: a click shows it at full size, with what was clicked in the middle

  const pane = document.querySelector(".wall-photos");
  const focusBox = () => form?.elements.text.focus({ preventScroll: true });
  let clicked = null;
  pane?.addEventListener("click", (event) => {
    if (!event.target.matches("img")) return;
    const { left, top, width, height } = event.target.getBoundingClientRect();
    clicked = { photo: event.target, x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  });
  pane?.addEventListener("change", (event) => {
    if (!event.target.matches("[data-zoom]") || !clicked) return;
    const { photo, x, y } = clicked, frame = pane.getBoundingClientRect(), now = photo.getBoundingClientRect();
    clicked = null;
    pane.scrollBy({
      left: now.left + x * now.width - frame.left - frame.width / 2,
      top: now.top + y * now.height - frame.top - frame.height / 2,
      behavior: "instant",
    });
    focusBox();
  });
  const sending = document.querySelector("[data-photo-of-wall]");
  sending?.addEventListener("change", () => {
    say("Sending the photo…");
    sending.requestSubmit();
  });

  // --- one's own change of a note in the list

  const list = document.getElementById("entered");
  for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    list?.addEventListener(trouble, () => say("Not done: the gallery can’t be reached just now. Try again in a moment."));
  }
  list?.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) say(""); });
  list?.addEventListener("keydown", (event) => { if (event.key === "Escape") event.target.closest(".mend")?.querySelector("[data-leave]").click(); });
  list?.addEventListener("htmx:afterSettle", (event) => {
    const item = event.detail.elt;
    if (!event.detail.requestConfig) return; // typed in just now: one types on
    (item.querySelector?.("textarea") ?? item.querySelector?.("a, button"))?.focus({ preventScroll: true });
  });

  if (!form) return;

  // --- the kind, by its digit

  const box = form.elements.text, kinds = [...form.querySelectorAll("[name=kind]")];
  const KIND = `paper-kind ${form.dataset.gallery}`, PLACE = `paper ${form.dataset.gallery}`;
  const read = (place) => { try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; } };
  const write = (place, what) => { try { sessionStorage.setItem(place, JSON.stringify(what)); } catch { /* this page keeps it */ } };
  const chosen = () => kinds.find((kind) => kind.checked);
  const choose = (kind) => {
    for (const each of kinds) each.checked = each === kind;
    write(KIND, kind?.value ?? "");
    say(kind ? `${kind.value}.` : "");
  };
  form.addEventListener("change", (event) => { if (kinds.includes(event.target)) write(KIND, event.target.value); });
  if (!chosen()) for (const kind of kinds) kind.checked = kind.value === read(KIND);

  // Where one types without looking up, no key may go astray: a browser minds `autofocus` only when it
  // draws the page, and what is typed while nothing or a kind has the focus belongs into the box.
  if (document.activeElement === document.body && !location.hash) focusBox();
  document.addEventListener("keydown", (event) => {
    const astray = event.target === document.body || kinds.includes(event.target);
    const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (astray && types && !event.defaultPrevented) focusBox();
  });

  let asked = false; // for the kind of the words in the box
  let digit = null; // the one that has just chosen a kind, and the kind before it
  box.addEventListener("beforeinput", (event) => {
    const before = digit, answers = asked && kinds[event.data - 1];
    digit = null;
    asked = false;
    if (answers) {
      event.preventDefault();
      choose(answers);
      return form.requestSubmit();
    }
    if (box.value || event.inputType !== "insertText" || !/^\d$/.test(event.data ?? "")) return;
    if (before) { // two in a row are a number
      choose(before.kind);
      box.setRangeText(before.sign, 0, 0, "end");
    } else if (kinds[event.data - 1]) {
      event.preventDefault();
      digit = { sign: event.data, kind: chosen() };
      choose(kinds[event.data - 1]);
    }
  });
  form.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && kinds.includes(event.target) && kinds[event.key - 1]) {
      choose(kinds[event.key - 1]);
      box.focus();
      event.preventDefault();
    }
    const way = { PageUp: "previous", PageDown: "next" }[event.key];
    if (plain && way && event.target === box) {
      event.preventDefault();
      document.getElementById(way)?.click();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.matches("button, summary")) return;
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  });
  // a finger or a mouse on a kind leads on to the words
  form.addEventListener("pointerup", (event) => { if (event.target.closest(".kind")) setTimeout(() => box.focus({ preventScroll: true })); });

  // --- sending, one after another

  const PAUSE = 4000, LIMIT = 15_000; // milliseconds
  const unsent = document.getElementById("unsent"), here = new URL(form.getAttribute("action"), location).pathname;
  let queue = read(PLACE) ?? [];
  const newKey = () => { // randomUUID needs HTTPS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const element = (name, looks, words = "") => Object.assign(document.createElement(name), { className: looks, textContent: words });
  const fill = ({ kind, text, name }) => {
    choose(kinds.find((each) => each.value === kind));
    [box.value, form.elements.name.value] = [text, name];
    if (name) form.querySelector(".paper-name").open = true;
    box.dispatchEvent(new Event("input", { bubbles: true })); // it is a draft again
    box.focus();
  };
  const item = (entry) => {
    const row = element("li", `typed-note typed-unsent ${entry.colour}`), words = element("div", "typed-words");
    row.append(words);
    words.append(element("p", "typed-text", entry.text));
    if (!entry.why) return row;
    words.append(element("p", "typed-why", entry.address === here ? entry.why : `Poster ${entry.poster}: ${entry.why}`));
    if (entry.state === "refused") {
      const back = element("button", "linklike", "Back into the box"), ways = element("div", "typed-ways");
      back.type = "button";
      back.addEventListener("click", () => {
        if (box.value.trim()) return say("There are other words in the box. Save them first.");
        fill(entry);
        drop(entry);
      });
      ways.append(back);
      row.append(ways);
    }
    return row;
  };
  const show = () => unsent.replaceChildren(...queue.toReversed().map(item));
  const keep = () => { write(PLACE, queue); show(); };
  const drop = (entry) => { queue = queue.filter((each) => each !== entry); keep(); };

  const post = async ({ address, key, kind, text, name }) => {
    const limit = new AbortController(), timer = setTimeout(() => limit.abort(), LIMIT);
    try {
      const body = new URLSearchParams({ key, kind, text, name, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
      const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, signal: limit.signal });
      return { status: answer.status, headers: answer.headers, html: await answer.text() };
    } catch { return null; } finally { clearTimeout(timer); }
  };
  const wait = (entry, why) => {
    entry.why = `Not saved yet: ${why} It is kept here and sent by itself.`;
    keep();
    const many = queue.length > 1 ? `${queue.length} notes are` : "One note is";
    say(`${many} not saved yet: ${why}`);
    return false;
  };
  // Whether the next one may go.
  const sent = async (entry) => {
    const answer = await post(entry);
    if (!answer) return wait(entry, "no connection.");
    if (answer.status < 300 && answer.headers.get("Note-Saved") === entry.key) {
      drop(entry);
      document.getElementById("lost").replaceChildren();
      if (entry.address === here) htmx.swap(list, answer.html, { swapStyle: "afterbegin", settleDelay: 20 });
      if (!queue.length) say(entry.address === here ? `Saved. ${document.getElementById("paper-count").textContent}.` : `Saved, on poster ${entry.poster}.`);
      return true;
    }
    if (answer.headers.get("Note-Refused") || answer.status === 404) {
      const page = new DOMParser().parseFromString(answer.html, "text/html");
      entry.why = [...page.querySelectorAll(".problem")].map((problem) => problem.textContent.trim()).join(" ") || "This poster isn’t here any more.";
      entry.state = "refused";
      keep();
      if (entry.address === here && !box.value) {
        fill(entry);
        drop(entry);
      }
      say(entry.why);
      return true;
    }
    if (answer.headers.get("HX-Retarget") === "#lost") {
      htmx.swap(document.getElementById("lost"), answer.html, { swapStyle: "innerHTML" });
      return wait(entry, "you have been logged out.");
    }
    return wait(entry, "the gallery can’t take it just now.");
  };
  let busy = false, timer = 0;
  const go = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    const next = () => queue.find(({ state }) => state === "waiting");
    try {
      for (let entry, fine = true; fine && (entry = next());) fine = await sent(entry);
    } finally { // whatever breaks, the others are sent
      busy = false;
      if (next()) timer = setTimeout(go, PAUSE);
    }
  };

  form.noValidate = true; // told here, with the words kept
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return box.focus(); // Enter twice
    const kind = chosen();
    if (!kind) {
      asked = true;
      box.focus(); // not a kind: the next words would be lost on it
      return say(`Which kind is it? Press 1 to ${Math.min(kinds.length, 9)}.`);
    }
    const colour = kind.closest(".kind").classList[1];
    queue.push({ key: newKey(), address: here, poster: form.dataset.poster, kind: kind.value, colour, text: box.value, name: form.elements.name.value, state: "waiting" });
    for (const problem of form.querySelectorAll(".problem")) problem.remove();
    [box.value, form.elements.name.value, form.dataset.draft, digit] = ["", "", "", null];
    keep();
    form.dispatchEvent(new Event("words-kept", { bubbles: true }));
    box.focus();
    go();
  });
  addEventListener("online", go);
  addEventListener("beforeunload", (event) => { if (queue.length && !read(PLACE)?.length) event.preventDefault(); });
  show();
  go();
})();
