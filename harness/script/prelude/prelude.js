// What does Postman's sandbox find in an engine that has neither an event loop nor a host? Timers, a bridge to Python, and
// a tracker of promises that were rejected and never looked at.
//
// Evaluated after the polyfills and before the sandbox. Python owns the event loop: each evaluation delivers
// messages or runs one task, so that microtasks run between two tasks as they do in Node. What is needed later is held by
// reference: scripts may replace any global.

(() => {
    'use strict';

    const { parse, stringify } = JSON;
    const { apply, getPrototypeOf } = Reflect;
    const NativePromise = Promise;
    const nativeThen = Promise.prototype.then;
    const isArray = Array.isArray;
    const push = (list, value) => { list[list.length] = value; };

    // --- messages to Python

    let outbox = [];
    let wanted = false; // whether something in it is for Python to answer, or to end the script by

    const described = (error) => {
        if (!(error instanceof Error)) return error;
        const told = error.toJSON === undefined || error.toJSON.length ? {} : error.toJSON();
        let stack;
        try { stack = String(error.stack); } catch { stack = ''; }
        return { ...told, name: String(error.name), message: String(error.message), stack };
    };

    // JSON of anything: cycles and big integers, which JSON has no words for, become texts.
    const text = (value) => {
        try {
            return stringify(value) ?? 'null';
        } catch {
            const above = [];
            return stringify(value, function (key, each) {
                if (typeof each === 'bigint') return String(each);
                if (typeof each !== 'object' || each === null) return each;
                while (above.length && above[above.length - 1] !== this) above.length--;
                if (above.includes(each)) return '[Circular]';
                push(above, each);
                return each;
            }) ?? 'null';
        }
    };

    const layers = ['_variables', 'environment', 'collectionVariables', 'globals'];

    // Of a finished execution only what Python looks at: layers as texts, which it compares before it reads them, and the
    // request where a script has changed it.
    const outcome = (execution) => {
        const started = executions.get(execution.id) ?? {};
        const found = { return: execution.return };
        for (const layer of layers) found[layer] = text(execution[layer].values);
        if (started.request !== undefined || execution.target === 'prerequest') {
            const request = text(execution.request);
            if (request !== started.request) {
                found.request = request;
                found.before = started.request;
            }
        }
        executions.delete(execution.id);
        return found;
    };

    const outgoing = (name, values) => {
        if (name.startsWith('execution.result.')) return [described(values[0]), values[1] && outcome(values[1])];
        if (name.startsWith('execution.error.')) return [null, described(values[1])];
        if (name.startsWith('execution.assertion.')) {
            const execution = executions.get(name.slice('execution.assertion.'.length));
            const statusRead = execution?.statusRead === true;
            if (execution !== undefined) execution.statusRead = false;
            const assertions = [];
            for (let index = 0; index < values[1].length; index++) {
                const each = values[1][index];
                push(assertions, { ...each, statusRead, error: described(each.error) });
            }
            return [null, assertions];
        }
        if (name === 'execution.console') return [values[0]?.execution, values[1], values[2]];
        return values;
    };

    const dispatch = (name, ...values) => {
        // Postman tells these twice; the names with the execution's id are enough.
        if (name === 'execution.assertion' || name === 'execution.error') return;
        if (name !== 'execution.console' && !name.startsWith('execution.assertion.')) wanted = true;
        const message = [name];
        const told = outgoing(name, values);
        for (let index = 0; index < told.length; index++) push(message, told[index]); // by no iterator: scripts may replace it
        push(outbox, text(message));
    };

    // --- messages from Python

    const listeners = new Map();
    const executions = new Map();
    let current;

    const off = (name, listener) => {
        if (listener === undefined) listeners.delete(name);
        else listeners.set(name, (listeners.get(name) ?? []).filter((each) => each !== listener && each.of !== listener));
    };

    const on = (name, listener) => {
        listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    };

    const once = (name, listener) => {
        const only = (...values) => { off(name, only); listener(...values); };
        only.of = listener;
        on(name, only);
    };

    const emit = (name, ...values) => {
        for (const listener of listeners.get(name) ?? []) listener(...values);
    };

    const bridge = { on, once, off, emit, dispatch, listeners: (name) => listeners.get(name) ?? [] };

    const deliver = ([name, ...values]) => {
        if (name === 'execute') {
            current = { id: values[0], responseSize: values[2]?.response?.responseSize };
            executions.set(values[0], current);
        }
        try {
            emit(name, ...values);
        } catch (error) {
            push(outbox, text(['host.error', described(error)]));
        }
    };

    // --- what a polyfill asks of Python

    const questions = new Map();
    let asked = 0;

    const ask = (kind, ...values) => new TrackedPromise((resolve, reject) => {
        questions.set(++asked, [resolve, reject]);
        wanted = true;
        push(outbox, text([`harness.${kind}.${current?.id}`, asked, ...values]));
    });

    on('harness.answer', (question, error, result) => {
        const [resolve, reject] = questions.get(question) ?? [];
        questions.delete(question);
        if (error) reject?.(error);
        else resolve?.(result);
    });

    // --- time

    let clock = 0;
    let count = 0;
    const timers = new Map();

    const schedule = (callback, delay, values, every) => {
        const id = ++count;
        timers.set(id, { id, due: clock + delay, callback, values, every });
        return id;
    };

    const milliseconds = (delay) => {
        const number = Number(delay);
        return number >= 1 && number <= 2147483647 ? Math.trunc(number) : 1; // as Node does
    };

    const setTimeout = (callback, delay, ...values) => schedule(callback, milliseconds(delay), values);
    const setInterval = (callback, delay, ...values) => schedule(callback, milliseconds(delay), values, milliseconds(delay));
    const setImmediate = (callback, ...values) => schedule(callback, 0, values);
    const clear = (id) => { timers.delete(Number(id)); };

    const nextTimer = () => {
        let next;
        for (const timer of timers.values()) if (next === undefined || timer.due < next.due) next = timer;
        return next;
    };

    const runOneTask = () => {
        const timer = nextTimer();
        if (timer === undefined || timer.due > clock) return false;
        if (timer.every === undefined) timers.delete(timer.id);
        else timer.due = clock + timer.every;
        try {
            timer.callback(...timer.values);
        } catch (error) {
            push(outbox, text(['host.error', described(error)]));
        }
        return true;
    };

    // --- promises that are rejected and that nobody looks at

    const handled = new WeakSet();
    const tracked = new WeakSet();
    let rejected = [];
    let looking = false;

    // To wait for a promise is to read its constructor: `then` does, and so does `await`.
    const track = (promise) => {
        // What looking at a promise of a class of the script's own makes is not looked at itself.
        if (looking || tracked.has(promise)) return promise;
        tracked.add(promise);
        looking = true;
        try {
            apply(nativeThen, promise, [undefined, (reason) => { push(rejected, [promise, reason]); }]);
        } finally {
            looking = false;
        }
        return promise;
    };

    const TrackedPromise = new Proxy(NativePromise, {
        construct: (target, values, newTarget) => track(Reflect.construct(target, values, newTarget)),
    });

    Object.defineProperty(NativePromise.prototype, 'constructor', {
        configurable: true,
        get() {
            if (!looking && this !== NativePromise.prototype) handled.add(this);
            return looking ? NativePromise : TrackedPromise;
        },
        set(value) {
            Object.defineProperty(this, 'constructor', { value, configurable: true, writable: true, enumerable: true });
        },
    });

    NativePromise.prototype.then = {
        then(fulfilled, failed) { return track(apply(nativeThen, this, [fulfilled, failed])); },
    }.then;
    Object.defineProperty(NativePromise.prototype, 'then', { enumerable: false });
    globalThis.Promise = TrackedPromise;

    // What an async function returns is made by the engine itself. The sandbox calls the callbacks of timers and of
    // pm.sendRequest by `call` and `apply` and drops what they return: here it is looked at.
    const asyncFunction = getPrototypeOf(async () => {});
    const { call: nativeCall, apply: nativeApply } = Function.prototype;
    const watched = (value) => (value instanceof NativePromise ? track(value) : value);
    for (const [name, native] of [['call', nativeCall], ['apply', nativeApply]]) {
        const value = { [name](...values) { return watched(apply(native, this, values)); } }[name];
        Object.defineProperty(asyncFunction, name, { value, configurable: true, writable: true });
    }

    // What a script drops is assigned to this property instead (`script/floating.py`).
    Object.defineProperty(NativePromise, Symbol.for('harness.dropped'), { set(value) { watched(value); } });

    const reportRejections = () => {
        if (rejected.length === 0) return;
        const found = rejected;
        rejected = [];
        for (const [promise, reason] of found) if (!handled.has(promise)) deliver(['uncaughtException', reason]);
    };

    // --- what runs in front of each script: see `PROLOGUE` in script/host.py

    const begin = (pm) => {
        const execution = current;
        if (pm.info.eventName === 'prerequest') execution.request = text(pm.request);
        else watchStatus(pm.response, execution);
        const { test } = pm;
        pm.test = Object.assign(function (name, assert) {
            execution.statusRead = false;
            if (typeof assert !== 'function') return test(name, assert);
            // Postman takes a test with a parameter for one that tells when it is done.
            if (assert.length) return test(name, (done) => watched(assert(done)));
            return test(name, () => { watched(assert()); });
        }, test);
    };

    // An assertion that passes after it has read the status accepts that status.
    const watchStatus = (response, execution) => {
        if (!response) return;
        response.responseSize ??= execution.responseSize; // the sandbox knows it of bodies that come as bytes only
        const { code } = response;
        Object.defineProperty(response, 'code', {
            configurable: true,
            enumerable: true,
            get() { execution.statusRead = true; return code; },
            set(value) { Object.defineProperty(response, 'code', { value, configurable: true, writable: true, enumerable: true }); },
        });
    };

    Object.defineProperty(TrackedPromise, Symbol.for('harness.begin'), { value: begin });
    Object.defineProperty(NativePromise, Symbol.for('harness.watched'), { value: watched });

    // --- one turn of the loop

    // Python gives three evaluations to the engine at once: `deliver`, `step`, `turn`. Between them run their microtasks.
    // A task is run ahead of Python only while there is nothing that Python has to answer or to end first.

    let ran = false;

    const step = () => {
        reportRejections();
        if (!wanted) ran = runOneTask() || ran;
        return null;
    };

    const start = (json) => {
        const [now, messages] = parse(json);
        clock = now;
        reportRejections();
        for (const message of messages) deliver(message);
        ran = messages.length > 0 || runOneTask();
        return null;
    };

    const turn = () => {
        step();
        wanted = false;
        const told = outbox;
        outbox = [];
        let joined = '';
        for (let index = 0; index < told.length; index++) joined += (index ? ',' : '') + told[index];
        const next = nextTimer();
        const wait = next === undefined ? 'null' : String(Math.max(0, next.due - clock));
        return `[${ran},${wait},[${joined}]]`;
    };

    const globals = { bridge, setTimeout, setInterval, setImmediate };
    for (const name of ['Timeout', 'Interval', 'Immediate']) globals[`clear${name}`] = clear;
    Object.assign(globalThis, globals);
    const quiet = () => {};
    globalThis.console = { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet };
    // Not configurable, so that the sandbox, which deletes every global it does not know, leaves it.
    Object.defineProperty(globalThis, '__harness', { value: Object.freeze({ deliver: start, step, turn, ask }) });
})();
