// The page of a recording or a large picture; it reads and plays without this file. The transcript's times seek in the player instead of
// leaving the page, the line that is being said is marked; the viewer for large pictures is fetched when it is asked for.
function follow(box) {
  const media = box.querySelector("video, audio"), script = box.querySelector(".script");
  const lines = [...box.querySelectorAll("[data-start]")].map((item) => ({ item, from: Number(item.dataset.start), to: Number(item.dataset.end) }));
  let now = null;

  function seek(seconds) {
    const go = () => { media.currentTime = seconds; };
    if (media.readyState) go();
    else {
      media.addEventListener("loadedmetadata", go, { once: true });
      media.load();
    }
  }

  function mark() {
    const at = media.currentTime, said = lines.findLast((line) => line.from <= at + 0.05 && at < line.to)?.item ?? null;
    if (said === now) return;
    now?.classList.remove("now");
    now?.removeAttribute("aria-current");
    now = said;
    if (!now) return;
    now.classList.add("now");
    now.setAttribute("aria-current", "true");
    // Only inside its own box, and not while somebody reads on in it.
    if (!script.matches(":hover, :focus-within")) script.scrollTop = now.offsetTop - script.offsetTop - script.clientHeight / 3;
  }

  script.addEventListener("click", (event) => {
    const link = event.target.closest("li > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(link.parentElement.dataset.start));
    media.play().catch(() => {}); // a browser may want a press on the player first
  });
  media.addEventListener("timeupdate", mark);
  media.addEventListener("seeking", mark);
  const wanted = location.hash.match(/^#t=(\d+(?:\.\d+)?)$/);
  if (wanted) seek(Number(wanted[1]));
}

function enlarge(figure) {
  const opener = figure.querySelector("[data-zoom-open]"), button = opener.querySelector("button"), box = figure.querySelector("[data-zoom-box]");
  const script = (address) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed }));
  });
  opener.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (!window.allianceZoom) await script(figure.dataset.viewer);
      opener.hidden = true;
      box.hidden = false;
      await window.allianceZoom(figure.dataset.zoom, box, () => {
        box.hidden = true;
        opener.hidden = false;
        button.focus();
      });
    } catch {
      box.querySelector("[data-zoom-says]").textContent = box.querySelector("[data-zoom-says]").dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}

document.querySelectorAll("[data-recording]").forEach(follow);
document.querySelectorAll("[data-zoom]").forEach(enlarge);
