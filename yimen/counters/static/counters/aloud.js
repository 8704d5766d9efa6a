// Reads a page of the machine aloud: what stands in the middle, then what can be touched. The
// button shows only where the browser has a voice for the page's language.
"use strict";
(() => {
  const button = document.getElementById("aloud");
  if (!button || !("speechSynthesis" in window)) return;
  const wanted = document.documentElement.lang.slice(0, 2).toLowerCase();
  const voice = () => speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(wanted));
  const show = () => { button.hidden = !voice(); };

  const lines = () => {
    const main = document.getElementById("main");
    const parts = main.querySelectorAll("h1, h2, h3, p, li, dt, dd, label, legend, a, button");
    const seen = [];
    parts.forEach((part) => {
      const inside = part.parentElement.closest("p, li, dt, dd, label, a, button");
      const drawn = part.checkVisibility ? part.checkVisibility() : true;
      if (drawn && !(inside && main.contains(inside))) seen.push(part.innerText.replace(/\s+/g, " ").trim());
    });
    return seen.filter(Boolean);
  };

  const stop = () => {
    speechSynthesis.cancel();
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return stop();
    const all = lines();
    all.forEach((line, n) => {
      const said = new SpeechSynthesisUtterance(line);
      said.voice = voice();
      said.lang = document.documentElement.lang;
      said.rate = 0.85; // for who hears slowly
      if (n === all.length - 1) said.onend = () => button.setAttribute("aria-pressed", "false");
      // somebody who listens is there: the machine must not ask whether they are
      said.onstart = () => document.dispatchEvent(new Event("input"));
      speechSynthesis.speak(said);
    });
    button.setAttribute("aria-pressed", String(all.length > 0));
  });
  // the next person must not hear the rest of it
  addEventListener("pagehide", stop);
  speechSynthesis.addEventListener("voiceschanged", show);
  show();
})();
