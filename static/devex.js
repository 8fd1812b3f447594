/* Betters pages that already work without it: saving while typing, counting words, keeping unsent text, times where the visitor is. */
(() => {
  "use strict";

  const words = document.getElementById("site-words")?.dataset ?? {};
  const language = document.documentElement.lang === "fr" ? "fr-CA" : "en-GB";
  const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  /* As the server writes the hour: 16:00, and 16 h or 16 h 30 in French. */
  const clock = (moment, timeZone) => {
    const said = moment.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
    return language === "fr-CA" ? said.replace(/^0/, "").replace(/\s*h\s*00$/, "\u00a0h") : said;
  };
  const later = (work, wait) => {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(work, wait); };
  };

  /* What a person typed, by field name; never passwords, files or hidden fields. */
  const typed = (form) => {
    const kept = {};
    for (const box of form.elements) {
      if (!box.name || ["hidden", "password", "file", "submit", "button"].includes(box.type) || box.tagName === "BUTTON") continue;
      if (box.type === "checkbox" || box.type === "radio") (kept[box.name] ??= []).push(box.checked);
      else (kept[box.name] ??= []).push(box.value);
    }
    return kept;
  };
  const putBack = (form, kept) => {
    const at = {};
    for (const box of form.elements) {
      const value = kept[box.name]?.[at[box.name] ??= 0];
      if (value === undefined || box.type === "hidden" || box.tagName === "BUTTON" || box.type === "file") continue;
      at[box.name] += 1;
      if (box.type === "checkbox" || box.type === "radio") box.checked = value;
      else box.value = value;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  /* The local copy: written while typing, marked sent when sent, dropped once a page shows that it arrived;
     a refusal or the sign-in page says that it did not. Signing out (data-forget) drops them all. */
  const prefix = "devex:";
  const store = {
    read: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or refused: the server still saves */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* refused */ } },
    keys: () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; } },
  };
  const refused = document.querySelector("[data-keep-copies]") || /\/(sign-in|ouvrir-session)/.test(location.pathname);
  const happened = document.querySelector("[data-happened]");
  /* A form drawn anew after it was sent (refused, previewed, a row added) holds what was typed, yet nothing of it is saved. */
  const drawnAnew = document.body.hasAttribute("data-received");
  const from = document.referrer.startsWith(location.origin) ? new URL(document.referrer).pathname : "";
  const month = 30 * 24 * 3600 * 1000;
  for (const key of store.keys()) {
    const copy = store.read(key);
    const page = key.slice(prefix.length).split("#")[0];
    const arrived = copy?.sent && !refused && (happened || (from === page && location.pathname !== page));
    if (!copy || arrived || Date.now() - copy.at > month) store.drop(key);
    else if (copy.sent && refused) store.write(key, { ...copy, sent: false });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    /* What is sent again from its keeping needs no copy any more. */
    const page = form.matches("[data-again]") && `${prefix}${new URL(form.action).pathname}#`;
    store.keys().filter((key) => form.matches("[data-forget]") || (page && key.startsWith(page))).forEach(store.drop);
  });

  const offer = (form, key, copy) => {
    const box = document.createElement("div");
    box.className = "notice info";
    const text = document.createElement("p");
    text.textContent = `${words.kept} (${clock(new Date(copy.at))})`;
    const button = (word, work) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button quiet";
      made.textContent = word;
      made.addEventListener("click", () => { work(); box.remove(); form.querySelector(".box")?.focus(); });
      return made;
    };
    const acts = document.createElement("div");
    acts.className = "buttons";
    acts.append(button(words.restore, () => putBack(form, copy.typed)), button(words.discard, () => store.drop(key)));
    const column = document.createElement("div");
    column.append(text, acts);
    box.append(column);
    form.before(box);
  };
  const keepCopy = (form, index) => {
    const key = `${prefix}${location.pathname}#${form.getAttribute("id") ?? index}`;
    const drawn = JSON.stringify(typed(form));
    const copy = store.read(key);
    if (drawnAnew && copy) store.write(key, { at: Date.now(), typed: JSON.parse(drawn) });
    else if (copy && JSON.stringify(copy.typed) === drawn) store.drop(key);
    else if (copy) offer(form, key, copy);
    let unwritten = false;
    const write = () => {
      if (!unwritten) return;
      unwritten = false;
      const now = typed(form);
      if (JSON.stringify(now) === drawn && !drawnAnew) store.drop(key);
      else store.write(key, { at: Date.now(), typed: now });
    };
    const soon = later(write, 400);
    form.addEventListener("input", () => { unwritten = true; soon(); });
    addEventListener("pagehide", write);
    form.addEventListener("submit", () => { unwritten = false; store.write(key, { at: Date.now(), typed: typed(form), sent: true }); });
    form.addEventListener("devex:saved", () => store.drop(key));
  };

  /* Saving while typing. The view knows by the header that no page is wanted. */
  const autosave = (form) => {
    const status = form.querySelector("[data-saved]");
    let before = JSON.stringify(typed(form));
    let sending = false;
    let waiting = null;
    const say = (text) => { if (status) status.textContent = text; };
    const save = async (keepalive = false) => {
      const now = JSON.stringify(typed(form));
      if (now === before || sending || form.dataset.sent) return;
      sending = true;
      try {
        const body = new FormData(form);
        const answer = await fetch(form.getAttribute("action") ?? location.href, { method: "POST", body, headers: { "X-Autosave": "1" }, credentials: "same-origin", keepalive });
        if (!answer.ok || /\/(sign-in|ouvrir-session)/.test(answer.url)) throw new Error(String(answer.status));
        if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
          for (const [name, value] of Object.entries(await answer.json())) {
            const hidden = form.elements.namedItem(name);
            if (hidden?.type === "hidden") hidden.value = value;
          }
        }
        before = now;
        say(fill(words.saved, { time: clock(new Date()) }));
        form.dispatchEvent(new Event("devex:saved"));
      } catch {
        say(words.unsaved);
      } finally {
        sending = false;
        if (waiting) { const pressed = waiting.submitter; waiting = null; form.requestSubmit(pressed); }
      }
    };
    form.addEventListener("submit", (event) => {
      if (sending) { event.preventDefault(); event.stopImmediatePropagation(); waiting = event; }
    });
    form.addEventListener("input", later(save, 2000));
    form.addEventListener("change", later(save, 500));
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  };

  /* As the server counts (app/core/words.py): what a reader calls a word. */
  const wordsIn = (text) => text
    .replace(/\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+"[^"]*")?\)/g, "]")
    .replace(/https?:\/\/\S+/g, "x")
    .replace(/^[ \t>]*\d{1,9}[.)](?=\s)/gm, "")
    .replace(/(\d)[\u00a0\u202f](?=\d{3}(?!\d))/g, "$1")
    .split(/[\s\u2014\u2013/;|]+|,(?!\d)/)
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length;

  const countWords = (hint) => {
    const box = document.getElementById(hint.dataset.countFor);
    const limit = Number(box?.dataset.words);
    if (!limit) return;
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    hint.after(spoken);
    const sentence = () => {
      const count = wordsIn(box.value);
      hint.classList.toggle("over", count > limit);
      return fill(count > limit ? words.over : words.count, { count, limit, over: count - limit });
    };
    const speak = later(() => { spoken.textContent = sentence(); }, 1500);
    const show = () => { hint.textContent = sentence(); };
    box.addEventListener("input", () => { show(); speak(); });
    if (box.value) show();
  };

  /* The deadline's own zone is on the page; the visitor's stands beside it where the two clocks differ. */
  const ownTime = (time) => {
    const moment = new Date(time.dateTime);
    const said = (timeZone) => {
      const day = moment.toLocaleDateString(language, { day: "numeric", month: "long", timeZone });
      return `${language === "fr-CA" ? day.replace(/^1(?!\d)/, "1er") : day}, ${clock(moment, timeZone)}`;
    };
    try {
      const here = said();
      if (here === said(time.dataset.zone)) return;
      const own = document.createElement("span");
      own.className = "own-time secondary";
      own.textContent = ` (${fill(words.yours, { time: here })})`;
      time.append(own);
    } catch { /* a zone this browser does not know */ }
  };

  /* A second press within three seconds is the same press. Buttons stay as they are. */
  const onceOnly = (form) => form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });

  /* In a scale of radios the figure itself chooses: 4 for “4 – very good”. */
  const byDigit = (part) => part.addEventListener("keydown", (event) => {
    if (event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
    const wanted = [...part.querySelectorAll("input[type=radio]")].find((box) => box.name === event.target.name && box.value === event.key);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.click();
  });

  document.querySelectorAll("[data-digits]").forEach(byDigit);
  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll("form[method=post]").forEach(onceOnly);
  document.querySelectorAll("form[data-keep]").forEach(keepCopy);
  document.querySelectorAll("[data-count-for]").forEach(countWords);
  document.querySelectorAll("time[data-zone]").forEach(ownTime);
  const wide = matchMedia("(min-width: 64rem)");
  const unfold = () => { if (wide.matches) document.querySelectorAll("details[data-open-wide]").forEach((part) => { part.open = true; }); };
  wide.addEventListener("change", unfold);
  unfold();
  addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }); });
  /* Where the first choice stands beside what is read, keys begin there, and the page stays at its top. */
  if (wide.matches && !location.hash) document.querySelector("[data-begin]")?.focus({ preventScroll: true });
  /* What is to be mended, or the row just added. The browser goes to the row last of all, and forgets what had the focus. */
  const added = drawnAnew ? document.getElementById(location.hash.slice(1)) : null;
  const first = document.querySelector(".error-summary") ?? (added?.matches(".row") ? added.querySelector(".box") : null);
  first?.focus();
  if (first && location.hash) addEventListener("load", () => requestAnimationFrame(() => first.focus()));
})();
