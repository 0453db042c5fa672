// A hand-over on a bad line: what is typed stays on the device until it was confirmed, and files go in parts that go on by themselves after a
// break. Without this file the form is sent with its files as any other. It speaks the protocol of archive/uploading.py.
const form = document.querySelector("form[data-handing]");
const base = form.dataset.handing;
const live = form.querySelector("[data-live]");
const words = Object.fromEntries(Object.entries(live.dataset).filter(([name]) => /^w[A-Z]/.test(name)).map(([name, text]) => [name.slice(1).toLowerCase(), text]));
const token = document.querySelector('meta[name="csrf-token"]').content;
const going = new Set();
let pressed = null;

// What was typed ---------------------------------------------------------------
const prefix = `handing ${location.pathname} `;
const kept = prefix + form.elements.version.value;
const WEEK = 7 * 86400e3;
const names = (name) => !/^(csrf_token|version|key|then)$/.test(name) && !/-expected$|^sent-/.test(name);

function keep() {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && names(name));
  const files = [...form.querySelectorAll("[data-arrived] input")].map((one) => [one.name, one.value, one.closest("li").firstChild.textContent]);
  try {
    localStorage.setItem(kept, JSON.stringify({ at: Date.now(), fields, files }));
  } catch { /* a full or closed storage keeps nothing */ }
}

function restore() {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith("handing "))) {
    const { at = 0 } = JSON.parse(localStorage.getItem(name) ?? "{}");
    if (at < Date.now() - WEEK || (name.startsWith(prefix) && name !== kept)) localStorage.removeItem(name);
  }
  const saved = JSON.parse(localStorage.getItem(kept) ?? "null");
  if (!saved || "typed" in form.dataset) return;
  const rows = saved.fields.filter(([name]) => /^row-\d+-item$/.test(name)).length;
  if (rows && !form.elements[`row-${rows - 1}-item`] && !location.search.includes("rows=")) {
    location.replace(`${location.pathname}?${new URLSearchParams([...new URLSearchParams(location.search), ["rows", rows]])}`);
    return;
  }
  for (const [name, value] of saved.fields) {
    const field = form.elements[name];
    if (!field) continue;
    const one = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((each) => each.value === value && /radio|checkbox/.test(each.type));
    if (one) one.checked = true;
    else if ("value" in field && field.type !== "hidden") field.value = value;
  }
  for (const [name, code, title] of saved.files) {
    if (!form.querySelector(`input[value="${CSS.escape(code)}"]`)) arrived(line(name.replace("sent-", ""), title), name, code);
  }
  live.textContent = words.restored;
}

let timer = 0;
form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 200); });
window.addEventListener("pagehide", () => { if (timer) keep(); });

// Files ------------------------------------------------------------------------
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
/** Until the line is back, or for a while: some phones never tell. */
const lineBack = () => Promise.race([pause(navigator.onLine ? 3000 : 15000), new Promise((done) => window.addEventListener("online", done, { once: true }))]);

/** Asks until there is an answer; a refusal is an Error with its sentence. */
async function ask(path, options, said) {
  for (;;) {
    const answer = await fetch(path, { credentials: "same-origin", ...options, headers: { Accept: "application/json", "X-CSRFToken": token, ...options.headers } }).catch(() => null);
    if (answer && answer.status < 500) {
      const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
      if (answer.ok || told.missing) return told;
      throw Error(told.error?.detail ?? answer.statusText);
    }
    said(words.broken);
    await lineBack();
  }
}

async function sum(blob) {
  if (!globalThis.crypto?.subtle) return "";
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function line(field, title) {
  const element = document.createElement("li"), name = Object.assign(document.createElement("b"), { textContent: title });
  if (/[\u3400-\u9fff]/.test(title)) name.lang = "zh";
  element.append(name, " ", Object.assign(document.createElement("span"), { className: "muted" }));
  form.querySelector(`[data-parts="${field}"] [data-arrived]`).append(element);
  return element;
}

function arrived(element, name, code) {
  element.querySelector("span").textContent = words.done;
  const off = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-quiet", textContent: words.remove });
  off.addEventListener("click", () => { element.remove(); keep(); });
  element.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: code }), " ", off);
}

async function send(file, field) {
  const element = line(field, file.name);
  const say = (text) => { element.querySelector("span").textContent = text; };
  const post = (path, fields) => ask(path, { method: "POST", body: new URLSearchParams(fields) }, say);
  going.add(element);
  try {
    const told = await post(base, { name: file.name, size: file.size, modified: file.lastModified, again: "1" });
    const count = Math.max(1, Math.ceil(file.size / told.part));
    for (let left = [...Array(count).keys()].map((index) => index + 1), done = 0; left.length;) {
      for (const number of left) {
        say(words.sending.replace("{p}", `${Math.floor((100 * done) / count)}%`));
        const part = file.slice((number - 1) * told.part, number * told.part);
        const sha256 = await sum(part);
        const to = told.direct ? { url: told.direct + number, headers: sha256 ? { "X-Part-SHA256": sha256 } : {} } : await post(`${base}/${told.id}/parts/${number}`, sha256 ? { sha256 } : {});
        await put(to, part, say);
        done += 1;
      }
      left = (await post(`${base}/${told.id}/finish`, {})).missing ?? [];
    }
    say(words.checking);
    for (let state = "assembling", wait = 400; state === "assembling"; wait = Math.min(wait * 1.5, 4000)) {
      await pause(wait);
      const found = await ask(`${base}/${told.id}`, { method: "GET" }, say);
      state = found.state;
      if (state === "refused") throw Error(found.error);
    }
    arrived(element, `sent-${field}`, told.id);
    live.textContent = `${file.name}: ${words.done}`;
    keep();
  } catch (error) {
    say(words.refused + error.message);
    live.textContent = `${file.name}: ${words.refused}${error.message}`;
    pressed = null; // whoever confirmed has to see it first
  } finally {
    going.delete(element);
    if (!going.size && pressed) form.requestSubmit(pressed);
  }
}

/** One part, until it is there; the store's own address takes no header of ours. */
async function put(to, part, say) {
  if (to.url.startsWith("/")) return ask(to.url, { method: "PUT", body: part, headers: to.headers }, say);
  for (;;) {
    const answer = await fetch(to.url, { method: "PUT", body: part, headers: to.headers }).catch(() => null);
    if (answer?.ok) return answer;
    say(words.broken);
    await lineBack();
  }
}

form.querySelectorAll("[data-parts]").forEach((place) => {
  const input = place.querySelector('input[type="file"]');
  input.addEventListener("change", () => {
    for (const file of input.files) send(file, place.dataset.parts);
    input.value = "";
  });
});
form.addEventListener("submit", (event) => {
  keep();
  if (!going.size) return;
  event.preventDefault();
  pressed = event.submitter; // it is sent as soon as the last file is through
  live.textContent = words.wait;
  live.scrollIntoView({ block: "center" });
});
window.addEventListener("beforeunload", (event) => { if (going.size) event.preventDefault(); });
restore();
