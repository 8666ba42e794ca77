// Choosing a photo is sending it. It is shrunk on the phone first, where that can read it: that saves
// the room's air, and the place and time that a camera writes into it never leave the phone.
(() => {
  const LONGEST = 2048;
  const TRIES = 4;
  const failed = "The photo did not arrive. Your note is safe.";

  const shrunk = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * share));
      canvas.height = Math.max(1, Math.round(picture.height * share));
      const paint = canvas.getContext("2d");
      paint.fillStyle = "#fff";
      paint.fillRect(0, 0, canvas.width, canvas.height);
      paint.imageSmoothingQuality = "high";
      paint.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const jpeg = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", .85); });
      return jpeg && new File([jpeg], "photo.jpg", { type: "image/jpeg" });
    // HEIC on most browsers: the gallery converts it
    } catch { return null; }
  };
  const say = (form, words) => { form.querySelector(".photo-status").textContent = words; };
  const fail = (form, words) => {
    form.classList.remove("photo-sending");
    form.classList.add("photo-failed");
    say(form, words);
  };
  const send = (form) => {
    form.classList.remove("photo-failed");
    form.classList.add("photo-sending");
    say(form, "Sending the photo…");
    form.requestSubmit();
  };

  document.addEventListener("change", async (event) => {
    const input = event.target;
    const form = input.closest("form[data-photo]");
    if (!form || !input.files.length) return;
    form.dataset.tries = "0";
    say(form, "Getting the photo ready…");
    form.classList.add("photo-sending");
    const small = await shrunk(input.files[0]);
    if (small) {
      try {
        const bag = new DataTransfer();
        bag.items.add(small);
        input.files = bag.files;
      } catch { /* an old browser sends it as it is */ }
    }
    send(form);
  });

  const own = (event) => (event.detail.requestConfig?.elt ?? event.detail.elt)?.closest?.("form[data-photo]");
  document.addEventListener("htmx:beforeRequest", (event) => { const form = own(event); if (form) say(form, "Sending the photo…"); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = own(event);
    if (!form) return;
    const { xhr } = event.detail;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    // nothing is wrong with the photo: keep it, try again
    if (xhr.status === 429 || xhr.status === 503) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      const tries = Number(form.dataset.tries) + 1;
      form.dataset.tries = String(tries);
      const wait = (Number(xhr.getResponseHeader("Retry-After")) || 5) * (.8 + Math.random() * .7);
      if (tries < TRIES) setTimeout(() => form.isConnected && send(form), wait * 1000);
      else fail(form, answer.querySelector(".problem")?.textContent || failed);
    // the note with what is wrong, or with its photo
    } else if (answer.querySelector(".note")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (event.detail.isError) {
      event.detail.isError = false;
      fail(form, answer.querySelector("main p")?.textContent || failed);
    }
  });
  for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(trouble, (event) => { const form = own(event); if (form) fail(form, `${failed} Try again when you are back.`); });
  }
  // A status that comes with the note is not read out; one that changes is.
  document.addEventListener("htmx:afterSettle", (event) => {
    const status = event.detail.elt?.querySelector?.(".photo-status");
    if (!status?.textContent) return;
    const words = [...status.childNodes];
    status.replaceChildren();
    setTimeout(() => status.replaceChildren(...words), 50);
  });
  // chosen before this script was there
  for (const input of document.querySelectorAll("form[data-photo] [type=file]")) if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
})();
