// While an address is typed, the house numbers that fit stand below it: arrows, Enter, Escape, or a tap.
"use strict";
(() => {
  const box = document.querySelector("[data-find]");
  if (!box) return;
  const place = box.form.elements.place;
  const says = document.getElementById("find-says");
  const list = document.createElement("ul");
  list.id = "find-list";
  list.className = "line-found";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", says.dataset.label);
  list.hidden = true;
  box.after(list);
  const put = (name, value) => box.setAttribute(name, value);
  put("role", "combobox");
  put("autocomplete", "off");
  put("aria-autocomplete", "list");
  put("aria-controls", list.id);
  put("aria-expanded", "false");
  let items = [];
  let at = -1;
  let waiting = 0;
  let asked = "";

  const close = () => {
    list.hidden = true;
    at = -1;
    put("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (n) => {
    at = (n + items.length) % items.length;
    [...list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    put("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (n) => {
    const one = items[n];
    box.value = asked = one.text;
    if (place && [...place.options].some((o) => o.value === one.place)) place.value = one.place;
    close();
    says.textContent = `${one.text} · ${one.committee}`;
    box.form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const show = (found) => {
    items = found;
    list.replaceChildren(...found.map((one, i) => {
      const row = document.createElement("li");
      row.id = `find-${i}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(one.text);
      const whose = document.createElement("span");
      whose.textContent = one.committee;
      row.append(whose);
      row.addEventListener("mousedown", (event) => { event.preventDefault(); choose(i); });
      return row;
    }));
    at = -1;
    list.hidden = !found.length;
    put("aria-expanded", String(Boolean(found.length)));
    box.removeAttribute("aria-activedescendant");
    says.textContent = found.length ? says.dataset.some.replace("0", found.length) : says.dataset.none;
  };
  const look = async () => {
    const typed = box.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (!typed) { close(); says.textContent = ""; return; }
    const answer = await fetch(`${box.dataset.find}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || typed !== box.value.trim()) return;
    const found = (await answer.json()).items;
    if (document.activeElement === box) show(found);
  };
  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 150); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? items.length - 1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(at); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
  });
})();
