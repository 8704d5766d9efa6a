// A barcode scanner is a very fast typist that ends with Enter. Wherever the clerk's cursor
// stands, what it types goes into the scan box and is sent off, unless the cursor is in a box that wants scans itself.

const HUMAN_MS = 50; // on average, between two keys; nobody types a whole number faster
const PAUSE_MS = 120; // longer than this between two keys: a new beginning
const SHORTEST = 6;

export function watchScanner() {
  let typed = "";
  let first = 0;
  let last = 0;
  let before = null;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.timeStamp - last > PAUSE_MS) typed = "";
    last = event.timeStamp;
    if (event.key === "Enter") {
      const fast = (last - first) / typed.length < HUMAN_MS;
      if (typed.length >= SHORTEST && fast) deliver(event, typed, before);
      typed = "";
      return;
    }
    if (event.key.length !== 1) return;
    if (!typed) {
      first = last;
      before = remember(event.target);
    }
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
