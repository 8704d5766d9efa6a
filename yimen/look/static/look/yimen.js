// Small comforts. Everything on every page works without this file.
import { initAll } from "../vendor/govuk-frontend.min.js";
import { watchKeys } from "./keys.js";
import { watchScanner } from "./scanner.js";

const chinese = document.documentElement.lang.startsWith("zh");
const words = chinese
  ? { copy: "复制", copied: "已复制" }
  : { copy: "Copy", copied: "Copied" };

try {
  initAll();
} catch (error) {
  console.error(error);
}

for (const place of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "y-copy__button";
  button.textContent = words.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.querySelector(".y-copy__text").textContent.trim());
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 2000);
  });
  place.append(button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

for (const hint of document.querySelectorAll("[data-script-only]")) hint.hidden = false;
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Leaving a page with the panel of "who am I" open closes it, as any menu does.
document.addEventListener("click", (event) => {
  for (const panel of document.querySelectorAll("details.y-who[open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});

watchKeys();
if (document.body.classList.contains("y-desk")) watchScanner();
