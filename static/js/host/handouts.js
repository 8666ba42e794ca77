// Flyer, door sign, cards, paper notes take some seconds: the button says so, is taken once, and comes back.
(() => {
  const name = (answer) => /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "handout.pdf";

  const hand = async (answer) => {
    const way = document.createElement("a");
    way.href = URL.createObjectURL(await answer.blob());
    way.download = name(answer);
    way.click();
    setTimeout(() => URL.revokeObjectURL(way.href), 60_000); // a phone asks before it saves
  };

  // What went wrong, as the page that would have come says it; blank where it says nothing of it.
  const problem = async (answer) =>
    new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".problem")?.textContent ?? "";

  const make = async (form, told) => {
    const asked = new URLSearchParams(new FormData(form));
    let answer;
    try {
      answer = await fetch(`${form.action}?${asked}`);
      if (answer.headers.get("Content-Type") === "application/pdf") {
        await hand(answer);
        told.textContent = "Done: it is with your downloads.";
        return;
      }
    } catch {
      told.textContent = "The connection was lost. Try again.";
      return;
    }
    told.textContent = await problem(answer);
    if (!told.textContent) form.submit(); // to log in again, for one
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".handouts form")) return;
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    if (button.hasAttribute("aria-disabled")) return;
    const words = button.textContent;
    const told = form.querySelector("[role=status]");
    button.setAttribute("aria-disabled", "true"); // not `disabled`, which would take the focus away
    button.textContent = "Making the PDF …";
    told.textContent = "It takes some seconds.";
    await make(form, told);
    button.textContent = words;
    button.removeAttribute("aria-disabled");
  });
})();
