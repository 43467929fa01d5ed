/** A seat's phone that rings until the test answers it, and a citizen who calls. */
import { SilentVoice, SipSocket, type SipMessage, all, authorization, header, methodOf, statusOf, token } from "./sip";

const DOMAIN = "hotline.local";

/** The phone of a seat. */
export class SeatPhone {
  private socket!: SipSocket;
  private voice!: SilentVoice;
  private ringing: SipMessage | undefined;
  private readonly tag = token();
  private registered: (() => void) | undefined;
  private talking = false;

  private constructor(
    private readonly extension: string,
    private readonly password: string,
  ) {}

  static async register(edge: string, extension: string, password: string): Promise<SeatPhone> {
    const phone = new SeatPhone(extension, password);
    phone.voice = await SilentVoice.open();
    phone.socket = await SipSocket.open(edge, (message) => phone.receive(message));
    const done = new Promise<void>((resolve) => (phone.registered = resolve));
    phone.sendRegister(1);
    await done;
    return phone;
  }

  /** In a call, as far as this phone was told. */
  get talks(): boolean {
    return this.talking;
  }

  takeLongestGap(): number {
    return this.voice.takeLongestGap();
  }

  get rings(): boolean {
    return this.ringing !== undefined;
  }

  answer(): void {
    if (!this.ringing) throw new Error("The phone does not ring.");
    this.socket.reply(this.ringing, "200 OK", this.tag, this.voice.sdp());
    this.voice.speak(this.ringing.body);
    this.talking = true;
  }

  close(): void {
    this.voice.close();
    this.socket.close();
  }

  private sendRegister(sequence: number, extra: readonly (readonly [string, string])[] = []): void {
    const self = `<sip:${this.extension}@${DOMAIN}>`;
    this.socket.send(`REGISTER sip:${DOMAIN} SIP/2.0`, [
      this.socket.via(), ["From", `${self};tag=${this.tag}`], ["To", self], ["Call-ID", this.tag], ["CSeq", `${sequence} REGISTER`],
      ["Contact", `<sip:${this.extension}@${this.socket.address}>`], ["Max-Forwards", "70"], ["Expires", "600"], ...extra,
    ]);
  }

  private receive(message: SipMessage): void {
    const status = statusOf(message);
    if (status === 401) {
      this.sendRegister(2, [["Authorization", authorization(header(message, "www-authenticate"), this.extension, this.password, `sip:${DOMAIN}`)]]);
    } else if (status === 200 && header(message, "cseq").endsWith("REGISTER")) {
      this.registered?.();
    } else if (methodOf(message) === "INVITE" && !header(message, "to").includes("tag=")) {
      if (!this.ringing) this.socket.reply(message, "180 Ringing", this.tag);
      this.ringing = message;
    } else if (["BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE"].includes(methodOf(message))) {
      this.socket.reply(message, "200 OK", this.tag);
      if (methodOf(message) === "CANCEL" && this.ringing) this.socket.reply(this.ringing, "487 Request Terminated", this.tag);
      this.ringing = undefined;
      this.talking = false;
    }
  }
}

/** Somebody who dials the hotline. */
export class Citizen {
  private socket!: SipSocket;
  private voice!: SilentVoice;
  private talk: SipMessage | undefined;
  private ended = false;
  private readonly id = token();
  private readonly tag = token();

  private constructor(
    private readonly edge: string,
    private readonly number: string,
    private readonly dialled: string,
  ) {}

  static async call(edge: string, number: string, dialled = "12348"): Promise<Citizen> {
    const citizen = new Citizen(edge, number, dialled);
    citizen.voice = await SilentVoice.open();
    citizen.socket = await SipSocket.open(edge, (message) => citizen.receive(message));
    citizen.request("INVITE", 1, `sip:${dialled}@${edge}`, citizen.voice.sdp());
    return citizen;
  }

  hangUp(): void {
    this.request("BYE", 2, this.target());
  }

  /** Answered, and nobody has hung up. */
  get talks(): boolean {
    return this.talk !== undefined && !this.ended;
  }

  takeLongestGap(): number {
    return this.voice.takeLongestGap();
  }

  close(): void {
    this.voice.close();
    this.socket.close();
  }

  private target(): string {
    return /<([^>]+)>/.exec(this.talk ? header(this.talk, "contact") : "")?.[1] ?? `sip:${this.dialled}@${this.edge}`;
  }

  private request(method: string, sequence: number, uri: string, body = ""): void {
    const routes = this.talk ? all(this.talk, "record-route").flatMap((value) => value.split(/,\s*/)).reverse() : [];
    this.socket.send(`${method} ${uri} SIP/2.0`, [
      this.socket.via(), ...routes.map((route) => ["Route", route] as const),
      ["From", `<sip:${this.number}@carrier.example>;tag=${this.tag}`],
      ["To", this.talk ? header(this.talk, "to") : `<sip:${this.dialled}@${this.edge}>`],
      ["Call-ID", this.id], ["CSeq", `${sequence} ${method}`], ["Max-Forwards", "70"], ["Contact", `<sip:citizen@${this.socket.address}>`],
      ...(body === "" ? [] : [["Content-Type", "application/sdp"] as const]),
    ], body);
  }

  private receive(message: SipMessage): void {
    if (statusOf(message) === 200 && header(message, "cseq").endsWith("INVITE")) {
      this.talk = message;
      this.request("ACK", 1, this.target());
      this.voice.speak(message.body);
    } else if (methodOf(message) !== "SIP/2.0" && methodOf(message) !== "ACK") {
      this.socket.reply(message, "200 OK", this.tag);
      if (methodOf(message) === "BYE") this.ended = true;
    }
  }
}
