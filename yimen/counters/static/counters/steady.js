// While the site restarts a touch must not end on the browser's own error page: from there a machine
// without a keyboard never comes back. So it asks first whether the site is there, and waits with words.
"use strict";
(() => {
  const away = document.getElementById("away");
  if (!away) return;
  const EVERY_MS = 3000;
  let asking = false;

  const answers = async () => {
    try {
      const told = await fetch(away.dataset.home, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
      return told.status < 500;
    } catch {
      return false;
    }
  };
  const untilBack = async () => {
    while (!(await answers())) {
      if (!away.open) away.showModal();
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
    if (away.open) away.close();
  };
  // What was touched goes ahead once; a finger that taps twice takes one ticket.
  const ahead = async (go) => {
    if (asking) return;
    asking = true;
    if (await answers()) return go();
    await untilBack();
    asking = false; // they look again at what they meant to touch
  };

  away.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sure) return;
    event.preventDefault();
    const pressed = event.submitter;
    ahead(() => {
      form.dataset.sure = "yes";
      form.requestSubmit(pressed);
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    ahead(() => location.assign(link.href));
  });
  // kiosk.js leads home by itself: it asks here
  window.whenThere = untilBack;
  addEventListener("pageshow", () => { asking = false; document.querySelectorAll("form").forEach((f) => delete f.dataset.sure); });
})();
