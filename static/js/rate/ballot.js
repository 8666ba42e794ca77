// Each tap is sent by itself, one after another: the first answer brings the cookie that the next ones
// need. What could not be sent yet stays chosen, is marked and told so, is kept on this phone through a
// closed tab, and is sent again and again; the gallery keeps one vote a thing, whatever happens here.
// What left the walls leaves the page, and a round that is closed shows how the room rated.
(() => {
  const first = document.getElementById("ballot"), said = document.getElementById("said");
  if (!first?.matches("form")) return;
  const NEWS = 5000, LIMIT = 15_000, LONGEST_PAUSE = 60_000, LOCKED_PAUSE = 15_000; // milliseconds
  const address = new URL(first.action).pathname, stamp = first.elements.opened.value;
  const PLACE = `votes ${address} ${stamp}`;
  first.classList.add("ballot-live");
  said.classList.add("hidden"); // each thing tells for itself; a line that comes and goes would move them all

  const say = (words) => { if (said.textContent !== words) said.textContent = words; };
  const page = (html) => new DOMParser().parseFromString(html, "text/html");
  const form = () => document.querySelector("form#ballot");
  const paper = (name) => document.getElementById(name.replace("r-", "p-"));

  // --- what is not sent yet: the value by the name of its choice

  const read = () => { try { return JSON.parse(localStorage.getItem(PLACE)) ?? {}; } catch { return {}; } };
  const waiting = new Map(Object.entries(read()));
  const keep = () => {
    try {
      if (waiting.size) localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(waiting)));
      else localStorage.removeItem(PLACE);
    } catch { /* it is kept on this page alone */ }
  };
  const mark = (name, state, words) => {
    const item = paper(name);
    if (!item) return;
    const told = item.querySelector(".rate-told") ?? document.createElement("p");
    told.className = "rate-told";
    told.textContent = words;
    item.dataset.state = state;
    item.querySelector(".scale").after(told);
  };
  const markAll = (words) => { for (const name of waiting.keys()) mark(name, "waiting", words); };
  const drop = (name) => { waiting.delete(name); keep(); };
  let late = false; // something was chosen when the round was closed already

  // --- sending

  const post = async (name, value) => {
    const limit = new AbortController(), timer = setTimeout(() => limit.abort(), LIMIT);
    try {
      const body = new URLSearchParams({ opened: stamp, offer: first.elements.offer?.value ?? "", [name]: value });
      const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, signal: limit.signal });
      return { status: answer.status, headers: answer.headers, html: await answer.text() };
    } catch { return null; } finally { clearTimeout(timer); }
  };
  const show = (html) => {
    for (const fresh of page(html).querySelectorAll(".room-says")) document.getElementById(fresh.id)?.replaceWith(fresh);
  };
  const why = (answer) => page(answer.html).querySelector(".problem, main p")?.textContent.trim() || "The gallery refused it.";
  // "saved", "refused", or how long to wait before the next try.
  const attempt = async (name, value) => {
    const answer = await post(name, value);
    if (answer?.status < 300 && answer.headers.get("Vote-Saved") === name.slice(2)) {
      if (waiting.get(name) === value) { drop(name); mark(name, "saved", "Saved"); }
      show(answer.html);
      return "saved";
    }
    // A Wi-Fi's log-in page is no answer of the gallery's, whose every answer varies by HX-Request.
    const ours = (answer?.headers.get("Vary") ?? "").includes("HX-Request"), refused = answer?.headers.get("Vote-Refused");
    if (ours && refused !== "locked" && refused !== "slow" && [400, 403, 404, 413, 422].includes(answer.status)) {
      drop(name);
      mark(name, "refused", why(answer));
      say(why(answer));
      if (refused === "closed") { late = true; setTimeout(ask); }
      return "refused";
    }
    const reason = refused ? why(answer) : answer ? "the gallery can’t take it just now." : "no connection.";
    const words = refused ? reason : `Not sent yet: ${reason} It is kept here and sent by itself.`;
    markAll(words);
    say(words);
    if (refused === "locked") return LOCKED_PAUSE;
    return Math.min(Number(answer?.headers.get("Retry-After")) * 1000 || 0, LONGEST_PAUSE);
  };

  let busy = false, timer = 0, fails = 0;
  const go = async () => {
    clearTimeout(timer);
    if (busy || !waiting.size) return;
    busy = true;
    let found = "", saved = 0;
    for (const [name, value] of waiting) {
      found = await attempt(name, value);
      if (typeof found === "number") break;
      fails = 0;
      saved += found === "saved";
    }
    busy = false;
    if (saved && typeof found !== "number" && found !== "refused") say(saved === 1 ? "Saved." : `${saved} saved.`);
    if (!waiting.size) return;
    const pause = typeof found === "number" ? Math.max(found, Math.min(LONGEST_PAUSE, 1000 * 2 ** fails++)) : 0;
    timer = setTimeout(go, pause * (1 + Math.random() / 4));
  };
  const hurry = () => { fails = 0; go(); };

  const restore = () => {
    for (const [name, value] of waiting) {
      const choice = form()?.querySelector(`[name="${name}"][value="${value}"]`);
      if (!choice) { drop(name); continue; }
      choice.checked = true;
      mark(name, "waiting", "Not sent yet.");
    }
    go();
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#ballot [type=radio]")) return;
    waiting.delete(event.target.name); // to the end of the row
    waiting.set(event.target.name, event.target.value);
    keep();
    say("");
    mark(event.target.name, "sending", "Sending…");
    hurry();
  });
  first.addEventListener("submit", (event) => { event.preventDefault(); hurry(); });
  addEventListener("online", hurry);
  addEventListener("pageshow", (event) => { if (event.persisted) hurry(); });

  // --- what has changed in the round

  const isClosed = (fresh) => {
    const lost = late || waiting.size;
    waiting.clear();
    keep();
    form().replaceWith(fresh);
    if (lost) said.classList.remove("hidden");
    say(lost ? "The round was closed before your last choice was sent, so it was not counted." : "The round is closed. This is how the room rated.");
  };
  const renew = (fresh) => {
    const list = form().querySelector(".papers"), kept = new Set([...fresh.querySelectorAll(".paper-to-rate")].map((item) => item.id));
    let before = null;
    for (const item of [...list.children]) {
      if (kept.has(item.id)) continue;
      if (item.contains(document.activeElement)) said.focus({ preventScroll: true });
      drop(item.id.replace("p-", "r-"));
      item.remove();
    }
    for (const item of fresh.querySelectorAll(".paper-to-rate")) {
      const here = document.getElementById(item.id);
      if (!here && before) before.after(item);
      else if (!here) list.prepend(item);
      before = here ?? item;
    }
    form().dataset.seen = fresh.dataset.seen;
  };
  const ask = async () => {
    if (!form() || busy || document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(`${address}?seen=${form().dataset.seen}`, { headers: { "HX-Request": "true" } });
      const fresh = answer.status === 200 ? page(await answer.text()).getElementById("ballot") : null;
      if (!fresh || busy || !form()) return;
      if (fresh.matches("form")) renew(fresh);
      else isClosed(fresh);
    } catch { /* asked again */ }
  };
  const again = () => { ask(); setTimeout(again, NEWS * (0.8 + Math.random() * 0.4)); };
  setTimeout(again, NEWS);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { hurry(); ask(); } });
  restore();
})();
