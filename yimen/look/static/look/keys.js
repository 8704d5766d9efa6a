// Keyboard: "/" goes to the search, Alt and a letter to whatever carries data-key.

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const visible = (element) => element.getClientRects().length > 0;

function press(element) {
  element.focus();
  const choice = element.matches("input[type=checkbox], input[type=radio]");
  if (choice || element.matches("a, button, summary")) element.click();
  // What was just folded out is where typing goes on.
  const opened = element.matches("summary") && element.parentElement;
  opened?.open && opened.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
}

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
      const box = [...document.querySelectorAll("[data-slash]")].find(visible);
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    // A Mac writes another character with Alt: the place of the key is what counts.
    const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
    const key = (place ? place[1] || place[2] : event.key).toLowerCase();
    const marked = [...document.querySelectorAll("[data-key]")].filter(
      (element) => element.dataset.key.toLowerCase() === key && visible(element),
    );
    // The page's own key wins over the menu's.
    const chosen = marked.find((element) => element.closest("main")) || marked[0];
    if (chosen) {
      event.preventDefault();
      press(chosen);
    }
  });
}
