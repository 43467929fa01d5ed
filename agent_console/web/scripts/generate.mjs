// Makes src/shared/gen from proto/: the messages and service descriptors the pages need. Needs protoc, no network.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const proto = join(web, "../../proto");
const out = join(web, "src/shared/gen");
const packages = ["access", "console", "router", "ticket"];

const files = packages.flatMap((name) => {
  const folder = join(proto, "hotline", name, "v1");
  return readdirSync(folder).filter((file) => file.endsWith(".proto")).map((file) => join(folder, file));
});
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
execFileSync(
  process.env.PROTOC ?? "protoc",
  [
    `--plugin=protoc-gen-es=${join(web, "node_modules/.bin/protoc-gen-es")}`,
    `--proto_path=${proto}`,
    `--es_out=${out}`,
    "--es_opt=target=ts",
    ...files,
  ],
  { stdio: "inherit" },
);
