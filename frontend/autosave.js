// Drafts are saved as one goes: <form data-autosave="/address"> posts its fields 1.5 s after the last change, and again when the
// network is back. What to say lies in the form's [data-autosave-note]: data-saving, data-saved, data-unsaved; the server may answer
// with a sentence of its own (text/plain), also on why it was refused, with the draft's new version in the header Draft-Version and,
// where the first saving made it, with the page that goes on with it in Draft-Location.
const PAUSE = 1500;

function fieldsOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function wordsOf(answer) {
  return answer.headers.get("Content-Type")?.startsWith("text/plain") ? answer.text() : "";
}

export function autosave(form, token) {
  const note = form.querySelector("[data-autosave-note]");
  let timer = 0, busy = false, dirty = false;
  const say = (words) => { if (note && words) note.textContent = words; };
  const post = () => fetch(form.dataset.autosave, {
    method: "POST", body: fieldsOf(form), headers: { "X-CSRFToken": token ?? "", Accept: "text/plain" }, redirect: "error",
  }).catch(() => null);

  async function send() {
    if (busy) return;
    busy = true;
    dirty = false;
    say(note?.dataset.saving);
    const answer = await post();
    busy = false;
    if (answer?.ok) {
      const version = answer.headers.get("Draft-Version");
      if (version && form.elements.version) form.elements.version.value = version;
      const place = answer.headers.get("Draft-Location");
      if (place) history.replaceState(history.state, "", place); // loading the page again goes on with the draft
      say(await wordsOf(answer) || note?.dataset.saved);
      if (dirty) plan(PAUSE); // changed while it was on its way
      return;
    }
    dirty = true;
    say((answer && await wordsOf(answer)) || note?.dataset.unsaved);
    if (!answer || answer.status >= 500) plan(PAUSE * 10); // a refusal (4xx) waits for the next change instead
  }

  function plan(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  form.addEventListener("input", () => { dirty = true; plan(PAUSE); });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  window.addEventListener("online", () => { if (dirty) plan(0); });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}
