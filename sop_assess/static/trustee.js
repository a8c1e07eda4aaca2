/* The trustee's own device: the key of a round is born here, leaves it only under a passphrase in a file, and can
   open and shuffle the ballots here. The server gets the public key. The same file as trustee.py makes. */

import { associated, toBytes } from './ballot.js'

const FORMAT = 'sop_assess trustee key 1'
const ROUNDS = 600000
const OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' }
const PARTS = 'format,iv,key,name,rounds,salt,spki'
export const PASSPHRASE_LETTERS = 12

const textOf = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
const bound = (spki) => new TextEncoder().encode(`${FORMAT} ${spki}`)
const insist = (right, what) => {
  if (!right) throw new Error(what)
}

/** A fresh key in its file, as an object to save as JSON; `spki` is what the server may know. */
export async function makeKeyFile(passphrase, name) {
  insist([...passphrase.normalize('NFC')].length >= PASSPHRASE_LETTERS, 'passphrase')
  const usage = { ...OAEP, modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) }
  const pair = await crypto.subtle.generateKey(usage, true, ['encrypt', 'decrypt'])
  const spki = textOf(await crypto.subtle.exportKey('spki', pair.publicKey))
  const [salt, iv] = [16, 12].map((length) => crypto.getRandomValues(new Uint8Array(length)))
  const raw = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
  const key = await crypto.subtle.encrypt(gcm(iv, spki), await cipher(passphrase, salt), raw)
  return { format: FORMAT, name, rounds: ROUNDS, spki, salt: textOf(salt), iv: textOf(iv), key: textOf(key) }
}

/** The private key in a file, usable for opening only; an error "file" or "passphrase". */
export async function openKeyFile(file, passphrase) {
  insist(file && Object.keys(file).sort().join() === PARTS && file.format === FORMAT && file.rounds === ROUNDS, 'file')
  const secret = await cipher(passphrase, toBytes(file.salt))
  const raw = await crypto.subtle.decrypt(gcm(toBytes(file.iv), file.spki), secret, toBytes(file.key)).catch(() => insist(false, 'passphrase'))
  return crypto.subtle.importKey('pkcs8', raw, OAEP, false, ['decrypt'])
}

/** The content of a sealed box; an error "box" when it does not open. */
export async function unseal(key, box, bound) {
  const length = key.algorithm.modulusLength / 8
  try {
    const inner = await crypto.subtle.decrypt(OAEP, key, box.slice(0, length))
    const opening = await crypto.subtle.importKey('raw', inner, 'AES-GCM', false, ['decrypt'])
    const parameters = { name: 'AES-GCM', iv: box.slice(length, length + 12), additionalData: bound }
    const padded = await crypto.subtle.decrypt(parameters, opening, box.slice(length + 12))
    const end = 4 + new DataView(padded).getUint32(0)
    insist(end <= padded.byteLength && new Uint8Array(padded, end).every((byte) => !byte), 'box')
    return new Uint8Array(padded, 4, end - 4)
  } catch {
    throw new Error('box')
  }
}

/** All ballots of a round, opened and shuffled: nothing tells any more which box a content came from. */
export async function openAll(key, roundKey, ballots) {
  const contents = []
  let setAside = 0
  for (const { nullifier, box } of ballots) {
    try {
      contents.push(await unseal(key, box, associated(roundKey, nullifier)))
    } catch {
      setAside++
    }
  }
  return { contents: shuffled(contents), setAside }
}

function shuffled(items) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = below(last + 1)
    ;[items[last], items[other]] = [items[other], items[last]]
  }
  return items
}

/* Without the remainder's bias. */
function below(limit) {
  const most = 2 ** 32 - (2 ** 32 % limit)
  for (;;) {
    const [number] = crypto.getRandomValues(new Uint32Array(1))
    if (number < most) return number % limit
  }
}

const gcm = (iv, spki) => ({ name: 'AES-GCM', iv, additionalData: bound(spki) })

async function cipher(passphrase, salt) {
  const typed = new TextEncoder().encode(passphrase.normalize('NFC'))
  const secret = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }
  return crypto.subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
