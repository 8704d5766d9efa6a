// Asks again and again what rings; a new call moves the title and is read out once.
"use strict";
(() => {
  const box = document.getElementById("ringing");
  const said = document.getElementById("ringing-said");
  if (!box) return;
  const title = document.title;
  let before = 0;
  const look = () => {
    const calls = box.querySelectorAll(".line-ringing").length;
    document.title = calls ? `☎ ${calls} · ${title}` : title;
    if (calls > before) said.textContent = said.dataset.words;
    if (!calls) said.textContent = "";
    before = calls;
  };
  const ask = async () => {
    const answer = await fetch(box.dataset.ringing, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok && !answer.redirected && !box.contains(document.activeElement)) {
      box.innerHTML = await answer.text();
      look();
    }
    setTimeout(ask, document.hidden ? 3000 : 1500);
  };
  // Many press at once: whoever was slower reads a sentence, and their page stays as it is.
  const late = document.getElementById("ringing-late");
  box.addEventListener("submit", async (event) => {
    const form = event.target.closest(".line-ringing");
    if (!form) return;
    event.preventDefault();
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, credentials: "same-origin" }).catch(() => null);
    const said = answer && !answer.redirected ? await answer.json().catch(() => null) : null;
    if (said && said.to) { location.assign(said.to); return; }
    if (said && said.detail && answer.status === 409) {
      late.textContent = said.detail;
      late.hidden = false;
      form.remove();
      look();
      return;
    }
    form.submit(); // whatever it was: the page that comes says so
  });
  // One key picks up, as long as nothing is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "p" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const first = box.querySelector(".line-ringing button");
    if (first) { event.preventDefault(); first.click(); }
  });
  look();
  setTimeout(ask, 1500);
})();
