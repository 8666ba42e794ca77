// A row that is added to a measure's values begins with the period after the latest one above it.
"use strict";
document.addEventListener("formset:added", (event) => {
  const group = event.target.closest("fieldset");
  const every = group && [...group.classList].find((name) => name.startsWith("every-"));
  const input = event.target.querySelector("input[name$='-period']:not([type='hidden'])");
  if (!every || !input || input.value) return;
  const read = (text) => {
    const found = text.match(/^(\d{2})\/(\d{2})\/(\d{4})$/);
    return found && new Date(Date.UTC(+found[3], +found[2] - 1, +found[1]));
  };
  const others = [...group.querySelectorAll("tr:not(.empty-form) input[name$='-period']:not([type='hidden'])")];
  const newest = others.map((other) => read(other.value)).filter(Boolean).sort((a, b) => b - a)[0];
  const months = { "every-month": 1, "every-quarter": 3, "every-year": 12 }[every];
  const days = { "every-day": 1, "every-week": 7 }[every];
  if (!newest || !(months || days)) return;
  if (months) newest.setUTCMonth(newest.getUTCMonth() + months);
  else newest.setUTCDate(newest.getUTCDate() + days);
  const two = (number) => String(number).padStart(2, "0");
  const next = `${two(newest.getUTCDate())}/${two(newest.getUTCMonth() + 1)}/${newest.getUTCFullYear()}`;
  input.value = next;
  const shown = event.target.querySelector("input[type='hidden'][name^='initial-'][name$='-period']");
  if (shown) shown.value = next; // still a proposal: the row is empty until something else is typed
});
