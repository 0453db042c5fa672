// Every page works without this file; it only makes some things quicker.
import htmx from "htmx.org";
import { arrows } from "./arrows.js";
import { autosave } from "./autosave.js";
import { display, menus } from "./display.js";
import { offline } from "./offline.js";

// Strict CSP: no style element, no eval. History snapshots of signed-in pages stay out of the browser's storage.
Object.assign(htmx.config, {
  includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, selfRequestsOnly: true, historyCacheSize: 0, refreshOnHistoryMiss: true,
});

const token = document.querySelector('meta[name="csrf-token"]')?.content;
document.addEventListener("htmx:configRequest", (event) => {
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
// A refused form (422, or 409 where it is drawn again) comes back as the form with what is wrong: show it. Other errors leave the page as it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status === 422 || (xhr.status === 409 && xhr.responseText.includes(`id="${target.id}"`))) Object.assign(event.detail, { shouldSwap: true, isError: false });
});

document.querySelectorAll("form[data-autosave]").forEach((form) => autosave(form, token));
document.querySelectorAll("a[data-display]").forEach(display);
menus();
document.querySelectorAll("[data-arrows]").forEach(arrows);
offline(document.querySelector("[data-offline]"));
document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
document.querySelector(".errors")?.focus();
