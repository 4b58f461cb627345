// Where does a script's randomness come from? From Python: 32 bytes at the start, stretched by ChaCha20 with key erasure.

import { rngChacha20 } from '@noble/ciphers/chacha.js';

import { present } from './define.js';
import { subtle } from './subtle.js';

const OURS = Symbol('made here');
const MOST = 65536;
const INTEGERS = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'BigInt64', 'BigUint64'];
const INTEGER_ARRAYS = INTEGERS.map((name) => globalThis[`${name}Array`]);

const seed = globalThis.entropy;
delete globalThis.entropy;
if (!(typeof seed === 'string' && /^[0-9a-f]{64}$/.test(seed))) throw new Error('the polyfills need 32 bytes of entropy');
const random = rngChacha20(Uint8Array.from(seed.match(/../g), (byte) => parseInt(byte, 16)));

export class Crypto {
    constructor(key) {
        if (key !== OURS) throw new TypeError('Illegal constructor');
    }

    get subtle() { return subtle; }

    getRandomValues(array) {
        if (!INTEGER_ARRAYS.some((type) => array instanceof type)) {
            throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
        }
        if (array.byteLength > MOST) {
            const message = `The requested length exceeds ${MOST} bytes`;
            throw new DOMException(message, 'QuotaExceededError');
        }
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random.randomBytes(array.byteLength));
        return array;
    }

    randomUUID() {
        const bytes = random.randomBytes(16);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
        return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    }
}

present(Crypto, 'Crypto', ['subtle', 'getRandomValues', 'randomUUID']);

export const crypto = new Crypto(OURS);
