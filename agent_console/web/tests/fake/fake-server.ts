/** Serves dist/ and the fake's services on one origin, as the gateway does. */
import { readFile } from "node:fs/promises";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { CSP } from "./csp";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

async function serveFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? "/", "http://fake").pathname;
  const name = extname(path) === "" ? "/index.html" : path;
  try {
    const body = await readFile(join(DIST, name));
    response.writeHead(200, {
      "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": CSP,
      "X-Content-Type-Options": "nosniff",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

export class FakeServer {
  private server: Server | undefined;
  private port = 0;

  constructor(private readonly routes: (router: ConnectRouter) => void) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts; after a stop, on the same port again. */
  async start(): Promise<void> {
    const adapter = connectNodeAdapter({
      routes: this.routes,
      fallback: (request, response) => void serveFile(request as IncomingMessage, response as ServerResponse),
    });
    const server = createServer(adapter);
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** As if killed: every connection is cut. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
