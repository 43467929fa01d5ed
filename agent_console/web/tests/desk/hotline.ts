/** A whole hotline of its own, by the scripts people use, in a folder that is gone afterwards. */
import { execFile, execFileSync, execSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const REPO = fileURLToPath(new URL("../../../..", import.meta.url));

export const PASSWORD = "correct horse battery";

export interface Ctl {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export class Hotline {
  private readonly var: string;
  private endpoints: ReadonlyMap<string, string> = new Map();

  constructor(private readonly buildDir: string) {
    this.var = mkdtempSync(join(tmpdir(), "hotline-desk-"));
  }

  up(): void {
    this.run("deploy/up", "--var", this.var, "--build-dir", this.buildDir, "--no-install", "--no-build");
    const lines = readFileSync(join(this.var, "endpoints.env"), "utf8").trim().split("\n");
    this.endpoints = new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  }

  down(): void {
    this.run("deploy/down", "--var", this.var);
    rmSync(this.var, { recursive: true, force: true });
  }

  endpoint(name: string): string {
    const value = this.endpoints.get(name);
    if (value === undefined) throw new Error(`endpoints.env has no ${name}`);
    return value;
  }

  /** Where a browser finds it: by this name loopback counts as secure, which the session's cookie asks for. */
  get url(): string {
    return `http://localhost:${this.endpoint("CONSOLE").split(":")[1]}`;
  }

  addAccount(account: string, role: string, ...seats: string[]): void {
    const file = join(this.var, "console/accounts.yaml");
    const options = ["--role", role, ...(seats.length > 0 ? ["--seat", seats.join(",")] : [])];
    execFileSync(join(this.buildDir, "bin/hotline-console"), ["account", "add", file, account, ...options], { input: `${PASSWORD}\n` });
  }

  phonePassword(extension: string): string {
    const users = readFileSync(join(this.var, "secrets/sip-users"), "utf8").split("\n");
    return users.find((line) => line.startsWith(`${extension}:`))?.split(":")[1] ?? "";
  }

  /** kill -9; supervisord starts it again. */
  async kill(program: string): Promise<void> {
    process.kill(await this.pid(program), "SIGKILL");
  }

  async pid(program: string): Promise<number> {
    const conf = join(this.var, "supervisor/supervisord.conf");
    const { stdout } = await promisify(execFile)("supervisorctl", ["-c", conf, "pid", program]);
    const pid = Number.parseInt(stdout, 10);
    if (!(pid > 0)) throw new Error(`${program} does not run: ${stdout}`);
    return pid;
  }

  /** The last lines of every log, for a step that failed. */
  logTails(): string {
    return execSync(`tail -n 12 '${this.var}'/log/*.log`, { encoding: "utf8" });
  }

  ctl(...args: string[]): string {
    return execFileSync(join(this.var, "bin/hotline-ctl"), args, { encoding: "utf8" });
  }

  /** The same for a command that may fail. */
  tryCtl(...args: string[]): Ctl {
    const { status, stdout, stderr } = spawnSync(join(this.var, "bin/hotline-ctl"), args, { encoding: "utf8" });
    return { status, out: stdout, err: stderr };
  }

  private run(script: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(join(REPO, script), args, { encoding: "utf8", env: { ...process.env, UP_USUAL_PORTS: "no" } });
    if (status !== 0) throw new Error(`${script} failed:\n${stdout}${stderr}`);
    return stdout;
  }
}
