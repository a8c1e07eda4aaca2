/* Values on the device that are gone for good when they go: a database keeps overwritten values in its files for weeks, so
   each value is sealed with a key that lies in a file of its own, and that file is deleted. */

const named = (id) => `sop-${id}`
const address = '/key'
const AES = 'AES-GCM'

/** The same as the store inside it, for values that are plain data. */
export class ShreddedStore {
  #inner
  #last = Promise.resolve()

  constructor(inner) {
    this.#inner = inner
  }

  get kept() {
    return this.#inner.kept
  }

  /** Keep everything in memory from now on. */
  forgetful() {
    this.#inner.forgetful()
  }

  get(name) {
    return this.#inTurn(() => this.#get(name))
  }

  /** Keep a value. `anew` makes what stood there before unreadable, after the new value is on disk. */
  put(name, value, anew = false) {
    return this.#inTurn(() => this.#put(name, value, anew))
  }

  remove(name) {
    return this.#inTurn(() => this.#remove(name))
  }

  // Sealing takes several steps: what is asked for later must not be written earlier.
  #inTurn(action) {
    const turn = this.#last.then(action)
    this.#last = turn.catch(() => {})
    return turn
  }

  async #get(name) {
    const found = await this.#inner.get(name)
    if (!found?.sealed) return found
    const key = await keyOf(found.id)
    if (!key) return undefined
    const plain = await crypto.subtle.decrypt({ name: AES, iv: found.iv }, key, found.sealed)
    return JSON.parse(new TextDecoder().decode(plain))
  }

  async #put(name, value, anew) {
    if (!this.kept) return this.#inner.put(name, value)
    const before = await this.#inner.get(name)
    const id = (!anew && before?.id) || crypto.randomUUID()
    const key = (await keyOf(id)) ?? (await newKey(id))
    if (!key) this.forgetful()
    const done = await this.#inner.put(name, key ? await sealedWith(key, id, value) : value)
    if (before?.id && before.id !== id) await shred(before.id)
    return done
  }

  async #remove(name) {
    const before = await this.#inner.get(name)
    await this.#inner.remove(name)
    if (before?.id) await shred(before.id)
  }
}

async function sealedWith(key, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(value))
  return { id, iv, sealed: await crypto.subtle.encrypt({ name: AES, iv }, key, plain) }
}

async function keyOf(id) {
  const found = await caches.match(address, { cacheName: named(id) }).catch(() => null)
  return found ? imported(await found.arrayBuffer()) : null
}

async function newKey(id) {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  try {
    await (await caches.open(named(id))).put(address, new Response(raw))
    return imported(raw)
  } catch {
    return null // a private window, or no room
  }
}

// The key first: a cache that some part of the browser still holds open keeps its files until it is let go.
async function shred(id) {
  await (await caches.open(named(id))).delete(address)
  await caches.delete(named(id))
}

const imported = (raw) => crypto.subtle.importKey('raw', raw, AES, false, ['encrypt', 'decrypt'])
