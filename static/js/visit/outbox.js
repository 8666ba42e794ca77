// The outbox: each note that was tapped is kept in the browser under its key until it is saved.
//   waiting  sent again and again with the same key and the same words: an attempt whose answer
//            was lost may have arrived, so these words can't be changed any more
//   refused  the gallery said no, for a reason; never sent again by itself, and free to be changed
//            and stuck anew, with a new key
//   saved    the gallery said "Note-Saved: <key>", and nothing less; the words are dropped, the
//            key stays a day to tell the other tabs
// One note at a time, oldest first, from whichever page of the gallery is open. One tab at a time,
// by a lease: Web Locks need HTTPS, and a tab that the phone has put to sleep would hold one for
// ever. The gallery sticks a key once whatever happens here.
const outbox = (() => {
  const PLACE = "outbox ", LEASE = "outbox-lease", DAY = 24 * 3600 * 1000;
  const NO_CONNECTION = "no connection", LOCKED = "a host has stopped notes for now", LOCKED_PAUSE = 15_000;
  const FIRST_LIMIT = 8000, LIMIT = 20_000, LEASE_TIME = 25_000, LONGEST_PAUSE = 60_000, LONGEST_ASKED = 300_000;
  // what this browser does not keep: in private mode, or full
  const unkept = new Map();

  const newKey = () => {
    // randomUUID needs HTTPS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const me = newKey();
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  const read = (place) => { try { return JSON.parse(localStorage.getItem(place)); } catch { return null; } };
  const places = () => { try { return Object.keys(localStorage).filter((place) => place.startsWith(PLACE)); } catch { return []; } };
  const find = (key) => unkept.get(key) ?? read(PLACE + key);
  const all = () => {
    const found = new Map(places().map(read).filter(Boolean).map((entry) => [entry.key, entry]));
    for (const [key, entry] of unkept) found.set(key, entry);
    return [...found.values()].sort((one, other) => one.when - other.when);
  };
  const unsent = () => all().filter((entry) => entry.state !== "saved");
  const waiting = () => all().filter((entry) => entry.state === "waiting");
  const forget = (key) => { unkept.delete(key); try { localStorage.removeItem(PLACE + key); } catch { /* it was not kept */ } };
  const warn = (event) => { if ([...unkept.values()].some(({ state }) => state !== "saved")) event.preventDefault(); };
  const put = (entry) => {
    try {
      localStorage.setItem(PLACE + entry.key, JSON.stringify(entry));
      unkept.delete(entry.key);
    } catch {
      // an older state of it
      forget(entry.key);
      unkept.set(entry.key, entry);
      // not before: it slows Back down
      addEventListener("beforeunload", warn);
    }
    tell("outbox");
  };
  const drop = (key) => { forget(key); tell("outbox"); };

  const lease = async () => {
    try {
      const now = Date.now(), held = read(LEASE);
      if (held && held.tab !== me && held.until > now && held.until <= now + LEASE_TIME) return false;
      localStorage.setItem(LEASE, JSON.stringify({ tab: me, until: now + LEASE_TIME }));
      // two may have written at once
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 40));
      return read(LEASE).tab === me;
    // what is not kept is not shared
    } catch { return true; }
  };
  const release = () => { try { if (read(LEASE)?.tab === me) localStorage.removeItem(LEASE); } catch { /* as above */ } };

  const post = async ({ key, kind, text, name, more, address, tried }) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), tried ? LIMIT : FIRST_LIMIT);
    try {
      const body = new URLSearchParams({ key, kind, text, name, ...more });
      const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, signal: limit.signal });
      return { status: answer.status, headers: answer.headers, html: await answer.text() };
    } catch { return null; } finally { clearTimeout(timer); }
  };

  // "saved", "refused", or why it waits. A Wi-Fi's log-in page is no answer of the gallery's,
  // whose every answer varies by HX-Request.
  const verdict = ({ key }, answer) => {
    if (!answer) return NO_CONNECTION;
    const { status, headers } = answer, refused = headers.get("Note-Refused");
    if (status < 300 && headers.get("Note-Saved") === key) return "saved";
    // for now: it waits
    if (refused === "locked") return LOCKED;
    const ours = (headers.get("Vary") ?? "").includes("HX-Request");
    if ((refused && refused !== "slow") || (ours && [400, 403, 404, 410, 413].includes(status))) return "refused";
    if (status === 429) return "many notes at once";
    if (status >= 500) return "the gallery can’t take it just now";
    return "another page answered. Does this Wi-Fi ask for a log-in?";
  };
  const page = (html) => new DOMParser().parseFromString(html, "text/html");
  const reason = ({ status, html }) => {
    const told = [...page(html).querySelectorAll(".problem")].map((problem) => problem.textContent.trim()).join(" ");
    if (told) return told;
    return status === 404 || status === 410 ? "This poster isn’t here any more." : `The gallery refused it (${status}).`;
  };
  const asked = (answer) => {
    const seconds = Number(answer?.headers.get("Retry-After"));
    return seconds > 0 ? Date.now() + Math.min(seconds * 1000, LONGEST_ASKED) : 0;
  };

  // the last try, for want of a connection
  let lost = false;
  const attempt = async (entry) => {
    const answer = await post(entry), found = verdict(entry, answer);
    if (found === "saved") {
      const said = page(answer.html).querySelector("[data-said]")?.dataset.said ?? "Saved.";
      put({ key: entry.key, address: entry.address, when: Date.now(), state: "saved", said });
      tell("note-saved", { entry, said, html: answer.html });
    // thrown away meanwhile, or sent by another tab
    } else if (find(entry.key)?.state !== "waiting") {
      return { found };
    } else if (found === "refused") {
      const refused = { ...entry, state: "refused", reason: answer.headers.get("Note-Refused") ?? "", why: reason(answer) };
      put(refused);
      tell("note-refused", { entry: refused, html: answer.html });
    } else {
      put({ ...entry, tried: entry.tried + 1, why: found, notBefore: asked(answer) });
    }
    lost = found === NO_CONNECTION;
    // one reason for all
    if (lost) for (const other of waiting()) if (other.why !== found) put({ ...other, why: found });
    return { found, broken: answer?.status === 500, locked: found === LOCKED };
  };

  let fails = 0, timer = 0, busy = false;
  const pause = () => Math.min(LONGEST_PAUSE, 1000 * 2 ** fails++) * (0.75 + Math.random() / 2);
  // in milliseconds; a clock that was set back asks for nothing
  const askedFor = () => {
    const waits = waiting().map(({ notBefore }) => (notBefore ?? 0) - Date.now());
    return Math.max(0, ...waits.filter((wait) => wait <= LONGEST_ASKED));
  };
  // Sends until all is answered; returns how long to wait for the next round, in milliseconds.
  const round = async () => {
    // one that breaks the gallery, or whose gallery is stopped, must not hold up the others
    const skipped = new Set();
    let least = 0;
    for (let entry; (entry = waiting().find(({ key }) => !skipped.has(key)));) {
      const rest = askedFor();
      if (rest > 0) return rest;
      if (!(await lease())) return 1000;
      // meanwhile
      if (find(entry.key)?.state !== "waiting") continue;
      const answer = await attempt(entry);
      if (answer.locked) least = LOCKED_PAUSE;
      if (answer.broken || answer.locked) skipped.add(entry.key);
      else if (answer.found === "saved" || answer.found === "refused") fails = 0;
      else return pause();
    }
    return Math.max(least, pause());
  };
  const go = async () => {
    clearTimeout(timer);
    if (busy || !waiting().length) return;
    busy = true;
    const rest = await round().finally(() => { busy = false; release(); });
    if (waiting().length) timer = setTimeout(go, rest);
  };
  const hurry = () => { fails = 0; go(); };

  // aside: not from the box
  const add = (words, aside) => {
    const why = lost || !navigator.onLine ? NO_CONNECTION : undefined;
    const entry = { key: newKey(), when: Date.now(), state: "waiting", tried: 0, why, ...words };
    if (aside) face.inPlace.add(entry.key);
    else face.held = entry.key;
    put(entry);
    hurry();
    return entry;
  };
  const isSlip = ({ address }) => /\/(answers|proposals)\/$/.test(address);
  // held: what is in the box; inPlace: what stands in its own form elsewhere on the page
  const face = { add, put, drop, find, unsent, hurry, LOCKED, isKept: (key) => !unkept.has(key), isSlip, held: "", inPlace: new Set() };

  for (const { key, state, when } of all()) if (state === "saved" && when < Date.now() - DAY) forget(key);
  addEventListener("online", hurry);
  addEventListener("pageshow", hurry);
  addEventListener("pagehide", release);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") hurry(); });
  addEventListener("storage", ({ key }) => {
    if (key !== null && !key.startsWith(PLACE)) return;
    tell("outbox");
    clearTimeout(timer);
    // should the other tab be closed before it has sent this
    timer = setTimeout(go, 2000);
  });

  return face;
})();
