/**
 * Unsaved writing, kept on this machine so that a reload or a restart of the gateway loses nothing. A draft goes
 * when its ticket is saved, when it is a day old, or when MAX_DRAFTS newer ones came.
 */
import type { Clock } from "@/shared/time/clock";
import { type Content, EMPTY } from "./content";

export const MAX_DRAFTS = 20;
export const DRAFT_LIFE_MS = 24 * 3600 * 1000;
const PREFIX = "hotline.draft.";

export interface Draft {
  /** The content it was written on, to see later what others changed. */
  readonly base: Content;
  readonly mine: Content;
  readonly savedAt: number;
}

/** The part of localStorage that is used. */
export interface Shelf {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const isContent = (value: unknown): value is Content =>
  typeof value === "object" && value !== null && Object.keys(EMPTY).every((field) => field in value);

function parse(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  try {
    const draft = JSON.parse(text) as Partial<Draft>;
    const whole = isContent(draft.base) && isContent(draft.mine) && typeof draft.savedAt === "number";
    return whole ? (draft as Draft) : undefined;
  } catch {
    return undefined;
  }
}

export class DraftStore {
  constructor(
    private readonly account: string,
    private readonly shelf: Shelf,
    private readonly clock: Clock,
  ) {}

  /** `id` names the ticket, or the call whose ticket is not open yet. */
  load(id: string): Draft | undefined {
    const draft = parse(this.shelf.getItem(this.keyOf(id)));
    if (draft !== undefined && this.isFresh(draft)) return draft;
    this.remove(id);
    return undefined;
  }

  save(id: string, base: Content, mine: Content): void {
    this.tidy();
    this.shelf.setItem(this.keyOf(id), JSON.stringify({ base, mine, savedAt: this.clock.now() }));
  }

  remove(id: string): void {
    this.shelf.removeItem(this.keyOf(id));
  }

  private keyOf(id: string): string {
    return `${PREFIX}${this.account}.${id}`;
  }

  private isFresh(draft: Draft): boolean {
    return this.clock.now() - draft.savedAt < DRAFT_LIFE_MS;
  }

  /** Makes room: everybody's drafts that are too old, then the oldest over the limit. */
  private tidy(): void {
    const keys = Array.from({ length: this.shelf.length }, (_, i) => this.shelf.key(i) ?? "");
    const drafts = keys
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => ({ key, draft: parse(this.shelf.getItem(key)) }))
      .sort((a, b) => (b.draft?.savedAt ?? 0) - (a.draft?.savedAt ?? 0));
    drafts.forEach(({ key, draft }, index) => {
      if (draft === undefined || !this.isFresh(draft) || index >= MAX_DRAFTS) this.shelf.removeItem(key);
    });
  }
}
