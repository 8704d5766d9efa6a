// The wall: draws what the stream says, speaks new calls, and catches up after a lost connection.
"use strict";
(() => {
  const body = document.body;
  const english = body.dataset.lang === "en";
  const by = (id) => document.getElementById(id);
  const spoken = new Map(); // window code -> "number/calls" already said
  let first = true;
  const served = body.dataset.sounds === "on" && !english;
  const queue = [];
  let playing = false;
  let speaking = body.dataset.voice === "on";

  const name = (w) => (english ? w.name_en : w.name);
  const element = (tag, text, cls) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (cls) made.className = cls;
    return made;
  };

  function draw(hall) {
    const called = hall.windows.filter((w) => w.serving);
    called.sort((a, b) => (b.called_at || "").localeCompare(a.called_at || ""));
    by("calls").replaceChildren(...called.slice(0, 6).map((w) => {
      const row = element("li", "");
      row.append(element("span", w.serving, "wall__number"), element("span", name(w), "wall__to"));
      return row;
    }));
    by("none").hidden = called.length > 0;
    const words = by("windows").dataset;
    by("windows").replaceChildren(...hall.windows.map((w) => {
      const row = element("li", "", `is-${w.state}`);
      row.append(element("span", name(w)), element("strong", w.serving || words[w.state] || "–"));
      return row;
    }));
    by("waiting").textContent = hall.waiting;
    by("said").replaceChildren(...hall.announcements.map((one) =>
      element("li", english ? one.text_en : one.text, one.urgent ? "is-urgent" : "")));
    interrupt(hall.announcements.filter((one) => one.urgent));
    called.reverse().forEach(announce);
    first = false;
  }

  // Urgent words take the screen at once and until they end, also when the connection is lost.
  let urgent = [];
  function interrupt(said) {
    urgent = said;
    const here = urgent.filter((one) => new Date(one.until) > new Date());
    const box = by("urgent");
    const lines = here.map((one) => (english ? one.text_en : one.text));
    const shown = [...box.children].map((p) => p.textContent);
    if (lines.join("\n") !== shown.join("\n")) box.replaceChildren(...lines.map((line) => element("p", line)));
    box.hidden = lines.length === 0;
    body.classList.toggle("is-interrupted", lines.length > 0);
  }
  setInterval(() => { if (!first) interrupt(urgent); }, 1000);

  // A browser may have speech and no voice for it (Chromium on a bare Linux).
  const hasVoice = () => "speechSynthesis" in window && speechSynthesis.getVoices().some((v) => v.lang.toLowerCase().startsWith(english ? "en" : "zh"));

  // The server's sounds, one after the other; one that does not come is skipped.
  function play() {
    if (playing || !queue.length) return;
    playing = true;
    const sound = new Audio(`${body.dataset.calls}${queue.shift()}.wav`);
    const next = () => {
      playing = false;
      play();
    };
    sound.addEventListener("ended", next);
    sound.addEventListener("error", next);
    sound.play().catch(next);
  }

  // Each call once, a recall again; what stood there when the page opened is not read out.
  function announce(w) {
    const mark = `${w.serving}/${w.calls}`;
    if (spoken.get(w.code) === mark) return;
    spoken.set(w.code, mark);
    if (first || !speaking) return;
    if (!hasVoice()) {
      if (served) queue.push(w.code);
      play();
      return;
    }
    const digits = [...w.serving].join(" ");
    const text = english ? `Number ${digits}, ${w.name_en}, please` : `请 ${digits} 号，到 ${w.name}`;
    const said = new SpeechSynthesisUtterance(text);
    said.lang = english ? "en-GB" : "zh-CN";
    said.rate = 0.9;
    speechSynthesis.speak(said);
  }

  const catchUp = () => fetch(body.dataset.now).then((r) => r.json()).then(draw).catch(() => {});

  function listen() {
    const stream = new EventSource(body.dataset.stream);
    stream.addEventListener("hall", (event) => {
      by("lost").hidden = true;
      draw(JSON.parse(event.data));
    });
    stream.onerror = () => {
      by("lost").hidden = false;
      catchUp();
      if (stream.readyState === EventSource.CLOSED) {
        stream.close();
        setTimeout(listen, 3000);
      }
    };
  }

  function tell() {
    const now = new Date();
    by("clock").textContent = now.toLocaleTimeString(english ? "en-GB" : "zh-CN", { hour: "2-digit", minute: "2-digit" });
  }

  // Browsers speak only after somebody touched the page once.
  if (("speechSynthesis" in window || served) && !speaking) {
    by("sound").hidden = false;
    by("sound").addEventListener("click", () => {
      speaking = true;
      by("sound").hidden = true;
      if ("speechSynthesis" in window) speechSynthesis.speak(new SpeechSynthesisUtterance(" "));
    });
  }
  tell();
  setInterval(tell, 10000);
  listen();
})();
