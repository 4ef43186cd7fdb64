/* What was recorded stays in this browser until the house has it: through a lost line, a closed page, a restart. */

const NAME = "hall-recordings";

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened = null;
function store() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("parts", { keyPath: ["recording", "number"] });
      request.result.createObjectStore("recordings", { keyPath: "token" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function within(names, mode, act) {
  const database = await store();
  const transaction = database.transaction(names, mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await act(...names.map((name) => transaction.objectStore(name)));
  await done;
  return result;
}

const ofOne = (token) => IDBKeyRange.bound([token, 0], [token, Number.MAX_SAFE_INTEGER]);

export async function sha256(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A recording is known from its start, so that one whose page was closed is found again. */
export const begin = (token) => within(["recordings"], "readwrite", (all) => asked(all.put({ token, made: null, next: 0 })));

export const keep = (token, number, blob, digest) =>
  within(["parts", "recordings"], "readwrite", async (parts, all) => {
    await asked(parts.put({ recording: token, number, blob, digest }));
    const known = (await asked(all.get(token))) ?? { token, made: null };
    await asked(all.put({ ...known, next: number + 1 }));
  });

/** How many parts there are in all. */
export const finish = (token, made) =>
  within(["recordings"], "readwrite", async (all) => asked(all.put({ ...(await asked(all.get(token))), token, made })));

export const first = (token) =>
  within(["parts"], "readonly", async (parts) => (await asked(parts.getAll(ofOne(token), 1)))[0] ?? null);

export const left = (token) => within(["parts"], "readonly", (parts) => asked(parts.count(ofOne(token))));

export const confirm = (token, number) => within(["parts"], "readwrite", (parts) => asked(parts.delete([token, number])));

export const forget = (token) =>
  within(["parts", "recordings"], "readwrite", async (parts, all) => {
    await asked(parts.delete(ofOne(token)));
    await asked(all.delete(token));
  });

export const unfinished = () => within(["recordings"], "readonly", (all) => asked(all.getAll()));

/** The page was closed before it could say how many there are: so many as it had made. */
export const interrupted = (token, made) =>
  within(["recordings"], "readwrite", (all) => asked(all.put({ token, made, next: made, interrupted: true })));
