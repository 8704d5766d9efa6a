// A list by keyboard: j and k move, Enter opens (it is a link), x ticks, s signs for this one.
const rows = () => [...document.querySelectorAll("[data-list] [data-row]")];
const typing = (target) =>
  target.matches("textarea, select, [contenteditable]") ||
  (target.matches("input") && !target.matches("[type=checkbox], [type=radio]"));

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step));
  const link = all[next].querySelector("[data-open]");
  link.focus();
  link.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (typing(event.target)) return;
  const row = document.activeElement.closest("[data-row]");
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]")?.click();
  else if (event.key === "s" && row) row.querySelector("[data-sign]")?.click();
  else return;
  event.preventDefault();
});
