// What does Postman's sandbox find in an engine that has neither an event loop nor a host? Timers, a bridge to Python, and
// a tracker of promises that were rejected and never looked at.
//
// Evaluated after the polyfills and before the sandbox. Python owns the event loop: each evaluation delivers
// messages or runs one task, so that microtasks run between two tasks as they do in Node. What is needed later is held by
// reference: scripts may replace any global.

(() => {
    'use strict';

    const { parse, stringify } = JSON;
    const { max, trunc } = Math;
    const toNumber = Number;
    const { apply, getPrototypeOf, set } = Reflect;
    const NativePromise = Promise;
    const NativeError = Error;
    const nativeThen = Promise.prototype.then;
    const isArray = Array.isArray;
    const { slice } = String.prototype;
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

    // An entry of the old `tests` is told of when the script has ended: where it was set is known by us alone.
    const placed = (error, place) => (error && place && !error.stack?.includes('eval at exec') ? { ...error, stack: place } : error);

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
                push(assertions, { ...each, statusRead, error: placed(described(each.error), execution?.places?.[each.name]) });
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
        const sent = outgoing(name, values);
        for (let index = 0; index < sent.length; index++) push(message, sent[index]); // by no iterator: scripts may replace it
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
            watchDropped(values[0], values[1].script);
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

    // Tasks wait in the order in which they are due, those due at once in the order in which they were set: as in Node, also
    // when the loop is late. Python tells the time with each turn; within a turn the engine's own clock goes on from there.
    const { now: dateNow } = Date;
    let told = 0;
    let toldAt = 0;
    let count = 0;
    const timers = { __proto__: null };
    let queue = [];
    let head = 0;

    const now = () => told + max(0, dateNow() - toldAt);

    const enqueue = (task) => {
        let place = queue.length;
        for (; place > head && queue[place - 1].due > task.due; place--) queue[place] = queue[place - 1];
        queue[place] = task;
    };

    const nextTask = () => {
        while (head < queue.length && queue[head].id !== undefined && timers[queue[head].id] !== queue[head]) head++;
        if (head === queue.length || head > 1000) {
            const left = [];
            for (let place = head; place < queue.length; place++) push(left, queue[place]);
            queue = left;
            head = 0;
        }
        return queue[head];
    };

    const schedule = (callback, delay, values, every) => {
        const timer = { id: ++count, due: now() + delay, callback, values, every };
        timers[timer.id] = timer;
        enqueue(timer);
        return timer.id;
    };

    const milliseconds = (delay) => {
        const number = toNumber(delay);
        return number >= 1 && number <= 2147483647 ? trunc(number) : 1; // as Node does
    };

    const setTimeout = (callback, delay, ...values) => schedule(callback, milliseconds(delay), values);
    const setInterval = (callback, delay, ...values) => schedule(callback, milliseconds(delay), values, milliseconds(delay));
    const setImmediate = (callback, ...values) => schedule(callback, 0, values);
    const clear = (id) => { delete timers[toNumber(id)]; };

    // An interval counts from when its callback began, and is set anew after it: what the callback sets comes first.
    const runTimer = (timer) => {
        const began = now();
        if (timer.every === undefined) delete timers[timer.id];
        try {
            timer.callback(...timer.values);
        } finally {
            if (timers[timer.id] === timer) {
                timer.due = began + timer.every;
                enqueue(timer);
            }
        }
    };

    const runOneTask = () => {
        const task = nextTask();
        if (task === undefined || task.due > now()) return false;
        head++;
        try {
            if (task.message === undefined) runTimer(task);
            else deliver(task.message);
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

    // What async functions return is made within the engine, which tells nobody of a rejection: where a script drops it, it
    // is assigned to this property instead. The assignment takes in the whole statement and changes none of its values.
    const WATCH = 'Promise[Symbol.for("harness.dropped")]=';
    Object.defineProperty(NativePromise, Symbol.for('harness.dropped'), { set(value) { watched(value); } });

    let reader; // finds them (`js/reading`), once there has been a script with async functions
    const watchDropped = (id, script) => {
        if (reader === undefined) return;
        const [code] = script.exec;
        try {
            let done = '';
            let end = 0;
            const places = [];
            for (const { offset, line, column } of reader(code)) {
                done += apply(slice, code, [end, offset]) + WATCH;
                end = offset;
                push(places, [line, column, WATCH.length]);
            }
            if (!places.length) return;
            script.exec = [done + apply(slice, code, [end])];
            push(outbox, text([`harness.watched.${id}`, places]));
        } catch { /* a script that cannot be read, or has replaced what reading takes, runs as it is */ }
    };

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
        else if (pm.response) complete(pm.response, execution);
        const { test } = pm;
        pm.test = Object.assign(function (name, assert) {
            execution.statusRead = false;
            if (typeof assert !== 'function') return test(name, assert);
            // Postman takes a test with a parameter for one that tells when it is done.
            if (assert.length) return test(name, (done) => watched(assert(done)));
            return test(name, () => { watched(assert()); });
        }, test);
    };

    const complete = (response, execution) => {
        response.responseSize ??= execution.responseSize; // the sandbox knows it of bodies that come as bytes only
        giveBytes(response);
        watchStatus(response, execution);
    };

    // Postman hands over bytes; a text is much faster, and its bytes are made when somebody asks for them.
    const giveBytes = (response) => {
        const { body } = response;
        if (typeof body !== 'string') return;
        const Response = response.constructor;
        let stream;
        const settle = (value) => {
            stream = value;
            delete response.text;
            Object.defineProperty(response, 'stream', { value, configurable: true, writable: true, enumerable: true });
        };
        Object.defineProperty(response, 'stream', {
            configurable: true,
            enumerable: true,
            get() { return stream ??= new Response({ stream: { type: 'Base64', data: '' } }).stream.constructor.from(body); },
            set: settle,
        });
        Object.defineProperty(response, 'text', { value: () => body, configurable: true, writable: true });
        response.body = undefined;
    };

    // An assertion that passes after it has read the status accepts that status.
    const watchStatus = (response, execution) => {
        const { code } = response;
        Object.defineProperty(response, 'code', {
            configurable: true,
            enumerable: true,
            get() { execution.statusRead = true; return code; },
            set(value) { Object.defineProperty(response, 'code', { value, configurable: true, writable: true, enumerable: true }); },
        });
    };

    // Where a script sets an entry of the old `tests` to what is not true.
    const watchTests = (tests) => {
        if (typeof tests !== 'object' || tests === null) return tests;
        const places = { __proto__: null };
        current.places = places;
        return new Proxy(tests, {
            set(target, name, value) {
                if (value) delete places[name];
                else places[name] = new NativeError().stack;
                return set(target, name, value);
            },
        });
    };

    Object.defineProperty(TrackedPromise, Symbol.for('harness.begin'), { value: begin });
    Object.defineProperty(NativePromise, Symbol.for('harness.tests'), { value: watchTests });
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

    // An answer that came while Python was busy waits for the timers that were due before it.
    const start = (json) => {
        const [time, messages] = parse(json);
        told = time;
        toldAt = dateNow();
        reportRejections();
        ran = messages.length > 0;
        let delivered = false;
        for (let index = 0; index < messages.length; index++) {
            const message = messages[index];
            if (message[0] === 'harness.arrived') {
                enqueue({ due: message[1], message: message[2] });
            } else {
                deliver(message);
                delivered = true;
            }
        }
        if (!delivered) ran = runOneTask() || ran;
        return null;
    };

    const turn = () => {
        step();
        wanted = false;
        const sent = outbox;
        outbox = [];
        let joined = '';
        for (let index = 0; index < sent.length; index++) joined += (index ? ',' : '') + sent[index];
        const next = nextTask();
        const wait = next === undefined ? 'null' : String(max(0, next.due - now()));
        return `[${ran},${wait},[${joined}]]`;
    };

    const globals = { bridge, setTimeout, setInterval, setImmediate };
    for (const name of ['Timeout', 'Interval', 'Immediate']) globals[`clear${name}`] = clear;
    Object.assign(globalThis, globals);
    const quiet = () => {};
    globalThis.console = { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet };
    // Not configurable, so that the sandbox, which deletes every global it does not know, leaves it.
    Object.defineProperty(globalThis, '__harness', { value: Object.freeze({ deliver: start, step, turn, ask, set reader(value) { reader ??= value; } }) });
})();
