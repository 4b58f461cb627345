// What does Newman send for these collections? Every connection is led to one recorder, whatever its host.
//   node send.js PORT JOBS.json [NOW_MS]   prints one line of JSON for each request: {job, item, error}
//
// With NOW_MS the clock stands still and every random number is 0, so that signatures can be compared.
//
// A connection begins with a line that says what comes over it, before the bytes that the server would have got.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');

const newman = require('newman');

const [port, file, now] = process.argv.slice(2);
const AT_ONCE = 4;
// Now and then Newman opens the file of a body, never sends it, and no time-out of its own ends the wait. A run in which
// nothing happens for so long is given up and made again: what comes later under the same label counts.
const STALLED_MS = 20000;
const TRIES = 5;

if (now) {
    Math.random = () => 0;
    global.Date = class extends Date {
        constructor(...given) { super(...(given.length ? given : [Number(now)])); }

        static now() { return Number(now); }
    };
}

function leading(Agent, scheme, current) {
    class Leading extends Agent {
        createConnection(options) {
            const socket = net.connect(Number(port), '127.0.0.1');
            const label = { ...current(), scheme, host: options.host, port: Number(options.port) };
            socket.write(JSON.stringify(label) + '\n');
            return socket;
        }
    }
    return new Leading({ keepAlive: false });
}

// Resolves to whether the run came to its end.
function run(job) {
    let item = null;
    let watchdog;
    const current = () => ({ job: job.name, item });
    const tell = (error) => process.stdout.write(JSON.stringify({ ...current(), error }) + '\n');
    return new Promise((resolve) => {
        const goesOn = () => {
            clearTimeout(watchdog);
            watchdog = setTimeout(resolve, STALLED_MS, false);
        };
        goesOn();
        newman.run({
            collection: job.collection,
            environment: job.environment,
            workingDir: job.folder,
            insecureFileRead: false,
            reporters: [],
            ignoreRedirects: true,
            timeoutRequest: 10000,
            requestAgents: {
                http: leading(http.Agent, 'http', current),
                https: leading(https.Agent, 'https', current),
            },
        }, (error) => {
            clearTimeout(watchdog);
            if (error) { item = null; tell(String(error)); }
            resolve(true);
        })
            .on('beforeItem', (error, args) => { goesOn(); item = args.item.id; })
            .on('request', (error) => { goesOn(); tell(error ? String(error.message || error) : null); });
    });
}

async function runToItsEnd(job) {
    for (let tries = TRIES; tries; tries -= 1) {
        if (await run(job)) return;
    }
    throw new Error(`${job.name}: nothing happened for ${STALLED_MS} ms in each of ${TRIES} runs`);
}

async function main() {
    const jobs = JSON.parse(fs.readFileSync(file, 'utf8'));
    const worker = async () => { while (jobs.length) await runToItsEnd(jobs.shift()); };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // A run that was given up still holds its connection; what was printed has to be out before the end.
    process.stdout.write('', () => process.exit(0));
}

main().catch((error) => {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
});
