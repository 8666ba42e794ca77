// Words that a host sent stay in this tab until a page shows them as kept: the log-in may have been lost on
// the way, and what comes then has no form.
(() => {
  if (document.querySelector("main .problem")) return; // these were refused
  for (const box of document.querySelectorAll("form[data-draft] textarea")) {
    const place = `draft ${box.form.getAttribute("action")} ${box.name}`; // as in drafts.js
    try {
      const kept = JSON.parse(sessionStorage.getItem(place))?.text;
      if (kept?.trim() === box.value.trim()) sessionStorage.removeItem(place);
    } catch { /* nothing is kept */ }
  }
})();
