/** Before every test file: what browsers have and Node 18 hides from test runners. */
import { webcrypto } from "node:crypto";
import { vi } from "vitest";

vi.stubGlobal("crypto", webcrypto);
