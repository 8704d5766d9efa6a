// The counter by keyboard. Everything works without this file, a little slower.

// One key decides a line of the list of papers and goes on to the next.
const lines = () => [...document.querySelectorAll("select[data-line]")];

document.addEventListener("keydown", (event) => {
  const line = event.target;
  if (!(line instanceof HTMLSelectElement) || !("line" in line.dataset)) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  const key = event.key.toLowerCase();
  const option = [...line.options].find((each) => each.value === key);
  event.preventDefault();
  if (!option) return;
  line.value = key;
  line.dispatchEvent(new Event("change", { bubbles: true }));
  const all = lines();
  const next = all[all.indexOf(line) + 1] || document.getElementById("submit");
  if (next) next.focus();
});

// With the cursor on a list of persons the digit alone is enough.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const list = event.target.closest?.(".in-found");
  const chosen = list?.querySelector(`[data-key="${event.key}"]`);
  if (!chosen) return;
  event.preventDefault();
  chosen.click();
});

// A question that hangs on another one shows only when it is asked.
function showAsked() {
  for (const box of document.querySelectorAll("[data-only]")) {
    const name = box.dataset.only;
    const fields = [...document.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const field = fields.find((each) => each.type !== "radio" || each.checked);
    box.hidden = !field || field.value !== box.dataset.onlyValue;
  }
}
document.addEventListener("change", showAsked);
showAsked();

// The day of a promise matters only on a line that is promised.
function showDays() {
  for (const line of lines()) {
    const day = line.closest("tr").querySelector("[data-day]");
    if (day) day.hidden = line.value !== "l";
  }
}
document.addEventListener("change", showDays);
showDays();

// The script pack may have moved the cursor to a summary: it belongs where typing goes on.
document.querySelector("[autofocus]")?.focus();
