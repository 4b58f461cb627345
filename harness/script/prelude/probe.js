// Which of these members of `pm`, and which of these modules, are not there? Run as a script of the collection would be.
const { chains, modules } = WANTED;
const namesOf = (value) => {
    const names = new Set();
    for (let each = Object(value); each && each !== Object.prototype && each !== Function.prototype; each = Object.getPrototypeOf(each)) {
        for (const name of Object.getOwnPropertyNames(each)) if (!name.startsWith('_')) names.add(name);
    }
    return [...names];
};
for (const chain of chains) {
    let value = pm;
    for (const [depth, name] of chain.entries()) {
        if (!(name in Object(value))) {
            console.log(JSON.stringify({ chain: chain.slice(0, depth + 1), names: namesOf(value) }));
            break;
        }
        value = value[name];
        if (value === null || value === undefined) break;
    }
}
for (const name of modules) {
    try { require(name); } catch { console.log(JSON.stringify({ module: name })); }
}
