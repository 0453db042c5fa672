// Turns the plain form of an upload page into sending in parts: several files, pause, go on after a break or a reload, cancel.
import Uppy from "@uppy/core";
import AwsS3 from "@uppy/aws-s3";

const root = document.querySelector("[data-sending]");
const token = document.querySelector('meta[name="csrf-token"]').content;
const SMALL = 64 * 1024 * 1024; // up to here the whole file is summed before it is sent

const words = Object.fromEntries(Object.entries(root.dataset).filter(([name]) => name.startsWith("w")).map(([name, text]) => [name.slice(1).toLowerCase(), text]));
const say = (name, share) => words[name].replace("{p}", `${Math.floor(share * 100)}%`);

/** Asks the portal; a refusal is an Error with its sentence. */
async function ask(path, fields, method = "POST") {
  const answer = await fetch(path, {
    method, headers: { Accept: "application/json", "X-CSRFToken": token }, body: fields && new URLSearchParams(fields), credentials: "same-origin",
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.error?.detail ?? answer.statusText), { status: answer.status, source: answer });
  return told;
}

async function sum(blob) {
  if (!globalThis.crypto?.subtle) return "";
  const bytes = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const base = root.dataset.sending;
const at = (id, rest = "") => `${base}/${id}${rest}`;
const partOf = new WeakMap(); // the file's bytes -> the size of its parts

const directOf = new Map(); // an upload -> where the portal itself takes its parts

const uppy = new Uppy({ autoProceed: false, allowMultipleUploadBatches: true });
uppy.use(AwsS3, {
  limit: 3,
  shouldUseMultipart: true,
  retryDelays: [0, 1000, 3000, 5000, 10000],
  getChunkSize: (data) => partOf.get(data) ?? Number(root.dataset.part),
  createMultipartUpload: () => Promise.reject(new Error("announced before")),
  // What arrived stays for as long as the person may come back; only the cancel button gives it up.
  abortMultipartUpload: () => Promise.resolve(),
  listParts: async (_file, { uploadId }) => (await ask(at(uploadId), undefined, "GET")).parts.map((number) => ({ PartNumber: number, ETag: `${number}` })),
  async signPart(_file, { uploadId, partNumber, body }) {
    const sha256 = await sum(body);
    const direct = directOf.get(uploadId);
    if (direct) return { method: "PUT", url: `${direct}${partNumber}`, headers: { "X-CSRFToken": token, ...(sha256 && { "X-Part-SHA256": sha256 }) } };
    const sending = await ask(at(uploadId, `/parts/${partNumber}`), sha256 ? { sha256 } : {});
    if (sending.url.startsWith("/")) sending.headers["X-CSRFToken"] = token;
    return sending;
  },
  completeMultipartUpload: async (_file, { uploadId }) => ({ location: (await ask(at(uploadId, "/finish"))).url }),
});

/** A file in the list: what is shown, and what may be done with it. */
class Line {
  constructor(element) {
    this.element = element;
    this.bar = element.querySelector("progress");
    this.said = element.querySelector("[data-said]");
    this.share = this.bar.max ? this.bar.value / this.bar.max : 0;
    element.querySelector("[data-cancel]")?.remove();
    element.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => this[button.dataset.do]?.()));
  }

  static fresh(file) {
    const element = root.querySelector("template[data-line]").content.cloneNode(true).querySelector("li");
    element.querySelector("b").textContent = file.name;
    document.querySelector("[data-list]").prepend(element);
    return new Line(element);
  }

  show(text, ...buttons) {
    this.said.textContent = text;
    const held = this.element.contains(document.activeElement) && document.activeElement;
    this.element.querySelectorAll("[data-do]").forEach((button) => (button.hidden = !buttons.includes(button.dataset.do)));
    if (held?.hidden) this.element.querySelector("[data-do]:not([hidden])")?.focus();
  }

  aloud(text, ...buttons) {
    this.show(text, ...buttons);
    root.querySelector("[data-live]").textContent = `${this.element.querySelector("b").textContent}: ${text}`;
  }

  progress(share) {
    this.share = share;
    this.bar.max = 1;
    this.bar.value = share;
    if (!this.paused) this.show(say("sending", share), "pause", "cancel");
  }

  pause() {
    this.paused = true;
    uppy.pauseResume(this.key);
    this.aloud(say("paused", this.share), "resume", "cancel");
  }

  resume() {
    if (this.paused) {
      this.paused = false;
      this.show(say("sending", this.share), "pause", "cancel");
      uppy.pauseResume(this.key);
    } else this.send(); // after a break
  }

  again() {
    this.begin(this.file, true);
  }

  async cancel() {
    this.over = true;
    await this.announced?.catch(() => undefined); // what is being announced gets its name first
    if (this.key && uppy.getFile(this.key)) uppy.removeFile(this.key);
    const id = this.id ?? this.element.dataset.upload;
    try {
      if (id) await ask(at(id, "/cancel"));
      this.aloud(words.cancelled);
      document.querySelector(`[data-row="${id}"]`)?.remove();
    } catch (error) {
      this.aloud(error.message, "cancel");
    }
  }

  /** Announce the file, unless it was announced before it broke off. */
  async begin(file, again = false) {
    this.file = file;
    try {
      let told = this.id && { id: this.id, part: this.part };
      if (!told) {
        this.show(words.summing, "cancel");
        const sha256 = file.size <= SMALL ? await sum(file) : "";
        const fields = { name: file.name, size: file.size, modified: file.lastModified, sha256 };
        if (root.dataset.asset) fields.asset = root.dataset.asset;
        if (again) fields.again = "1";
        if (this.over) return undefined;
        told = await (this.announced = ask(base, fields));
        this.id = told.id;
        this.part = told.part;
        directOf.set(told.id, told.direct);
        if (this.over) return undefined;
        if (!told.id) return this.known(told.twins, true);
        if (!root.dataset.asset) await row(told.id);
      }
      await this.send();
    } catch (error) {
      this.aloud(error.message, ...(error.status ? ["cancel"] : ["again", "cancel"]));
    }
  }

  async send() {
    partOf.set(this.file, this.part);
    if (this.key && uppy.getFile(this.key)) uppy.removeFile(this.key);
    this.key = uppy.addFile({ name: this.file.name, type: this.file.type, data: this.file, meta: { relativePath: this.id } });
    uppy.setFileState(this.key, { s3Multipart: { key: this.id, uploadId: this.id } });
    lines.set(this.key, this);
    this.show(say("sending", this.share), "pause", "cancel");
    await uppy.upload();
  }

  known(twins, before) {
    this.show(words.known, ...(before ? ["again", "cancel"] : []));
    for (const twin of twins) {
      const link = document.createElement("a");
      Object.assign(link, { href: twin.url, textContent: `${twin.code} ${twin.title}` });
      this.said.append(link, " ");
    }
    root.querySelector("[data-live]").textContent = this.said.textContent;
  }

  /** Wait until the portal has examined it. */
  async watch() {
    this.over = true;
    this.bar.value = this.bar.max = 1;
    this.aloud(words.checking);
    for (let pause = 500; ; pause = Math.min(pause * 1.5, 5000)) {
      await new Promise((done) => setTimeout(done, pause));
      const told = await ask(at(this.id), undefined, "GET").catch(() => ({ state: "assembling" }));
      if (told.state === "assembling") continue;
      if (told.state === "refused") document.querySelector(`[data-row="${this.id}"]`)?.remove();
      if (told.state !== "done") return this.aloud(told.error || words.cancelled);
      this.aloud(words.done);
      if (told.twins.length) return this.known(told.twins, false);
      if (root.dataset.after) location.assign(root.dataset.after);
      return undefined;
    }
  }
}

const lines = new Map(); // uppy's name of the file -> Line
uppy.on("upload-progress", (file, { bytesUploaded, bytesTotal }) => lines.get(file.id)?.progress(bytesTotal ? bytesUploaded / bytesTotal : 0));
uppy.on("upload-success", (file) => lines.get(file.id)?.watch());
uppy.on("upload-error", (file, error) => {
  const line = lines.get(file.id);
  if (line && !line.over) line.aloud(error.status ? error.message : words.broken, "resume", "cancel");
});

/** Puts the row of a file into the sheet, as the portal draws it. */
async function row(id) {
  const answer = await fetch(at(id, "/row"), { credentials: "same-origin" });
  if (!answer.ok || !document.querySelector("[data-rows]")) return;
  const holder = document.createElement("tbody");
  holder.innerHTML = await answer.text();
  document.querySelector("[data-rows]").append(...holder.children);
  document.querySelector("#sheet form").hidden = false;
}

const waiting = [...document.querySelectorAll("[data-upload]")].map((element) => {
  const line = Object.assign(new Line(element), { id: element.dataset.upload, part: Number(element.dataset.part) });
  line.show(line.said.textContent, "cancel");
  return line;
});
/** The unfinished upload that this file belongs to, by name, size and time. */
function unfinished(file) {
  const place = waiting.findIndex(({ element: { dataset } }) => {
    return dataset.name === file.name.normalize("NFC") && Number(dataset.size) === file.size && (!dataset.modified || Number(dataset.modified) === file.lastModified);
  });
  return place < 0 ? undefined : waiting.splice(place, 1)[0];
}

const form = root.querySelector("[data-plain]");
const input = form.querySelector('input[type="file"]');
input.multiple = !root.dataset.asset;
form.querySelectorAll("[data-without]").forEach((one) => (one.hidden = true));
form.querySelectorAll("[data-with]").forEach((one) => (one.hidden = false));
input.addEventListener("change", () => {
  for (const file of input.files) (unfinished(file) ?? Line.fresh(file)).begin(file);
  input.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("beforeunload", (event) => {
  if ([...lines.values()].some((line) => !line.over && !line.paused)) event.preventDefault();
});
