// A scan anywhere on the page adds one line to the box of codes instead of sending the form.
const box = document.querySelector("textarea[data-scan]");
if (box) {
  let kept = box.value;
  box.addEventListener("input", () => { kept = box.value; });
  box.addEventListener("scan", (event) => {
    event.preventDefault();
    const before = kept.trimEnd();
    kept = `${before ? `${before}\n` : ""}${event.detail.code}\n`;
    box.value = kept;
    box.focus();
  });
}
