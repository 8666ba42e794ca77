// Sorting notes into themes with keys and by drag. Both fill in the forms that are there without scripts,
// then press their buttons. An act answers with what it changed; where others sort too, with the whole
// table. What was folded out stays so, and the focus stays in its list. What is typed meanwhile waits.
(() => {
  const act = document.getElementById("act"), dialog = document.getElementById("chooser");
  if (!act || !dialog) return;
  const by = (id) => document.getElementById(id);
  const table = () => by("sorting");
  const all = (what) => [...table().querySelectorAll(what)];
  const BOX = "input[name=note][form=act]", HEAD = ".theme-stack summary";
  const boxes = () => all(BOX), ticked = () => boxes().filter((box) => box.checked);
  const say = (words) => { by("acted").textContent = words; };

  // --- what was done on this page, the last at the end: z goes back step by step

  const done = [];
  const note = () => {
    const undo = by("undo");
    if (undo && !("back" in undo.dataset) && done.at(-1) !== undo.value) done.push(undo.value);
  };

  // --- what is ticked

  const count = () => {
    const chosen = ticked(), bar = by("sort-bar");
    bar.toggleAttribute("data-ticked", chosen.length > 0);
    bar.toggleAttribute("data-inside", chosen.some((box) => box.closest("[data-theme]")));
    bar.querySelector("[data-count]").textContent = chosen.length ? `${chosen.length} ticked` : "";
  };
  const tick = (chosen) => {
    for (const box of boxes()) box.checked = chosen.includes(box);
    count();
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of all(`#loose ${BOX}`)) box.checked = event.target.checked;
    }
    count();
  });

  // --- the acts: each presses the button that there is for it

  const put = (handle) => { by("into").value = handle; by("put").click(); };
  const make = (name) => { by("name").value = name; by("make").click(); };
  const takeOut = () => by("take").click();
  const merge = (handle, into) => {
    const form = by(`t-${handle}`).querySelector("[data-merge]");
    form.elements.into.value = into;
    form.requestSubmit();
  };
  const rename = (handle, name) => {
    by(`r-${handle}`).value = name;
    by(`r-${handle}`).form.requestSubmit();
  };
  by("sort-bar").closest(".sort-foot").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "name") return;
    event.preventDefault(); // else it would press the first button there is
    by("make").click();
  });
  const themes = (but = "") => all("[data-theme]").filter((each) => each.dataset.theme !== but).map((each) => ({
    handle: each.dataset.theme,
    name: each.querySelector("[data-name]").textContent,
    number: each.querySelector(".theme-number").textContent,
  }));

  // --- choosing a theme by a part of its name

  const words = by("chooser-words"), list = by("chooser-list");
  const NEW = "New theme";
  let asked = null, active = 0;
  const offered = () => {
    const typed = words.value.trim(), part = typed.toLocaleLowerCase();
    const found = asked.themes.filter(({ name, number }) => name.toLocaleLowerCase().includes(part) || number === part);
    const known = asked.themes.some(({ name }) => name.toLocaleLowerCase() === part);
    return asked.make && typed && !known ? [...found, { name: typed, fresh: true }] : found;
  };
  const draw = () => {
    const found = offered();
    active = Math.max(0, Math.min(active, found.length - 1));
    list.replaceChildren(...found.map(({ name, number, fresh }, place) => {
      const item = document.createElement("li");
      item.id = `option-${place}`;
      item.role = "option";
      item.ariaSelected = String(place === active);
      item.textContent = fresh ? `${asked.make} “${name}”` : `${number} · ${name}`;
      item.addEventListener("click", () => choose(found[place]));
      return item;
    }));
    if (found.length) words.setAttribute("aria-activedescendant", `option-${active}`);
    else words.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (theme) => {
    if (!theme) return;
    const { then } = asked;
    dialog.close();
    then(theme);
  };
  const ask = (title, what) => {
    by("chooser-title").textContent = title;
    [asked, active, words.value] = [what, 0, what.name ?? ""];
    draw();
    dialog.showModal();
    words.select();
  };
  words.addEventListener("input", () => { active = 0; draw(); });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      active += step;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(offered()[active]);
    }
  });

  // --- keys, while a note or a theme has the focus

  const items = () => all(`${BOX}, ${HEAD}`).filter((each) => each.checkVisibility());
  const go = (to) => {
    to?.focus({ preventScroll: true });
    to?.scrollIntoView({ block: "nearest" });
  };
  const step = (from, by) => go(items()[items().indexOf(from) + by]);
  const across = (where) => go(items().find((each) => each.closest(where)) ?? by(`${where.slice(1)}-title`));
  const chosenFrom = (item) => {
    if (!ticked().length && item.matches(BOX)) tick([item]);
    return ticked().length;
  };
  const many = () => (ticked().length === 1 ? "this note" : `these ${ticked().length} notes`);
  const keys = {
    j: (item) => step(item, 1), ArrowDown: (item) => step(item, 1),
    k: (item) => step(item, -1), ArrowUp: (item) => step(item, -1),
    ArrowRight: () => across(".themes"), ArrowLeft: () => across(".loose"),
    x: (item) => { if (item.matches(BOX)) item.click(); else item.parentElement.open = !item.parentElement.open; },
    a: () => { const shown = all(`#loose ${BOX}`); tick(shown.every((box) => box.checked) ? [] : shown); say(`${ticked().length} ticked`); },
    t: (item) => {
      if (!chosenFrom(item)) return keys.m(item);
      ask(`Which theme is for ${many()}?`, { themes: themes(), make: NEW, then: ({ handle, name, fresh }) => (fresh ? make(name) : put(handle)) });
    },
    n: (item) => {
      if (!chosenFrom(item)) return go(by("new"));
      ask(`Name of the new theme for ${many()}`, { themes: [], make: NEW, then: ({ name }) => make(name) });
    },
    u: (item) => { if (chosenFrom(item)) takeOut(); },
    m: (item) => {
      const theme = item.closest("[data-theme]");
      if (!theme) return say("Go to a theme first, then press m to merge it.");
      const { theme: handle } = theme.dataset, name = theme.querySelector("[data-name]").textContent;
      ask(`Merge “${name}” into`, { themes: themes(handle), then: ({ handle: into }) => merge(handle, into) });
    },
    r: (item) => {
      const theme = item.closest("[data-theme]");
      if (!theme) return say("Go to a theme first, then press r to rename it.");
      const { theme: handle } = theme.dataset, name = theme.querySelector("[data-name]").textContent;
      ask(`Another name for “${name}”`, { themes: [], make: "Call it", name, then: ({ name: other }) => rename(handle, other) });
    },
    z: () => {
      if (!by("undo") || !done.length) return say("There is nothing more to undo.");
      by("undo").value = done.pop();
      by("undo").click();
    },
  };
  const byNumber = (item, number) => {
    const theme = themes()[number - 1];
    if (!theme) return say(`There is no theme ${number}.`);
    if (chosenFrom(item)) put(theme.handle);
  };
  let waiting = [], busy = false;
  const press = (key, item) => {
    if (/^[1-9]$/.test(key)) byNumber(item, Number(key));
    else keys[key](item);
  };
  document.addEventListener("keydown", (event) => {
    const item = event.target;
    const between = busy && anchors.length && item === document.body; // the table is being swapped
    if (event.ctrlKey || event.metaKey || event.altKey || !(between || item.closest?.("#sorting") && item.matches(`${BOX}, ${HEAD}`))) return;
    if (!(event.key in keys) && !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    if (busy) waiting.push(event.key);
    else press(event.key, item);
  });

  // --- by drag, with a mouse; a finger ticks

  let dragged = null;
  const drops = (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place || !dragged) return null;
    const fits = dragged.theme
      ? place.dataset.drop === "put" && place.dataset.theme !== dragged.theme
      : place !== dragged.from && !(place.dataset.drop === "take" && dragged.loose);
    return fits ? place : null;
  };
  const mark = (place) => { for (const each of all(".drop-here, .dragged")) if (each !== place) each.classList.remove("drop-here"); place?.classList.add("drop-here"); };
  const movable = () => {
    if (matchMedia("(hover: hover)").matches) for (const each of all("[data-n]:not([draggable]), .theme-stack:not([draggable])")) each.draggable = true;
  };
  document.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("#sorting [draggable]");
    if (!item || busy) return;
    const box = item.querySelector(`:scope > label ${BOX}`);
    if (box) {
      if (!box.checked) tick([box]);
      dragged = { from: item.closest("[data-drop]"), loose: Boolean(item.closest("#loose")) };
    } else dragged = { theme: item.dataset.theme };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.innerText);
  });
  document.addEventListener("dragover", (event) => {
    const place = drops(event);
    if (place) event.preventDefault();
    if (dragged) mark(place);
  });
  document.addEventListener("drop", (event) => {
    const place = drops(event);
    if (!place) return;
    event.preventDefault();
    const { theme } = dragged;
    if (theme) merge(theme, place.dataset.theme);
    else if (place.dataset.drop === "put") put(place.dataset.theme);
    else if (place.dataset.drop === "take") takeOut();
    else ask(`Name of the new theme for ${many()}`, { themes: [], make: NEW, then: ({ name }) => make(name) });
  });
  document.addEventListener("dragend", () => { mark(null); dragged = null; });

  // --- what hangs on what an act changed: the numbers of themes, the ways to merge them, the suggestions

  let known = "";
  const renumber = () => {
    all(".theme-number").forEach((each, at) => { if (each.textContent !== String(at + 1)) each.textContent = at + 1; });
    by("no-themes").hidden = Boolean(all("[data-theme]").length);
    const ways = [...by("into").options].slice(1), now = ways.map(({ value, text }) => `${value} ${text}`).join("\n");
    if (now === known) return;
    known = now;
    for (const select of all("[data-merge] select")) {
      const own = select.closest("[data-theme]").dataset.theme;
      select.replaceChildren(select.options[0], ...ways.filter(({ value }) => value !== own).map(({ value, text }) => new Option(text, value)));
    }
  };
  const prune = () => {
    if (!all(".suggested > li").length) return;
    const inside = new Set(all("[data-theme] [data-n]").map((each) => each.dataset.n));
    for (const each of all(".suggested > li")) {
      for (const note of each.querySelectorAll(".sort-note")) if (inside.has(note.querySelector("input").value)) note.remove();
      const left = each.querySelectorAll(".sort-note").length, theme = each.dataset.for;
      if (left < (theme ? 1 : 2) || theme && !by(`t-${theme}`)) each.remove();
      else for (const many of each.querySelectorAll("[data-many]")) many.textContent = `${left} note${left === 1 ? "" : "s"}`;
    }
    const [first, rest] = all(".suggested");
    while (rest?.children.length && first.children.length < 3) first.append(rest.firstElementChild);
    if (rest?.children.length) by("more-suggestions").querySelector("summary").textContent = `${rest.children.length} more`;
    else by("more-suggestions")?.remove();
    by("none-left").hidden = first.children.length > 0;
  };

  // --- the table as it is after an act

  let open = [], from = null, anchors = [], home = null, suggested = -1, ofTicked = false, begun = false, fresh = false;
  const focused = () => {
    const item = document.activeElement;
    if (item?.closest?.(".sort-bar") || item === document.body) return ticked()[0] ?? item;
    return item;
  };
  // Where the focus may go, the likeliest first: where it is, then what follows in its list, then what is before.
  const remember = () => {
    const item = focused(), among = item.closest?.(".sort-notes, .theme-stacks");
    from = document.activeElement;
    open = all("details[open]").map((each) => each.id);
    home = item.closest?.("[data-theme]")?.id ?? item.closest?.("#loose, #suggestions")?.id;
    suggested = all(".suggested > li").indexOf(item.closest?.(".suggested > li"));
    if (!among || !item.matches(`${BOX}, ${HEAD}`)) return void (anchors = []);
    const group = [...among.querySelectorAll(item.matches(BOX) ? BOX : HEAD)], at = group.indexOf(item);
    anchors = [...group.slice(at), ...group.slice(0, at).reverse()].map((each) => each.id || each.value);
  };
  const near = () => {
    const left = all(".suggested > li").filter((each) => each.checkVisibility());
    if (suggested >= 0 && left.length) return (left[suggested] ?? left.at(-1)).querySelector("input[type=text], button");
    return by(home)?.querySelector("summary, h2") ?? by("themes-title");
  };
  const settle = () => {
    fresh = false;
    for (const id of open) by(id)?.setAttribute("open", "");
    if (ofTicked) for (const box of ticked()) box.checked = false;
    if (begun) by("new").value = "";
    renumber();
    prune();
    movable();
    count();
    note();
    const lost = document.activeElement === document.body || !document.activeElement.checkVisibility();
    if (anchors.length || lost) {
      const there = new Map([...boxes(), ...all(HEAD)].map((each) => [each.id || each.value, each]));
      const still = anchors.map((anchor) => there.get(anchor)).find((each) => each?.checkVisibility() && (each.matches(HEAD) || each.closest("[data-theme], #loose")?.id === home));
      go(still ?? near());
    }
    anchors = [];
    busy = false;
    while (waiting.length && !busy && document.activeElement?.matches(`${BOX}, ${HEAD}`)) press(waiting.shift(), document.activeElement);
    if (!busy) waiting = [];
  };
  const ours = (event) => event.detail.target?.id === "sorting" || event.detail.target?.id === "acted";
  document.addEventListener("htmx:configRequest", (event) => {
    if (ours(event)) event.detail.parameters.seen = by("seen").value;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!ours(event)) return;
    if (busy) return event.preventDefault();
    busy = true;
    ofTicked = Boolean(event.detail.elt.closest("#sort-bar, #acted"));
    begun = event.detail.elt.matches(".sort-new");
    remember();
  });
  // Whoever went elsewhere meanwhile stays there. What has the focus when it is taken away is laid out once
  // more before it goes, and all around it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event) || !busy) return;
    if (document.activeElement !== from && document.activeElement !== document.body) remember();
    if (anchors.length) document.activeElement.blur();
  });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "sorting") fresh = true; });
  document.addEventListener("htmx:afterSettle", () => { // told of each part of the answer
    if (fresh) settle();
  });
  document.addEventListener("htmx:oobErrorNoTarget", () => location.reload()); // it isn't the table that it was taken for
  document.addEventListener("htmx:afterRequest", (event) => {
    const { status } = event.detail.xhr;
    if (!busy || (status >= 200 && status < 300)) return;
    [busy, waiting, anchors] = [false, [], []]; // what was typed and ticked stays
    if (!status) say("Not done: the gallery can’t be reached just now. Try again in a moment.");
  });
  renumber();
  movable();
  count();
  note();
})();
