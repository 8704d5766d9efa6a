/* Acts on the way are kept here until the network has taken them: stop, act, moment, once-key and the
   codes of papers; never a name, a number or an address. Without this script the page's plain forms do
   the same with network. */
const root = document.querySelector("[data-way]");
const words = JSON.parse(document.getElementById("way-words").textContent);
const store = `way:${root.dataset.account}:${root.dataset.day}`;
const token = root.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
let sending = false;

const read = () => JSON.parse(localStorage.getItem(store) || "[]");
const write = (list) => list.length ? localStorage.setItem(store, JSON.stringify(list)) : localStorage.removeItem(store);

function forgetOthers() {
  // another person's, or another day's: nothing of them can be taken any more
  for (const name of Object.keys(localStorage)) if (name.startsWith("way:") && name !== store) localStorage.removeItem(name);
}

function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
}

// --- what is shown -----------------------------------------------------------------------------------

function stateOf(card, queue) {
  let state = card.dataset.state;
  let signed = card.dataset.signed === "yes";
  const given = new Set();
  for (const one of queue) {
    if (one.stop !== card.dataset.stop || one.why) continue;
    state = words.steps[state]?.[one.act] || state;
    if (one.act === "sign") signed = true;
    if (one.act === "give") Object.keys(one.papers).forEach((code) => given.add(code));
  }
  return { state, signed, given };
}

function draw() {
  const queue = read();
  for (const card of root.querySelectorAll("[data-stop]")) drawCard(card, queue);
  const waiting = queue.filter((one) => !one.why).length;
  const net = document.getElementById("way-net");
  net.hidden = !waiting;
  if (waiting && net.dataset.why !== "out") net.textContent = fill(words.waiting, { n: waiting });
  drawRefused(queue.filter((one) => one.why));
}

function drawCard(card, queue) {
  const { state, signed, given } = stateOf(card, queue);
  card.querySelector("[data-shown-state]").textContent = words.states[state];
  if (state === "done" || state === "missed") {
    // we have left: what the visit needed is not needed any more
    card.classList.add("way-stop--over");
    for (const part of card.querySelectorAll("[data-needed]")) part.remove();
    return;
  }
  for (const form of card.querySelectorAll("form[data-act]")) {
    const act = form.dataset.act;
    const left = [...form.querySelectorAll("[data-code]")].filter((line) => {
      line.hidden = given.has(line.dataset.code);
      return !line.hidden;
    });
    const fits = words.steps[state]?.[act] && (act !== "sign" || !signed) && (act !== "take" || signed);
    form.hidden = !fits || (act === "give" && !left.length) || (act === "sign" && card.dataset.matters !== "yes");
  }
}

function drawRefused(refused) {
  const box = document.getElementById("way-refused");
  box.hidden = !refused.length;
  const list = box.querySelector("ul");
  list.replaceChildren(...refused.map((one) => {
    const line = document.createElement("li");
    const when = new Date(one.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    line.textContent = `${when} ${words.acts[one.act]}: ${one.why}`;
    return line;
  }));
}

// --- what is done ------------------------------------------------------------------------------------

root.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (form) {
    event.preventDefault();
    note(form);
  } else if (event.target.matches("form[data-phone]")) {
    event.preventDefault();
    showPhone(event.target);
  }
});

function note(form) {
  const data = new FormData(form);
  const papers = {};
  for (const code of data.getAll("paper")) papers[code] = data.get(`how-${code}`) || "";
  if (["take", "give"].includes(form.dataset.act) && !Object.keys(papers).length) {
    form.querySelector("input[type=checkbox]")?.focus();
    return;
  }
  const card = form.closest("[data-stop]");
  const one = { key: crypto.randomUUID(), stop: card.dataset.stop, act: form.dataset.act, at: new Date().toISOString(), papers };
  write([...read(), one]);
  form.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; });
  draw();
  const next = [...card.querySelectorAll("form[data-act]:not([hidden]) button")][0];
  (next || card.querySelector("[data-shown-state]")).focus();
  send();
}

async function showPhone(form) {
  const place = form.querySelector("[data-number]");
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token }, redirect: "manual" });
    if (!answer.ok) return form.submit(); // the plain page asks for the password again, or says why not
    const link = document.createElement("a");
    link.textContent = (await answer.json()).phone;
    link.href = `tel:${link.textContent}`;
    link.className = "govuk-link";
    place.replaceChildren(link);
  } catch {
    place.textContent = words.offline;
  }
}

// --- what is sent ------------------------------------------------------------------------------------

async function send() {
  const waiting = read().filter((one) => !one.why);
  if (sending || !waiting.length) return;
  sending = true;
  try {
    const answer = await fetch(root.dataset.acts, {
      method: "POST", redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
      body: JSON.stringify({ acts: waiting }),
    });
    if (answer.ok) await taken((await answer.json()).acts);
    else if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) signedOut();
  } catch {
    // no network: everything stays as it is, and is tried again
  } finally {
    sending = false;
  }
  draw();
}

async function taken(answers) {
  const by = new Map(answers.map((one) => [one.key, one]));
  const kept = [];
  for (const one of read()) {
    const told = by.get(one.key);
    if (told?.done) {
      const card = root.querySelector(`[data-stop="${one.stop}"]`);
      if (card) {
        card.dataset.state = told.state;
        if (one.act === "sign") card.dataset.signed = "yes";
        if (one.act === "give") Object.keys(one.papers).forEach((code) => card.querySelector(`[data-code="${code}"]`)?.remove());
      }
    } else kept.push(told ? { ...one, why: told.why } : one);
  }
  write(kept);
  await fetch(location.href, { cache: "no-store" }).catch(() => {}); // what is kept for no network is fresh again
  if (!root.querySelector("[data-stop]:not(.way-stop--over)")) await finishUp();
}

function signedOut() {
  const net = document.getElementById("way-net");
  net.dataset.why = "out";
  net.classList.add("way-net--wrong");
  net.textContent = words.signed_out;
}

// --- a page that is there without network ----------------------------------------------------------------

async function finishUp() {
  // the route is done: nothing of it stays on the telephone
  if (!("serviceWorker" in navigator) || read().some((one) => !one.why)) return;
  for (const name of await caches.keys()) if (name.startsWith("way")) await caches.delete(name);
  const registration = await navigator.serviceWorker.getRegistration(root.dataset.scope);
  await registration?.unregister();
}

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  if (!root.querySelector("[data-stop]")) return finishUp();
  await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
  const registration = await navigator.serviceWorker.ready;
  const assets = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.includes("/static/"));
  registration.active.postMessage({ page: location.pathname, assets });
}

document.getElementById("way-seen").addEventListener("click", () => {
  write(read().filter((one) => !one.why));
  location.reload();
});
document.addEventListener("submit", (event) => {
  // signing out clears this telephone: not before it is known what would be lost
  const n = read().filter((one) => !one.why).length;
  if (event.target.action?.endsWith("/logout/") && n && !confirm(fill(words.unsent, { n }))) event.preventDefault();
}, true);
window.addEventListener("online", send);
setInterval(send, 15000);
forgetOthers();
draw();
send();
keepPage().catch(() => {});
