/* The ballot on the person's own device: RSABSSA-SHA384-PSS-Randomized (RFC 9474), sealed answers and the round's
   manifest. This file is the whole program of the protocol, as short as it can be read; its hash is in the manifest. */

const WORDS = 'd610fbb3592d5bd22ac0b7b8de0d9ef6ee17e36cd8ee9da97abba653f256c57a'
const BUCKETS = [4, 16, 64, 256].map((kib) => kib << 10)
const PSS = { name: 'RSA-PSS', hash: 'SHA-384' }
const OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' }

const random = (length) => crypto.getRandomValues(new Uint8Array(length))
const bytesOf = (text) => new TextEncoder().encode(text)
const hash = async (name, ...parts) => new Uint8Array(await crypto.subtle.digest(name, join(...parts)))
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const numberOf = (bytes) => BigInt('0x' + hex(bytes))
const insist = (right, what) => {
  if (!right) throw new Error(what)
}

/** Bytes after each other. */
export function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

/** Base64url without padding, and back; `toBytes` reads plain base64 as well. */
export const toText = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
export const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

/** SHA-256. */
export const digest = (bytes) => hash('SHA-256', bytes)
export const nullifierOf = async (prepared) => hex(await digest(prepared))
export const associated = (roundKey, nullifier) => bytesOf(`sop_assess box ${roundKey} ${nullifier}`)

/** A fresh message of one ballot: 32 random bytes twice, then the context of round and unit. */
export const prepared = async (roundKey, unit) => join(random(64), await digest(bytesOf(`sop_assess ballot ${roundKey} ${unit}`)))

/** What goes to the signer, and the secret that takes the blinding off again. */
export async function blind(spki, prepared, salt = random(48), r = 0n) {
  const { n, e, length } = await publicKey(spki)
  const hidden = numberOf(await encode(prepared, length, salt))
  while (!(r > 0n && r < n)) r = numberOf(random(length))
  inverseOf(hidden, n)
  return { blinded: fixed((hidden * power(r, e, n)) % n, length), inverse: inverseOf(r, n) }
}

/** The signature, or an error when the key in the manifest did not make it. */
export async function finalize(spki, prepared, blindSignature, inverse) {
  const { key, n, length } = await publicKey(spki)
  const signature = fixed((numberOf(blindSignature) * inverse) % n, length)
  const right = await crypto.subtle.verify({ ...PSS, saltLength: 48 }, key, signature, prepared)
  insist(right && blindSignature.length === length, 'signature')
  return signature
}

/** Answers in a box whose length tells its bucket only. */
export async function seal(spki, content, associated) {
  const bucket = BUCKETS.find((size) => size >= content.length + 4)
  insist(bucket, 'size')
  const padded = new Uint8Array(bucket)
  new DataView(padded.buffer).setUint32(0, content.length)
  padded.set(content, 4)
  const [key, iv] = [random(32), random(12)]
  const box = await crypto.subtle.importKey('spki', spki, OAEP, false, ['encrypt'])
  const inner = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  const wrapped = await crypto.subtle.encrypt(OAEP, box, key)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: associated }, inner, padded)
  return join(new Uint8Array(wrapped), iv, new Uint8Array(sealed))
}

/** The manifest, refused unless the link's fragment names it and it names this very program. */
export async function checkManifest(bytes, fragment, program = import.meta.url) {
  const found = await digest(bytes)
  insist(toText(found.subarray(0, 16)) === fragment, 'manifest')
  const manifest = JSON.parse(new TextDecoder().decode(bytes))
  const own = await fetch(program, { cache: 'force-cache', credentials: 'omit' })
  insist(hex(await digest(new Uint8Array(await own.arrayBuffer()))) === manifest.client, 'bundle')
  return { manifest, digest: found }
}

/** The reporting unit with this number: no key from outside the manifest, none for fewer than its least group. */
export function unitOf(manifest, number) {
  const unit = manifest.units.find((one) => one.number === number)
  insist(unit && unit.invited >= manifest.minimum_group && manifest.minimum_group >= 5, 'key')
  insist(manifest.units.filter((one) => one.key === unit.key).length === 1, 'key')
  return { ...unit, spki: toBytes(unit.key) }
}

/** A digest as eight words of our list; another list is refused. */
export async function wordsOf(digest, list) {
  insist(hex(await hash('SHA-256', bytesOf(list))) === WORDS, 'words')
  const number = numberOf(digest.subarray(0, 11))
  return Array.from({ length: 8 }, (_, at) => list.split('\n')[(number >> BigInt(77 - 11 * at)) & 2047n])
}

async function publicKey(spki) {
  const key = await crypto.subtle.importKey('spki', spki, PSS, true, ['verify'])
  const { n, e } = await crypto.subtle.exportKey('jwk', key)
  return { key, n: numberOf(toBytes(n)), e: numberOf(toBytes(e)), length: toBytes(n).length }
}

/* EMSA-PSS-ENCODE for a modulus that fills its bytes. */
async function encode(message, length, salt) {
  const hashed = await hash('SHA-384', new Uint8Array(8), await hash('SHA-384', message), salt)
  const block = join(new Uint8Array(length - salt.length - 50), [1], salt)
  for (let at = 0; at < block.length; at += 48) {
    const mask = await hash('SHA-384', hashed, [0, 0, 0, at / 48])
    for (let n = at; n < Math.min(at + 48, block.length); n++) block[n] ^= mask[n - at]
  }
  block[0] &= 127
  return join(block, hashed, [188])
}

const fixed = (number, length) => Uint8Array.from(number.toString(16).padStart(2 * length, '0').match(/../g), (pair) => parseInt(pair, 16))

function power(base, exponent, modulus) {
  let result = 1n
  for (; exponent; exponent >>= 1n, base = (base * base) % modulus) if (exponent & 1n) result = (result * base) % modulus
  return result
}

function inverseOf(number, modulus) {
  let [a, b, x, y] = [number % modulus, modulus, 1n, 0n]
  while (a) [a, b, x, y] = [b % a, a, y - (b / a) * x, x]
  insist(b === 1n, 'inverse')
  return ((y % modulus) + modulus) % modulus
}
