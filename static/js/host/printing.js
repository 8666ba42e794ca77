// Making the PDF takes a while, and the browser shows little of it: say so, and take one press only.
(() => {
  const form = document.querySelector(".printer");
  if (!form) return;
  const button = form.querySelector("[type=submit]");
  const making = document.getElementById("making");
  const ready = () => {
    button.disabled = false;
    making.hidden = true;
  };
  form.addEventListener("submit", () => {
    const posters = form.querySelectorAll("[name=poster]:checked").length;
    making.hidden = false;
    making.textContent = "Making the PDF: about a second a poster. It downloads by itself.";
    button.disabled = true;
    setTimeout(ready, 1000 * Math.min(30, Math.max(5, posters)));
  });
  addEventListener("pageshow", ready); // also when one comes back to it
})();
