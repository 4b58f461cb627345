// How does a polyfill become a global, and its class one of the web?

/** Add the values that are missing under their names. */
export function define(values) {
    for (const [name, value] of Object.entries(values)) {
        if (name in globalThis) continue;
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
    }
}

/** Say what `Object.prototype.toString` tells of the instances, and which members a loop over an instance shows. */
export function present(type, tag, members = []) {
    Object.defineProperty(type.prototype, Symbol.toStringTag, { value: tag, configurable: true });
    for (const name of members) Object.defineProperty(type.prototype, name, { enumerable: true });
}
