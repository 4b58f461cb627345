// How does a script abort what it began? AbortController and AbortSignal over the events of event-target-shim.

import { Event, EventTarget, defineEventAttribute } from 'event-target-shim';

import { present } from './define.js';
import { later } from './timers.js';

const OURS = Symbol('made here');
const states = new WeakMap();

function abort(signal, reason) {
    const state = states.get(signal);
    if (state.aborted) return;
    state.aborted = true;
    state.reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
    signal.dispatchEvent(new Event('abort'));
    for (const dependent of state.dependents) abort(dependent, state.reason);
}

function makeSignal() {
    return new AbortSignal(OURS);
}

export class AbortSignal extends EventTarget {
    constructor(key) {
        if (key !== OURS) throw new TypeError('Illegal constructor');
        super();
        states.set(this, { aborted: false, reason: undefined, dependents: [] });
    }

    get aborted() { return states.get(this).aborted; }

    get reason() { return states.get(this).reason; }

    throwIfAborted() {
        if (this.aborted) throw this.reason;
    }

    static abort(reason) {
        const signal = makeSignal();
        abort(signal, reason);
        return signal;
    }

    static timeout(milliseconds) {
        const signal = makeSignal();
        const expire = () => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
        later(expire, milliseconds);
        return signal;
    }

    static any(signals) {
        const result = makeSignal();
        const sources = Array.from(signals);
        const aborted = sources.find((signal) => signal.aborted);
        if (aborted) abort(result, aborted.reason);
        else for (const signal of sources) states.get(signal).dependents.push(result);
        return result;
    }
}

defineEventAttribute(AbortSignal.prototype, 'abort');

export class AbortController {
    #signal = makeSignal();

    get signal() { return this.#signal; }

    abort(reason) { abort(this.#signal, reason); }
}

present(AbortSignal, 'AbortSignal', ['aborted', 'reason', 'throwIfAborted']);
present(AbortController, 'AbortController', ['signal', 'abort']);
