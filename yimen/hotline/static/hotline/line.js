// What is typed is kept while it is typed, and what is near appears beside it.
"use strict";
(() => {
  const form = document.getElementById("take");
  if (!form) return;
  const need = form.elements.need;
  need.setAttribute("list", "needs");
  need.setAttribute("autocomplete", "off");
  // After a refusal the address is that of the form: a reload would send it once more, as it was.
  history.replaceState(null, "", form.dataset.page);
  let waiting = 0;
  let sent = "";
  const keep = async () => {
    const data = new FormData(form);
    const said = new URLSearchParams(data).toString();
    if (said === sent) return;
    sent = said;
    const answer = await fetch(form.dataset.draft, { method: "POST", body: data, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) { sent = ""; return; }
    const near = document.getElementById("near");
    if (!near.contains(document.activeElement)) near.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 700); });
  form.addEventListener("submit", () => clearTimeout(waiting));
})();
