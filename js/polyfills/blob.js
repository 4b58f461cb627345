// What are Blob and File where there is neither a browser nor a file system? Bytes in memory.

import { TextDecoder, TextEncoder } from '@exodus/bytes/encoding.js';
import { ReadableStream } from 'web-streams-polyfill';

import { present } from './define.js';

const CHUNK = 65536;
const encoder = new TextEncoder();

function toBytes(part) {
    if (part instanceof Blob) return part._bytes();
    if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice();
    if (part instanceof ArrayBuffer || part instanceof SharedArrayBuffer) return new Uint8Array(part).slice();
    return encoder.encode(String(part));
}

function joined(parts) {
    const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
}

function position(value, size, otherwise) {
    if (value === undefined) return otherwise;
    const place = Math.trunc(Number(value)) || 0;
    return place < 0 ? Math.max(size + place, 0) : Math.min(place, size);
}

export class Blob {
    #bytes;
    #type;

    constructor(parts = [], options = {}) {
        if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function') {
            throw new TypeError('The "sources" argument must be a sequence');
        }
        const type = String(options?.type ?? '');
        this.#bytes = joined(Array.from(parts, toBytes));
        this.#type = /[^\x20-\x7e]/.test(type) ? '' : type.toLowerCase();
    }

    _bytes() { return this.#bytes; }

    get size() { return this.#bytes.length; }

    get type() { return this.#type; }

    slice(start, end, type) {
        const { size } = this;
        const from = position(start, size, 0);
        return new Blob([this.#bytes.slice(from, Math.max(from, position(end, size, size)))], { type });
    }

    async arrayBuffer() { return this.#bytes.slice().buffer; }

    async bytes() { return this.#bytes.slice(); }

    async text() { return new TextDecoder().decode(this.#bytes); }

    stream() {
        const bytes = this.#bytes;
        let at = 0;
        return new ReadableStream({
            type: 'bytes',
            pull(controller) {
                if (at >= bytes.length) {
                    controller.close();
                    controller.byobRequest?.respond(0);
                    return;
                }
                controller.enqueue(bytes.slice(at, at + CHUNK));
                at += CHUNK;
            },
        });
    }
}

export class File extends Blob {
    #name;
    #lastModified;

    constructor(parts, name, options = {}) {
        if (arguments.length < 2) throw new TypeError('The "fileBits" and "fileName" arguments must be specified');
        super(parts, options);
        this.#name = String(name);
        this.#lastModified = options?.lastModified === undefined ? Date.now() : Math.trunc(Number(options.lastModified)) || 0;
    }

    get name() { return this.#name; }

    get lastModified() { return this.#lastModified; }
}

Object.defineProperty(Blob.prototype, '_bytes', { enumerable: false, writable: false, configurable: false });
present(Blob, 'Blob', ['size', 'type', 'slice', 'arrayBuffer', 'bytes', 'text', 'stream']);
present(File, 'File', ['name', 'lastModified']);
