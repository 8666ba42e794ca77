// Rows of an inline that hang in an order: drag one by its grip, or press the arrow keys on it.
// It only fills in the numbers, which can just as well be typed.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("fieldset.by-order table")) {
    const number = (row) => row.querySelector("input[name$='-position'], input[name$='-order']");
    const rows = () => [...table.querySelectorAll("tbody tr.has_original")].filter(number);
    const renumber = () => rows().forEach((row, at) => { number(row).value = at + 1; });
    let held = null;

    const grip = (row) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "grip";
      button.textContent = "⠿";
      button.setAttribute("aria-label", "Move: drag, or press the up and down arrow keys");
      button.addEventListener("pointerdown", (event) => {
        held = row;
        row.classList.add("held");
        button.setPointerCapture(event.pointerId);
      });
      button.addEventListener("pointermove", (event) => {
        if (!held) return;
        const under = document.elementFromPoint(event.clientX, event.clientY);
        const over = under && under.closest("tr.has_original");
        const all = rows();
        const [from, to] = [all.indexOf(held), all.indexOf(over)];
        if (to < 0 || from === to) return;
        // The others move, never the held one: leaving the page for a moment would drop it.
        if (from < to) all.slice(from + 1, to + 1).forEach((other) => held.before(other));
        else all.slice(to, from).reverse().forEach((other) => held.after(other));
      });
      button.addEventListener("lostpointercapture", () => {
        row.classList.remove("held");
        held = null;
        renumber();
      });
      button.addEventListener("keydown", (event) => {
        const all = rows();
        const beside = all[all.indexOf(row) + { ArrowUp: -1, ArrowDown: 1 }[event.key]];
        if (!beside) return;
        event.preventDefault();
        beside[event.key === "ArrowUp" ? "before" : "after"](row);
        renumber();
        button.focus();
      });
      return button;
    };
    rows().forEach((row) => number(row).before(grip(row)));
  }
});
