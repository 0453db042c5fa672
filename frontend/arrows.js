// A large table of links: one stop for the Tab key, the arrows, Home and End go on from there.
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

export function arrows(box) {
  const all = [...box.querySelectorAll("a")];
  if (!all.length) return;
  box.removeAttribute("tabindex");
  let here = all[0];
  const rows = [...box.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("a")]).filter((row) => row.length);
  const stop = (link) => {
    here.tabIndex = -1;
    here = link;
    here.tabIndex = 0;
  };
  all.forEach((link) => { link.tabIndex = -1; });
  stop(here);
  box.addEventListener("focusin", (event) => { if (event.target.matches("a")) stop(event.target); });
  box.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = beside(rows, here, event.key);
    event.preventDefault();
    if (next) next.focus();
  });
}

function beside(rows, link, key) {
  const at = rows.findIndex((row) => row.includes(link));
  const row = rows[at];
  if (key === "Home") return row[0];
  if (key === "End") return row.at(-1);
  if (key === "ArrowLeft" || key === "ArrowRight") return row[row.indexOf(link) + (key === "ArrowRight" ? 1 : -1)];
  const other = rows[at + (key === "ArrowDown" ? 1 : -1)];
  const middle = (one) => { const { left, right } = one.getBoundingClientRect(); return (left + right) / 2; };
  return other?.reduce((best, one) => (Math.abs(middle(one) - middle(link)) < Math.abs(middle(best) - middle(link)) ? one : best));
}
