// What does Newman make of these collections and their scripts? Every connection is led to one server, whatever its host.
//   node run.js PORT JOBS.json   prints one line of JSON for each job: its executions, the variables at its end, its failures
//
// A connection begins with a line that names the job, as in ../send.js.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const path = require('path');
const { createRequire } = require('module');
const { inspect } = require('util');

const newman = createRequire(path.join(__dirname, '..', 'send.js'))('newman');

const [port, file] = process.argv.slice(2);
const AT_ONCE = 2;

// The rejection of an async test that nobody awaits ends the process of Newman 6.2.2; here the other jobs are to go on.
process.on('unhandledRejection', () => {});

function leading(Agent, scheme, job) {
    class Leading extends Agent {
        createConnection(options) {
            const socket = net.connect(Number(port), '127.0.0.1');
            const label = { job, scheme, host: options.host, port: Number(options.port) };
            socket.write(JSON.stringify(label) + '\n');
            return socket;
        }
    }
    return new Leading({ keepAlive: false });
}

// As Newman's own reporter prints a value, but in one line and without quotes around a text that stands by itself.
const IN_ONE_LINE = { depth: 25, breakLength: Infinity, compact: true };
const shown = (value) => (typeof value === 'string' ? value : inspect(value, IN_ONE_LINE));
const told = (error) => (error ? { name: error.name, message: error.message } : null);

function valuesOf(scope) {
    const found = {};
    scope.values.each((variable) => { if (!variable.disabled) found[variable.key] = variable.value; });
    return found;
}

function addError(execution, error) {
    const text = error.message === undefined ? `thrown: ${shown(error)}` : `${error.name}: ${error.message}`;
    if (!execution.errors.includes(text)) execution.errors.push(text);
}

function run(job) {
    const executions = new Map();
    const all = [];
    const of = (cursor) => executions.get(cursor?.ref) ?? all[all.length - 1];
    return new Promise((resolve) => {
        newman.run({
            collection: job.collection,
            environment: job.environment,
            globals: job.globals,
            iterationData: job.data,
            iterationCount: job.iterations,
            workingDir: job.folder,
            insecureFileRead: false,
            reporters: [],
            timeoutRequest: 10000,
            requestAgents: { http: leading(http.Agent, 'http', job.name), https: leading(https.Agent, 'https', job.name) },
        }, (error, summary) => resolve(JSON.stringify({
            job: job.name,
            error: told(error ?? summary?.error),
            executions: all,
            failures: summary?.run?.failures?.length ?? 0,
            environment: summary && valuesOf(summary.environment),
            globals: summary && valuesOf(summary.globals),
            collection: summary && valuesOf({ values: summary.collection.variables }),
        })))
            .on('beforeItem', (_, { item, cursor }) => {
                const execution = { item: item.name, iteration: cursor.iteration, assertions: [], errors: [], console: [] };
                executions.set(cursor.ref, execution);
                all.push(execution);
            })
            .on('assertion', (error, { cursor, assertion, skipped }) => {
                const outcome = skipped ? 'skipped' : error ? 'failed' : 'passed';
                const plain = !error || error.name === 'AssertionError' || error.name === 'Error';
                of(cursor).assertions.push([assertion, outcome, `${plain ? '' : `${error.name}: `}${error?.message ?? ''}`]);
            })
            // An error that comes later is told twice: when it comes, and as what the script ended with.
            .on('script', (error, { cursor }) => { if (error) addError(of(cursor), error); })
            .on('exception', (_, { cursor, error }) => { addError(of(cursor), error); })
            .on('console', (_, { cursor, level, messages }) => {
                of(cursor).console.push([level, messages.map(shown).join(' ')]);
            });
    });
}

async function main() {
    const jobs = JSON.parse(fs.readFileSync(file, 'utf8'));
    const worker = async () => { while (jobs.length) process.stdout.write(await run(jobs.shift()) + '\n'); };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    process.stdout.write('', () => process.exit(0));
}

main().catch((error) => {
    process.stderr.write(`${error.stack}\n`, () => process.exit(1));
});
