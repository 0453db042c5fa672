// OpenSeadragon in a box of ours: the tiles of a large picture, our own buttons and words, the keyboard, no style elements and no pictures of its own.
import OpenSeadragon from "openseadragon";

const STEP = 1.5;

/** OpenSeadragon adds a style element, which our Content Security Policy refuses, unless it finds one: an element of that name that is none. */
function styleSpared() {
  const found = document.createElementNS("urn:none", "style");
  found.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(found);
  return found;
}

window.allianceZoom = async (address, box, closed) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} ${answer.status}`);
  // The tiles lie where their description was found, whatever name the portal has elsewhere.
  const source = { ...await answer.json(), id: new URL(address, location.href).href.replace(/\/info\.json$/, "") };
  const place = box.querySelector(".zoom__view"), says = box.querySelector("[data-zoom-says]");
  const spared = styleSpared();
  const viewer = OpenSeadragon({
    element: place, tileSources: source, drawer: "canvas", showNavigationControl: false, prefixUrl: "", animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.6,
    minZoomImageRatio: 0.8, maxZoomPixelRatio: 2, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true }, crossOriginPolicy: false, silenceMultiImageWarnings: true,
  });
  spared.remove();
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute("aria-label", place.dataset.label);
  const zoomed = () => {
    const times = viewer.viewport.getZoom() / viewer.viewport.getHomeZoom();
    says.textContent = says.dataset.times.replace("{n}", times.toFixed(1).replace(/\.0$/, ""));
  };
  const by = (factor) => { viewer.viewport.zoomBy(factor); viewer.viewport.applyConstraints(); };
  const close = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    box.removeEventListener("click", press);
    box.removeEventListener("keydown", key);
    viewer.destroy();
    place.replaceChildren();
    says.textContent = "";
    closed();
  };
  const acts = {
    in: () => by(STEP), out: () => by(1 / STEP), home: () => viewer.viewport.goHome(), close,
    full: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen().catch(() => {})),
  };
  const press = (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.();
  const key = (event) => {
    if (event.key === "Escape" && !document.fullscreenElement) close();
  };
  box.addEventListener("click", press);
  box.addEventListener("keydown", key);
  viewer.addHandler("zoom", () => queueMicrotask(() => viewer.viewport && zoomed()));
  viewer.addHandler("open-failed", () => { says.textContent = says.dataset.failed; });
  viewer.canvas.focus();
};
