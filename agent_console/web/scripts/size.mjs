// Prints what each page loads (kB, gzip) from dist/.vite/manifest.json and fails when the operator's page grows
// past its limit. A page's size is its own chunk and everything that one imports; what it loads later is apart.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 350;
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

// A page that is itself imported by a later chunk loses its source's name in the manifest, but not its own.
const keyOf = (name) => Object.keys(manifest).find((key) => manifest[key].name === name);

const filesOf = (name, seen = new Set()) => {
  const chunk = manifest[name];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const other of chunk.imports ?? []) filesOf(other, seen);
  return seen;
};
const gzipKb = (file) => gzipSync(readFileSync(join(dist, file))).length / 1000;
const total = (files) => [...files].reduce((sum, file) => sum + gzipKb(file), 0);

const entry = filesOf("index.html");
const pages = {
  "sign-in": [],
  operator: [keyOf("operator-page")],
  supervisor: [keyOf("supervisor-page")],
  work: [keyOf("work-page")],
};
let tooBig = false;
for (const [page, chunks] of Object.entries(pages)) {
  const files = new Set(entry);
  for (const chunk of chunks) filesOf(chunk, files);
  const kb = total(files);
  const later = new Set(chunks.flatMap((chunk) => (manifest[chunk].dynamicImports ?? []).flatMap((name) => [...filesOf(name)])));
  for (const file of files) later.delete(file);
  const extra = later.size > 0 ? `, later ${total(later).toFixed(1)} kB` : "";
  console.log(`${page.padEnd(11)} ${kb.toFixed(1).padStart(6)} kB gzip in ${files.size} files${extra}`);
  if (page === "operator" && kb > LIMIT_KB) tooBig = true;
}
if (tooBig) {
  console.error(`The operator's page is bigger than ${LIMIT_KB} kB: see what was imported.`);
  process.exit(1);
}
