/** Just enough SIP over UDP for a robot phone and a robot caller: messages, one socket, silence as RTP. */
import { createHash, randomBytes } from "node:crypto";
import { type Socket, createSocket } from "node:dgram";

export interface SipMessage {
  /** The request line or the status line. */
  readonly start: string;
  /** In order, names as they came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const FULL_NAMES: Readonly<Record<string, string>> = { v: "via", f: "from", t: "to", i: "call-id", m: "contact", l: "content-length", c: "content-type" };

export function parse(text: string): SipMessage {
  const [head = "", body = ""] = text.split(/\r\n\r\n([\s\S]*)/);
  const [start = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return { start, headers, body };
}

export function all(message: SipMessage, name: string): string[] {
  return message.headers.filter(([key]) => (FULL_NAMES[key.toLowerCase()] ?? key.toLowerCase()) === name).map(([, value]) => value);
}

export const header = (message: SipMessage, name: string) => all(message, name)[0] ?? "";
export const statusOf = (message: SipMessage) => Number(/^SIP\/2.0 (\d{3})/.exec(message.start)?.[1] ?? 0);
export const methodOf = (message: SipMessage) => message.start.split(" ")[0] ?? "";
export const token = () => randomBytes(6).toString("hex");

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** The Authorization header that answers a 401. */
export function authorization(challenge: string, user: string, password: string, uri: string): string {
  const of = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? "";
  const [realm, nonce, cnonce] = [of("realm"), of("nonce"), token()];
  const first = md5(`${user}:${realm}:${password}`);
  const second = md5(`REGISTER:${uri}`);
  const qop = challenge.includes("qop");
  const response = md5(qop ? `${first}:${nonce}:00000001:${cnonce}:auth:${second}` : `${first}:${nonce}:${second}`);
  const extra = qop ? `, qop=auth, nc=00000001, cnonce="${cnonce}"` : "";
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5${extra}`;
}

/** One UDP socket that speaks SIP with the edge. */
export class SipSocket {
  private constructor(
    private readonly socket: Socket,
    private readonly edge: { readonly host: string; readonly port: number },
  ) {}

  static async open(edge: string, receive: (message: SipMessage) => void): Promise<SipSocket> {
    const socket = createSocket("udp4", (data) => receive(parse(data.toString())));
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const [host = "", port = ""] = edge.split(":");
    return new SipSocket(socket, { host, port: Number(port) });
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  send(start: string, headers: readonly (readonly [string, string])[], body = ""): void {
    const lines = [...headers, ["Content-Length", String(Buffer.byteLength(body))]].map(([name, value]) => `${name}: ${value}`);
    this.socket.send([start, ...lines, "", body].join("\r\n"), this.edge.port, this.edge.host);
  }

  via(): readonly [string, string] {
    return ["Via", `SIP/2.0/UDP ${this.address};branch=z9hG4bK${token()};rport`];
  }

  /** Answers `request`; `tag` is ours. */
  reply(request: SipMessage, status: string, tag: string, body = ""): void {
    const copied = (name: string, as: string) => all(request, name).map((value) => [as, value] as const);
    const to = header(request, "to");
    this.send(`SIP/2.0 ${status}`, [
      ...copied("via", "Via"),
      ...copied("record-route", "Record-Route"),
      ["From", header(request, "from")],
      ["To", to.includes("tag=") ? to : `${to};tag=${tag}`],
      ["Call-ID", header(request, "call-id")],
      ["CSeq", header(request, "cseq")],
      ["Contact", `<sip:robot@${this.address}>`],
      ...(body === "" ? [] : [["Content-Type", "application/sdp"] as const]),
    ], body);
  }

  close(): void {
    this.socket.close();
  }
}

const SILENCE = 0xd5;
const PACKET_MS = 20;

/** A voice that says nothing, in G.711 A-law, and an ear that notes how long it hears nothing. */
export class SilentVoice {
  private timer: NodeJS.Timeout | undefined;
  private heardAt: number | undefined;
  private longestGap = 0;

  private constructor(private readonly socket: Socket) {
    socket.on("message", () => {
      const now = performance.now();
      if (this.heardAt !== undefined) this.longestGap = Math.max(this.longestGap, now - this.heardAt);
      this.heardAt = now;
    });
  }

  /** The longest time without a packet since the last question, in ms. */
  takeLongestGap(): number {
    const now = performance.now();
    const gap = this.heardAt === undefined ? Infinity : Math.max(this.longestGap, now - this.heardAt);
    this.longestGap = 0;
    return gap;
  }

  static async open(): Promise<SilentVoice> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return new SilentVoice(socket);
  }

  sdp(): string {
    return ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", `m=audio ${this.socket.address().port} RTP/AVP 8`, "a=rtpmap:8 PCMA/8000", "a=sendrecv", ""].join("\r\n");
  }

  /** Speaks to where the other side's SDP says. */
  speak(sdp: string): void {
    const port = Number(/m=audio (\d+)/.exec(sdp)?.[1] ?? 0);
    const host = /c=IN IP4 (\S+)/.exec(sdp)?.[1] ?? "127.0.0.1";
    let sequence = 0;
    this.timer ??= setInterval(() => {
      const packet = Buffer.alloc(172, SILENCE);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8(8, 1);
      packet.writeUInt16BE((sequence += 1) & 0xffff, 2);
      packet.writeUInt32BE((sequence * 160) >>> 0, 4);
      packet.writeUInt32BE(0x12348, 8);
      this.socket.send(packet, port, host);
    }, PACKET_MS);
  }

  close(): void {
    clearInterval(this.timer);
    this.socket.close();
  }
}
