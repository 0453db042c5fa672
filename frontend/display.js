// Theme and size are links that set a cookie; here they act at once, so that nothing typed is lost.
// data-display="bs-theme=dark" names the attribute of <html> and its value. Which of the two links shows is decided by CSS.
export function display(link) {
  const [name, value] = link.dataset.display.split("=");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.documentElement.setAttribute(`data-${name}`, value);
    const other = [...link.parentElement.querySelectorAll(`[data-display^="${name}="]`)].find((a) => a !== link);
    other?.focus();
    fetch(link.href, { redirect: "manual", keepalive: true }).catch(() => { location.href = link.href; });
  });
}

// An open menu closes by Escape and by a press elsewhere.
export function menus() {
  const open = () => document.querySelector("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && open();
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
}
