// Two small passes over CSS text: pick rules by the classes they name, and let dark rules also serve theme "auto".

/** Splits CSS into [prelude, body] pairs; a statement without a block (@charset, @import) has body null. */
export function* rules(css) {
  let start = 0, depth = 0, open = 0, quote = "";
  for (let i = 0; i < css.length; i += 1) {
    const c = css[i];
    if (quote) { if (c === quote && css[i - 1] !== "\\") quote = ""; continue; }
    if (c === '"' || c === "'") quote = c;
    else if (c === "{" && depth++ === 0) open = i;
    else if (c === "}" && --depth === 0) { yield [css.slice(start, open).trim(), css.slice(open + 1, i)]; start = i + 1; }
    else if (c === ";" && depth === 0) { yield [css.slice(start, i).trim(), null]; start = i + 1; }
  }
}

const strip = (css) => css.replace(/\/\*[^]*?\*\//g, "");
const GROUP = /^@(media|supports|layer|container)\b/;

/** Commas at the top level only: `:is(a, b), c` is two selectors. */
export function selectors(prelude) {
  const out = [""];
  let depth = 0;
  for (const c of prelude) {
    if (c === "(" || c === "[") depth += 1;
    if (c === ")" || c === "]") depth -= 1;
    if (c === "," && depth === 0) out.push("");
    else out[out.length - 1] += c;
  }
  return out.map((s) => s.trim());
}

const classes = (selector) => [...selector.matchAll(/\.(-?[_a-z][\w-]*)/gi)].map((m) => m[1]);

/** Keeps the selectors whose every class is wanted; drops animations and every data: image. */
export function pick(css, wanted) {
  const kept = [];
  for (const [prelude, body] of rules(strip(css))) {
    if (body === null || /^@(-webkit-)?keyframes/.test(prelude)) continue;
    if (GROUP.test(prelude)) {
      const inner = pick(body, wanted);
      if (inner) kept.push(`${prelude} {\n${inner}\n}`);
      continue;
    }
    const left = selectors(prelude).filter((s) => classes(s).every((name) => wanted.some((w) => w.test(name))));
    const text = body.split(/;\s*\n/).filter((line) => !line.includes("url(\"data:") && line.trim()).join(";\n");
    if (left.length && text.trim()) kept.push(`${left.join(", ")} {${text}}`);
  }
  return kept.join("\n");
}

/** Drops custom properties of Bootstrap that nothing reads. */
export function prune(css, alsoReads = "") {
  for (;;) {
    const read = new Set([...(css + alsoReads).matchAll(/var\((--bs-[\w-]+)/g)].map((m) => m[1]));
    const less = css.replace(/(--bs-[\w-]+)\s*:\s*[^;{}]*(;|(?=\}))/g, (all, name) => (read.has(name) ? all : ""));
    if (less === css) return css;
    css = less;
  }
}

const DARK = /\[data-bs-theme=("?)dark\1\]/g;

/** After each rule for theme "dark", the same rule for theme "auto" where the reader's system is dark. */
export function followSystem(css) {
  const out = [];
  for (const [prelude, body] of rules(strip(css))) {
    if (body === null) out.push(`${prelude};`);
    else if (GROUP.test(prelude)) out.push(`${prelude} {\n${followSystem(body)}\n}`);
    else {
      out.push(`${prelude} {${body}}`);
      const dark = selectors(prelude).filter((s) => s.match(DARK)).map((s) => s.replace(DARK, '[data-bs-theme="auto"]'));
      if (dark.length) out.push(`@media (prefers-color-scheme: dark) {\n${dark.join(", ")} {${body}}\n}`);
    }
  }
  return out.join("\n");
}
