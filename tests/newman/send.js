// What does Newman send for these collections? Every connection is led to one recorder, whatever its host.
//   node send.js PORT JOBS.json   prints one line of JSON for each request: {job, item, error}
//
// A connection begins with a line that says what comes over it, before the bytes that the server would have got.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');

const newman = require('newman');

const [port, file] = process.argv.slice(2);
const AT_ONCE = 4;

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

function run(job) {
    let item = null;
    const current = () => ({ job: job.name, item });
    const tell = (error) => process.stdout.write(JSON.stringify({ ...current(), error }) + '\n');
    return new Promise((resolve) => {
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
            if (error) { item = null; tell(String(error)); }
            resolve();
        })
            .on('beforeItem', (error, args) => { item = args.item.id; })
            .on('request', (error) => tell(error ? String(error.message || error) : null));
    });
}

async function main() {
    const jobs = JSON.parse(fs.readFileSync(file, 'utf8'));
    const worker = async () => { while (jobs.length) await run(jobs.shift()); };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

main();
