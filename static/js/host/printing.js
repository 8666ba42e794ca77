// “All”, “None”, “Only this wall” tick at once, and keep the paper that was chosen meanwhile.
(() => {
  const form = document.querySelector("form.printer");
  if (!form) return;
  const boxes = [...form.querySelectorAll("[name=poster]")];
  const wanted = (asked) => {
    if (asked.has("posters")) return new Set(asked.get("posters").split(","));
    return asked.has("chosen") ? new Set() : new Set(boxes.map((box) => box.value));
  };
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    document.getElementById("ticked").textContent = `${ticked} of ${boxes.length} ticked`;
  };
  form.addEventListener("change", count);
  addEventListener("pageshow", count); // also when one comes back to it
  form.addEventListener("click", (event) => {
    const way = event.target.closest("a[data-ticks]");
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const ticked = wanted(new URL(way.href).searchParams);
    for (const box of boxes) box.checked = ticked.has(box.value);
    count();
  });
})();
