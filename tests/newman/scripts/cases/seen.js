// What does a script see? Each line is one thing, told as JSON; what each client has for its own is left out.
const mask = (text) => (typeof text === 'string' ? text.replace(/(?:-{10,}\d{10,}|--harness-[0-9a-f]+)/g, '~') : text);
const plain = (value) => { if (value === undefined) return 'undefined'; return mask(JSON.stringify(value, (key, each) => (typeof each === 'function' ? undefined : each))); };
const see = (name, look) => {
    let told;
    try { told = plain(look()); } catch (error) { told = `${error.name}: ${error.message}`; }
    console.log(`${name}: ${told}`);
};
const all = (list) => list && list.all().map((each) => { const { id, description, ...rest } = each.toJSON(); return rest; });
// The boundary of a form, and so the size, is each client's own.
const isForm = pm.request.body && pm.request.body.mode === 'formdata';
const sized = (header) => (isForm && /^content-length$/i.test(header.key) ? { ...header, value: '~' } : header);
const OWN = ['user-agent', 'accept', 'cache-control', 'postman-token', 'host', 'accept-encoding', 'connection'];
const NEVER = ['cache-control', 'postman-token'];

see('pm.info', () => { const { requestId, ...rest } = pm.info; return [rest, requestId === request.id]; });
see('location', () => [pm.execution.location, pm.execution.location.current]);
see('pm.iterationData', () => pm.iterationData.toObject());
see('pm.variables', () => pm.variables.toObject());
see('pm.request.name', () => pm.request.name);
see('pm.request.id', () => pm.request.id === undefined ? undefined : typeof pm.request.id);
see('pm.request.description', () => pm.request.description && [pm.request.description.content, pm.request.description.type, String(pm.request.description)]);
see('pm.request.method', () => pm.request.method);
see('pm.request.url', () => String(pm.request.url));
see('pm.request.url parts', () => { const { protocol, auth, host, port, path, hash } = pm.request.url; return { protocol, auth, host, port, path, hash }; });
see('pm.request.url query', () => all(pm.request.url.query));
see('pm.request.url variables', () => all(pm.request.url.variables));
see('pm.request.url text', () => [pm.request.url.getHost(), pm.request.url.getPath(), pm.request.url.getPathWithQuery(), pm.request.url.getQueryString(), pm.request.url.getRemote()]);
see('pm.request.headers', () => all(pm.request.headers).filter((each) => !OWN.includes(String(each.key).toLowerCase())).map(sized));
see('pm.request.headers own', () => all(pm.request.headers).filter((each) => OWN.includes(String(each.key).toLowerCase()) && !NEVER.includes(each.key.toLowerCase())).map((each) => [each.key, each.system]));
see('pm.request.body', () => pm.request.body && { mode: pm.request.body.mode, disabled: pm.request.body.disabled, options: pm.request.body.options });
see('pm.request.body.raw', () => pm.request.body && pm.request.body.raw);
see('pm.request.body.graphql', () => pm.request.body && pm.request.body.graphql);
see('pm.request.body.urlencoded', () => pm.request.body && all(pm.request.body.urlencoded));
see('pm.request.body.formdata', () => pm.request.body && all(pm.request.body.formdata));
see('pm.request.body.file', () => pm.request.body && pm.request.body.file);
see('pm.request.body text', () => pm.request.body && [String(pm.request.body), pm.request.body.isEmpty()]);
see('pm.request.auth', () => pm.request.auth && pm.request.auth.toJSON());
see('pm.request.certificate', () => { const { id, ...rest } = pm.request.certificate ? pm.request.certificate.toJSON() : {}; return rest; });
see('pm.request.proxy', () => pm.request.proxy);
see('request', () => [request.method, request.url, request.name, request.description, typeof request.id]);
see('request.headers', () => Object.entries(request.headers).filter(([key]) => !OWN.includes(key.toLowerCase()) && !(isForm && key.toLowerCase() === 'content-length')));
see('request.data', () => request.data);
