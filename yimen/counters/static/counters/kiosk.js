// The machine forgets: a minute without a touch asks, twenty seconds later the screen is wiped.
"use strict";
(() => {
  const IDLE_S = 60;
  const WARN_S = 20;
  const still = document.getElementById("still");
  if (still) {
    const left = document.getElementById("left");
    let quiet = 0;
    const stay = () => {
      quiet = 0;
      if (still.open) still.close();
    };
    const wipe = () => {
      document.querySelectorAll("form").forEach((form) => form.reset());
      document.getElementById("main").replaceChildren();
      if (still.open) still.close();
      clearInterval(clock);
      window.whenThere().then(() => location.replace(still.dataset.home));
    };
    ["pointerdown", "keydown", "input", "scroll"].forEach((what) => document.addEventListener(what, stay, { passive: true }));
    document.getElementById("stay").addEventListener("click", stay);
    still.addEventListener("cancel", stay);
    const clock = setInterval(() => {
      quiet += 1;
      if (quiet < IDLE_S) return;
      left.textContent = Math.max(0, IDLE_S + WARN_S - quiet);
      if (!still.open) still.showModal();
      if (quiet >= IDLE_S + WARN_S) wipe();
    }, 1000);
    // A page kept by the browser for "back" is the last person's.
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }
  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
