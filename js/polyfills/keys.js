// What is a key of Web Crypto, and what may be done with one of which algorithm?

import { present } from './define.js';

const OURS = Symbol('made here');
const hidden = new WeakMap();

const AES = { secret: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] };
const SIGNING = { private: ['sign'], public: ['verify'] };
const AGREEING = { private: ['deriveKey', 'deriveBits'], public: [] };
const DERIVING = { secret: ['deriveKey', 'deriveBits'] };

/** The algorithms by name, each with what its keys may be used for. */
export const ALGORITHMS = {
    'HMAC': { secret: ['sign', 'verify'] },
    'AES-CBC': AES,
    'AES-CTR': AES,
    'AES-GCM': AES,
    'RSASSA-PKCS1-v1_5': SIGNING,
    'RSA-PSS': SIGNING,
    'RSA-OAEP': { private: ['decrypt', 'unwrapKey'], public: ['encrypt', 'wrapKey'] },
    'ECDSA': SIGNING,
    'Ed25519': SIGNING,
    'ECDH': AGREEING,
    'X25519': AGREEING,
    'PBKDF2': DERIVING,
    'HKDF': DERIVING,
};
const HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/** Return an error that the web knows by its name. */
export function failure(name, message) {
    return new DOMException(message, name);
}

function known(names, name, what) {
    const found = names.find((each) => each.toLowerCase() === String(name).toLowerCase());
    if (found === undefined) throw failure('NotSupportedError', `Unrecognized ${what}: ${name}`);
    return found;
}

/** Return the name of a hash as the web spells it. */
export function hashName(given) {
    return known(HASHES, typeof given === 'object' && given !== null ? given.name : given, 'hash');
}

/** Return an algorithm as an object, its name and that of its hash as the web spells them. */
export function normalized(given) {
    const algorithm = typeof given === 'object' && given !== null ? { ...given } : { name: given };
    algorithm.name = known(Object.keys(ALGORITHMS), algorithm.name, 'algorithm');
    if (algorithm.hash !== undefined) algorithm.hash = { name: hashName(algorithm.hash) };
    return algorithm;
}

export class CryptoKey {
    #about;

    constructor(key, about) {
        if (key !== OURS) throw new TypeError('Illegal constructor');
        this.#about = about;
    }

    get type() { return this.#about.type; }

    get extractable() { return this.#about.extractable; }

    get algorithm() { return this.#about.algorithm; }

    get usages() { return this.#about.usages; }
}

present(CryptoKey, 'CryptoKey', ['type', 'extractable', 'algorithm', 'usages']);

/** Make a key of bytes in base64, after asking whether it may be used so. */
export function makeKey(type, data, algorithm, extractable, usages) {
    const possible = ALGORITHMS[algorithm.name][type];
    const wanted = Array.from(usages ?? []);
    const wrong = wanted.find((usage) => !possible?.includes(usage));
    if (wrong !== undefined) throw failure('SyntaxError', `Unsupported key usage for a ${algorithm.name} key: ${wrong}`);
    if (type !== 'public' && wanted.length === 0) {
        throw failure('SyntaxError', 'Usages cannot be empty when importing a private or secret key.');
    }
    const about = { type, algorithm, extractable: Boolean(extractable), usages: [...new Set(wanted)] };
    const made = new CryptoKey(OURS, about);
    hidden.set(made, data);
    return made;
}

/** Return the bytes of a key in base64: of a secret as they are, else as DER (PKCS #8, SPKI). */
export function dataOf(key) {
    if (!hidden.has(key)) throw new TypeError('The key is not of type CryptoKey');
    return hidden.get(key);
}

/** Return what is sent along with a key that is used, after asking whether it may be. */
export function using(key, usage, { name }) {
    const data = dataOf(key);
    if (key.algorithm.name !== name || !key.usages.includes(usage)) {
        throw failure('InvalidAccessError', 'The requested operation is not valid for the provided key');
    }
    return { key: data, type: key.type, curve: key.algorithm.namedCurve, hash: key.algorithm.hash?.name };
}
