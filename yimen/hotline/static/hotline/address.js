// While something is typed, what fits stands below it: arrows, Enter, Escape, or a tap. House numbers
// for an address; ready answers for a question.
"use strict";
(() => {
  const beside = (one) => one.committee || one.note; // whose house it is, or what sort of answer
  const arm = (box) => {
    const says = document.getElementById(box.dataset.says || "find-says");
    const name = says.id.replace("-says", "");
    const list = document.createElement("ul");
    list.id = `${name}-list`;
    list.className = "line-found";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", says.dataset.label);
    list.hidden = true;
    box.after(list);
    const put = (key, value) => box.setAttribute(key, value);
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
      if (!one.keep) box.value = one.text;
      asked = box.value.trim();
      for (const [key, value] of Object.entries(one.fill || { place: one.place })) {
        const field = box.form.elements[key];
        if (field && (!field.options || [...field.options].some((o) => o.value === value))) field.value = value;
      }
      close();
      says.textContent = `${one.text} · ${beside(one)}`;
      box.form.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const show = (found) => {
      items = found;
      list.replaceChildren(...found.map((one, i) => {
        const row = document.createElement("li");
        row.id = `${name}-${i}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.append(one.text);
        const whose = document.createElement("span");
        whose.textContent = beside(one);
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
    // A question may say something of somebody: it is posted and stands in no address.
    const fetched = (typed) => {
      const token = box.form.elements.csrfmiddlewaretoken;
      if (!box.dataset.says) return fetch(`${box.dataset.find}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
      const body = new URLSearchParams({ q: typed, csrfmiddlewaretoken: token.value });
      return fetch(box.dataset.find, { method: "POST", body, credentials: "same-origin" });
    };
    const look = async () => {
      const typed = box.value.trim();
      if (typed === asked) return;
      asked = typed;
      if (!typed) { close(); says.textContent = ""; return; }
      const answer = await fetched(typed).catch(() => null);
      if (!answer || !answer.ok || typed !== box.value.trim()) return;
      const found = (await answer.json()).items;
      if (document.activeElement === box) show(found);
    };
    box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 150); });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && box.dataset.says && at < 0) { event.preventDefault(); look(); } // a question asks, it sends nothing
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? items.length - 1 : at - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(at); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
    });
  };
  document.querySelectorAll("[data-find]").forEach(arm);
})();
