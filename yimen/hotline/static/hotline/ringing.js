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
