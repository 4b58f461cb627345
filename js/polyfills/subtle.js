// What is `crypto.subtle` where the engine has no cryptography? Each operation is done by Python (`harness/script/web_crypto`).
//
// Here is what the web asks of a caller: names, usages, formats. Secrets are imported and exported without Python.

import { fromBase64, fromBase64url, toBase64, toBase64url } from '@exodus/bytes/base64.js';

import { present } from './define.js';
import { dataOf, failure, hashName, makeKey, normalized, using } from './keys.js';

const BLOCK = { 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024 };
const BYTES = ['iv', 'additionalData', 'counter', 'label', 'salt', 'info'];
const NUMBERS = ['tagLength', 'length', 'saltLength', 'iterations', 'modulusLength'];
const OURS = Symbol('made here');

function bytesOf(data) {
    if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    throw new TypeError('The data is neither an ArrayBuffer nor a view of one');
}

const encoded = (data) => toBase64(bytesOf(data));
const decoded = (text) => fromBase64(text).buffer;

async function asked(method, values) {
    try {
        return await globalThis.__harness.ask('crypto', method, values);
    } catch (error) {
        throw error.name === 'TypeError' ? new TypeError(error.message) : failure(error.name, error.message);
    }
}

function parameters(algorithm) {
    const told = { name: algorithm.name, hash: algorithm.hash?.name, curve: algorithm.namedCurve };
    for (const name of BYTES) if (algorithm[name] !== undefined) told[name] = encoded(algorithm[name]);
    for (const name of NUMBERS) if (algorithm[name] !== undefined) told[name] = Number(algorithm[name]);
    if (algorithm.publicExponent !== undefined) told.publicExponent = encoded(algorithm.publicExponent);
    return told;
}

async function applied(method, given, key, data, more = {}, usage = method) {
    const algorithm = normalized(given);
    const { hash, curve, ...used } = using(key, usage, algorithm);
    const told = parameters(algorithm);
    return asked(method, { ...told, hash: told.hash ?? hash, curve, ...used, data: encoded(data), ...more });
}

function isSecret({ name }) {
    return name === 'HMAC' || name.startsWith('AES-') || name === 'PBKDF2' || name === 'HKDF';
}

function jwkName({ name, hash, length }) {
    return name === 'HMAC' ? `HS${hash.name.slice(4)}` : `A${length}${name.slice(4)}`;
}

function secretKey(data, algorithm, extractable, usages) {
    const { name } = algorithm;
    const length = data.length * 8;
    if (name.startsWith('AES-') && ![128, 192, 256].includes(length)) throw failure('DataError', 'Invalid key length');
    if (name === 'HMAC' && algorithm.hash === undefined) throw new TypeError('An HMAC key needs a hash');
    if (name === 'HMAC' && length === 0) throw failure('DataError', 'Zero-length key is not supported');
    const derives = name === 'PBKDF2' || name === 'HKDF';
    if (derives && extractable) throw failure('SyntaxError', `${name} keys are not extractable`);
    const about = { name };
    if (name === 'HMAC') about.hash = algorithm.hash;
    if (!derives) about.length = length;
    return makeKey('secret', toBase64(data), about, extractable, usages);
}

function importedSecret(format, data, algorithm, extractable, usages) {
    if (format === 'raw') return secretKey(bytesOf(data), algorithm, extractable, usages);
    if (format !== 'jwk') throw failure('NotSupportedError', `Unable to import ${algorithm.name} using ${format} format`);
    if (data?.kty !== 'oct' || typeof data.k !== 'string') throw failure('DataError', 'Invalid keyData');
    return secretKey(fromBase64url(data.k), algorithm, extractable, usages);
}

function keyFrom(found, algorithm, extractable, usages) {
    const about = { name: algorithm.name };
    if (found.curve !== undefined) about.namedCurve = found.curve;
    if (found.modulusLength !== undefined) {
        about.modulusLength = found.modulusLength;
        about.publicExponent = fromBase64(found.publicExponent);
        about.hash = algorithm.hash;
    }
    return makeKey(found.type, found.data, about, extractable, usages);
}

async function imported(format, data, algorithm, extractable, usages) {
    if (isSecret(algorithm)) return importedSecret(format, data, algorithm, extractable, usages);
    const told = { ...parameters(algorithm), format };
    const values = format === 'jwk' ? { ...told, jwk: data } : { ...told, data: encoded(data) };
    return keyFrom(await asked('import', values), algorithm, extractable, usages);
}

async function exported(format, key) {
    const data = dataOf(key);
    if (!key.extractable) throw failure('InvalidAccessError', 'key is not extractable');
    const about = { key_ops: key.usages, ext: true };
    if (key.type !== 'secret') {
        const found = await asked('export', { ...parameters(key.algorithm), format, type: key.type, key: data });
        return format === 'jwk' ? { ...about, ...found } : decoded(found);
    }
    if (format === 'raw') return decoded(data);
    if (format === 'jwk') return { ...about, kty: 'oct', k: toBase64url(fromBase64(data)), alg: jwkName(key.algorithm) };
    throw failure('NotSupportedError', `Unable to export a secret key using ${format} format`);
}

function lengthOf(algorithm) {
    return algorithm.length ?? (algorithm.name === 'HMAC' ? BLOCK[algorithm.hash.name] : null);
}

async function generated(algorithm, extractable, usages) {
    if (isSecret(algorithm)) {
        const length = Number(lengthOf(algorithm));
        if (!(length > 0 && length <= 65536 * 8)) throw failure('OperationError', 'Invalid key length');
        return secretKey(globalThis.crypto.getRandomValues(new Uint8Array(length / 8)), algorithm, extractable, usages);
    }
    const pair = await asked('generate', parameters(algorithm));
    const wanted = Array.from(usages);
    const fitting = (names) => wanted.filter((usage) => names.includes(usage));
    return {
        publicKey: keyFrom(pair.public, algorithm, true, fitting(['verify', 'encrypt', 'wrapKey'])),
        privateKey: keyFrom(pair.private, algorithm, extractable, fitting(['sign', 'decrypt', 'unwrapKey', 'deriveKey', 'deriveBits'])),
    };
}

async function derived(given, key, length, usage) {
    const algorithm = normalized(given);
    const told = { ...parameters(algorithm), ...using(key, usage, algorithm), length };
    if (algorithm.hash !== undefined) told.hash = algorithm.hash.name;
    if (algorithm.public !== undefined) told.public = dataOf(algorithm.public);
    return decoded(await asked('derive', told));
}

export class SubtleCrypto {
    constructor(key) {
        if (key !== OURS) throw new TypeError('Illegal constructor');
    }

    async digest(algorithm, data) { return decoded(await asked('digest', { hash: hashName(algorithm), data: encoded(data) })); }

    async sign(algorithm, key, data) { return decoded(await applied('sign', algorithm, key, data)); }

    async verify(algorithm, key, signature, data) {
        return applied('verify', algorithm, key, data, { signature: encoded(signature) });
    }

    async encrypt(algorithm, key, data) { return decoded(await applied('encrypt', algorithm, key, data)); }

    async decrypt(algorithm, key, data) { return decoded(await applied('decrypt', algorithm, key, data)); }

    async generateKey(algorithm, extractable, usages) { return generated(normalized(algorithm), extractable, usages); }

    async importKey(format, data, algorithm, extractable, usages) {
        return imported(format, data, normalized(algorithm), extractable, usages);
    }

    async exportKey(format, key) { return exported(format, key); }

    async deriveBits(algorithm, key, length = null) { return derived(algorithm, key, length, 'deriveBits'); }

    async deriveKey(algorithm, key, type, extractable, usages) {
        const wanted = normalized(type);
        const bits = await derived(algorithm, key, lengthOf(wanted), 'deriveKey');
        return imported('raw', bits, wanted, extractable, usages);
    }

    async wrapKey(format, key, wrappingKey, algorithm) {
        const found = await exported(format, key);
        const data = format === 'jwk' ? new TextEncoder().encode(JSON.stringify(found)) : found;
        return decoded(await applied('encrypt', algorithm, wrappingKey, data, {}, 'wrapKey'));
    }

    async unwrapKey(format, wrapped, unwrappingKey, algorithm, keyAlgorithm, extractable, usages) {
        const data = decoded(await applied('decrypt', algorithm, unwrappingKey, wrapped, {}, 'unwrapKey'));
        const found = format === 'jwk' ? JSON.parse(new TextDecoder().decode(data)) : data;
        return imported(format, found, normalized(keyAlgorithm), extractable, usages);
    }
}

const METHODS = Object.getOwnPropertyNames(SubtleCrypto.prototype).filter((name) => name !== 'constructor');
present(SubtleCrypto, 'SubtleCrypto', METHODS);

export const subtle = new SubtleCrypto(OURS);
