// What does Postman's own sandbox, the npm package as it is under Node.js, make of these scripts?
//   node run.js MODULES JOBS.json   prints one line of JSON for each case of each job, in order
//
// All scripts of one job run in one context, as those of one run do. What they ask for is answered as test_oracle.py does; a
// request that a script has left alone is null.
'use strict';

const fs = require('fs');
const { createRequire } = require('module');

const [modules, file] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const sandbox = load('postman-sandbox');
const { MemoryCookieStore } = load('@postman/tough-cookie');

const LAYERS = ['_variables', 'environment', 'collectionVariables', 'globals'];
const REFUSED = { type: 'Error', name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:80' };
const { jobs, options, answer, secrets } = JSON.parse(fs.readFileSync(file, 'utf8'));
const plain = (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

function described(error) {
    if (error?.message === undefined) return plain(error);
    return { name: error.name, message: error.message };
}

// Answers what scripts ask for, from one cookie store for all of them.
function serve(host, id) {
    host.on(`execution.request.${id}`, (cursor, _, event, request) => {
        const path = request.url.path?.join('/') ?? '';
        if (path === 'fail') host.dispatch(`execution.response.${id}`, event, REFUSED);
        else host.dispatch(`execution.response.${id}`, event, null, answer, { cookies: [] });
    });
    host.on(`execution.cookies.${id}`, (event, _, method, args) => {
        host.store[method](...args, (error, result) => {
            host.dispatch(`execution.cookies.${id}`, event, error, plain(result));
        });
    });
    host.on(`execution.vault.${id}`, (event, action, name) => {
        host.dispatch(`execution.vault.${id}`, event, null, action === 'get' ? secrets[name] ?? null : null);
    });
}

function run(host, context, { name, listen, script, ...own }, number) {
    const id = `x${number}`;
    const found = { name, assertions: [], console: [], faults: [], skipped: false };
    const on = (event, listener) => host.on(event, listener);
    serve(host, id);
    on(`execution.assertion.${id}`, (cursor, assertions) => {
        for (const each of assertions) found.assertions.push({ ...plain(each), error: each.error ? described(each.error) : null });
    });
    on('execution.console', (cursor, level, text) => {
        // Postman's runtime hears nothing more of a script that has skipped its request.
        if (cursor.execution === id && !found.skipped) found.console.push([level, text]);
    });
    on(`execution.error.${id}`, (cursor, error) => { found.faults.push(described(error)); });
    on(`execution.skipRequest.${id}`, () => { found.skipped = true; });
    const given = { ...context, ...own };
    if (listen === 'prerequest') delete given.response;
    const event = { listen, script: { type: 'text/javascript', exec: [script] } };
    return new Promise((resolve) => {
        host.execute(event, { id, context: given, ...options }, (error, result) => {
            if (error && !found.faults.length) found.faults.push(described(error));
            for (const layer of LAYERS) found[layer] = plain(result?.[layer]?.values) ?? null;
            found.request = plain(result?.request);
            found.return = plain(result?.return);
            resolve(found);
        });
    });
}

function runAll({ name, cases, context }) {
    return new Promise((resolve, reject) => {
        sandbox.createContext((error, host) => {
            if (error) { reject(error); return; }
            host.store = new MemoryCookieStore();
            host.setMaxListeners(0);
            host.on('error', () => {});
            (async () => {
                const all = [];
                const untouched = JSON.stringify((await run(host, context, { listen: 'prerequest', script: '' }, 0)).request);
                for (const [number, each] of cases.entries()) {
                    const found = await run(host, context, each, number + 1);
                    if (JSON.stringify(found.request) === untouched) found.request = null;
                    all.push(found);
                }
                // What a script says after its end comes later.
                await new Promise((done) => { setTimeout(done, 100); });
                for (const found of all) console.log(JSON.stringify({ job: name, ...found }));
                host.dispose(resolve);
            })();
        });
    });
}

(async () => {
    for (const job of jobs) await runAll(job);
    process.stdout.write('', () => process.exit(0));
})();
