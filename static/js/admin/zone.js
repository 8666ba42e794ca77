// A new gallery: propose the browser's own time zone, as long as nobody has chosen one.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const select = document.querySelector("select[data-propose-zone]");
  if (!select || !select.selectedOptions[0]?.defaultSelected) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
});
