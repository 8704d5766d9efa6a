// The small page of an act opens beside the case. Without this file it is a page of its own.
const dialog = document.getElementById("drawer");
const body = document.getElementById("drawer-body");

function open(href) {
  window.htmx.ajax("GET", href, { target: body, swap: "innerHTML" }).then(() => {
    if (!dialog.open) dialog.showModal();
    prepare();
  });
}

function prepare() {
  const form = body.querySelector("form");
  if (form) {
    form.setAttribute("hx-post", form.getAttribute("action"));
    form.setAttribute("hx-target", "#drawer-body");
    if (form.enctype === "multipart/form-data") form.setAttribute("hx-encoding", "multipart/form-data");
    window.htmx.process(form);
  }
  const wrong = body.querySelector(".govuk-error-summary a");
  const first = body.querySelector("textarea, select, input:not([type=hidden])");
  (wrong || first)?.focus();
}

document.addEventListener("click", (event) => {
  if (!window.htmx || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-drawer], #drawer-body a[data-task]");
  if (link) {
    event.preventDefault();
    open(link.href);
  } else if (event.target.closest("[data-close]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  } else if (event.target === dialog) {
    dialog.close();
  }
});
body.addEventListener("htmx:afterSwap", prepare);
dialog.addEventListener("close", () => body.replaceChildren());
