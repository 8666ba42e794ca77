// Where you have been is remembered on this phone only. Drift goes to a quiet poster that you
// have not seen; the server is asked for the quiet ones, and never told which you have seen.
(() => {
  const read = (code) => { try { return JSON.parse(localStorage.getItem(`been-${code}`)) || []; } catch { return []; } };
  const write = (code, numbers) => { try { localStorage.setItem(`been-${code}`, JSON.stringify(numbers)); } catch { /* private mode */ } };

  const page = document.querySelector("[data-been]");
  if (page) {
    const seen = read(page.dataset.been);
    const number = Number(page.dataset.number);
    if (!seen.includes(number)) write(page.dataset.been, [...seen, number]);
  }
  const walls = document.querySelector(".walls");
  if (walls) {
    const seen = read(walls.dataset.gallery);
    for (const frame of walls.querySelectorAll(".frame")) frame.classList.toggle("frame-been", seen.includes(Number(frame.dataset.number)));
  }
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drift]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/plain" } });
      if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/plain")) throw new Error("no list");
      const quiet = (await answer.text()).split("\n").map((line) => line.split(" "));
      const here = page ? page.dataset.number : "";
      const seen = read(link.dataset.drift).map(String);
      const others = quiet.filter(([number, address]) => address && number !== here);
      const [, onward] = others.find(([number]) => !seen.includes(number)) ?? others[0] ?? [];
      location.href = onward ?? link.href;
    } catch { location.href = link.href; }
  });
})();
