// “All”, “None”, “Only this wall” tick at once, and keep the paper that was chosen meanwhile; “Print them anew”
// chooses the paper that those sheets are on.
(() => {
  const form = document.querySelector("form.printer");
  if (!form) return;
  const boxes = [...form.querySelectorAll("[name=poster]")];
  const wanted = (asked) => {
    if (asked.has("posters")) return new Set(asked.get("posters").split(","));
    return asked.has("chosen") ? new Set() : new Set(boxes.map((box) => box.value));
  };
  const choose = (asked) => {
    for (const name of ["size", "orientation"]) {
      for (const way of form.querySelectorAll(`[name=${name}]`)) way.checked = way.value === asked.get(name);
    }
    form.elements.crop.checked = asked.has("crop");
  };
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const told of form.querySelectorAll("[data-ticked]")) told.textContent = `${ticked} of ${boxes.length} ticked`;
  };
  form.addEventListener("change", count);
  addEventListener("pageshow", count); // also when one comes back to it
  form.addEventListener("click", (event) => {
    const way = event.target.closest("a[data-ticks]");
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const asked = new URL(way.href).searchParams;
    const ticked = wanted(asked);
    if (way.dataset.ticks === "paper") choose(asked);
    for (const box of boxes) box.checked = ticked.has(box.value);
    count();
  });
})();
