// A barcode scanner is a very fast typist that ends with Enter. Wherever the clerk's cursor
// stands, what it types goes into the scan box and is sent off, unless the cursor is in a box that wants scans itself.

const FASTEST_HUMAN_MS = 35;
const SHORTEST = 6;

export function watchScanner() {
  let typed = "";
  let last = 0;
  let before = null;

  const forget = () => { typed = ""; before = null; };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const gap = event.timeStamp - last;
    last = event.timeStamp;
    if (event.key === "Enter") {
      if (typed.length >= SHORTEST && gap < FASTEST_HUMAN_MS * 3) deliver(event, typed, before);
      forget();
      return;
    }
    if (event.key.length !== 1) return;
    if (gap > FASTEST_HUMAN_MS) forget();
    if (!typed) before = remember(event.target);
    typed += event.key;
  }, true);
}

function remember(target) {
  const box = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return box ? { box: target, value: target.value } : null;
}

function deliver(event, code, before) {
  if (before && before.box.matches("[data-scan]")) return; // Enter sends that form as usual
  const boxes = [...document.querySelectorAll("[data-scan]")];
  const scan = boxes.find((box) => box.closest("main")) || boxes[0];
  if (!scan) return;
  event.preventDefault();
  event.stopPropagation();
  // The first characters may have landed in the box where the cursor stood: put it back.
  if (before) before.box.value = before.value;
  scan.value = code;
  const note = new CustomEvent("scan", { bubbles: true, cancelable: true, detail: { code } });
  if (scan.dispatchEvent(note) && scan.form) scan.form.requestSubmit();
}
