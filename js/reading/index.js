// Scripts parsed: which members of `pm`, modules and packages one names, and which promises it drops.
//
// Parsed and not run. Told are only names that the script surely needs: not those it asks for first (`if (pm.x)`,
// `typeof pm.x`, `pm.x?.y`) or sets itself, and nothing at all of a `pm` or `require` that the script declares.

import { parse } from 'acorn';
import { ancestor, base, full } from 'acorn-walk';

const OPTIONS = {
    ecmaVersion: 'latest',
    locations: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
};
const DEPTH = 2;

const declared = (tree) => {
    const names = new Set();
    const pattern = (node) => {
        if (!node) return;
        if (node.type === 'Identifier') names.add(node.name);
        else if (node.type === 'ObjectPattern') node.properties.forEach((each) => pattern(each.value ?? each.argument));
        else if (node.type === 'ArrayPattern') node.elements.forEach(pattern);
        else if (node.type === 'RestElement') pattern(node.argument);
        else if (node.type === 'AssignmentPattern') pattern(node.left);
    };
    full(tree, (node) => {
        if (node.type === 'VariableDeclarator' || /^(Function|Class)/.test(node.type)) pattern(node.id);
        if (node.params) node.params.forEach(pattern);
        if (node.type === 'CatchClause') pattern(node.param);
        if (node.type === 'AssignmentExpression') pattern(node.left.type === 'MemberExpression' ? null : node.left);
    }, base);
    return names;
};

const text = (node) => {
    if (node?.type === 'TemplateLiteral' && !node.expressions.length) return node.quasis[0].value.cooked;
    return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
};

const at = (node) => ({ line: node.loc.start.line, column: node.loc.start.column + 1, length: node.end - node.start });

// The names after `pm`, and what is done with the last of them: needed, asked for, or set.
const chainOf = (ancestors) => {
    const found = [];
    let index = ancestors.length - 1;
    for (;;) {
        const [child, parent] = [ancestors[index], ancestors[index - 1]];
        if (parent?.type !== 'MemberExpression' || parent.object !== child) break;
        if (parent.optional) return { found, use: 'asked' };
        const name = parent.computed ? text(parent.property) : parent.property.name;
        if (name === undefined) break;
        found.push({ name, ...at(parent.property) });
        index--;
    }
    return { found, use: useOf(ancestors[index], ancestors[index - 1]) };
};

const isNothing = (node) => (node.type === 'Literal' && node.value === null) || node.name === 'undefined';

const useOf = (node, parent) => {
    const type = parent?.type;
    if (type === 'AssignmentExpression' && parent.left === node) return 'set';
    if (type === 'UnaryExpression' || type === 'LogicalExpression') return 'asked';
    if (type === 'BinaryExpression' && isNothing(parent.left === node ? parent.right : parent.left)) return 'asked';
    if (/^(If|While|Conditional)/.test(type) && parent.test === node) return 'asked';
    if (type === 'CallExpression' && parent.callee === node && parent.optional) return 'asked';
    return 'needed';
};

const reading = (code) => {
    const tree = parse(code, OPTIONS);
    const own = declared(tree);
    const told = { members: [], excused: [], modules: [], packages: [] };
    const tried = (ancestors) => ancestors.some((each, index) => each.type === 'TryStatement' && each.block === ancestors[index + 1]);
    ancestor(tree, {
        Identifier(node, _, ancestors) {
            if (node.name !== 'pm' || own.has('pm')) return;
            const { found, use } = chainOf(ancestors);
            if (tried(ancestors)) return;
            if (use !== 'needed' && found.length) told.excused.push(found.map((each) => each.name));
            const path = (use === 'needed' ? found : found.slice(0, -1)).slice(0, DEPTH);
            if (!path.length) return;
            // What is only read is undefined and breaks nothing yet; a function may be kept for another kind of script.
            const [above, whole] = ancestors.slice(-2 - path.length);
            path[path.length - 1].read = path.length === found.length && above?.callee !== whole;
            told.members.push({ path, inner: ancestors.some((each) => /Function/.test(each.type)) });
        },
        CallExpression(node, _, ancestors) {
            const name = text(node.arguments[0]);
            if (name === undefined) return;
            const { callee } = node;
            const place = { name, ...at(node.arguments[0]) };
            if (callee.type === 'Identifier' && callee.name === 'require' && !own.has('require') && !tried(ancestors)) {
                told.modules.push(place);
            }
            if (callee.type === 'MemberExpression' && callee.object.name === 'pm' && callee.property.name === 'require') {
                told.packages.push(place);
            }
        },
    });
    return told;
};

// Where statements begin that drop what an async function returns: `(async () => {…})()`, and `main()` where `main` is an
// async function, with all that is called on it. Nothing in a script that has a `Promise` of its own.
const LONGEST = 300_000;

const dropped = (code) => {
    if (code.length > LONGEST || !code.includes('async')) return [];
    const tree = parse(code, OPTIONS);
    if (declared(tree).has('Promise')) return [];
    const names = new Set();
    const places = [];
    const note = (id, value) => { if (id?.type === 'Identifier' && value?.async) names.add(id.name); };
    full(tree, (node) => {
        if (node.type === 'FunctionDeclaration') note(node.id, node);
        if (node.type === 'VariableDeclarator') note(node.id, node.init);
        if (node.type === 'AssignmentExpression') note(node.left, node.right);
    }, base);
    const isDropped = (node) => {
        if (node.type === 'ChainExpression') return isDropped(node.expression);
        if (node.type === 'MemberExpression') return isDropped(node.object);
        if (node.type !== 'CallExpression') return false;
        const { callee } = node;
        return callee.type === 'Identifier' ? names.has(callee.name) : callee.async || isDropped(callee);
    };
    full(tree, (node) => {
        if (node.type === 'ExpressionStatement' && isDropped(node.expression)) {
            places.push({ offset: node.start, line: node.loc.start.line, column: node.loc.start.column + 1 });
        }
    }, base);
    return places.sort((one, other) => one.offset - other.offset);
};

// The shape that an engine is driven in; one that runs scripts has it already, and is given what finds their promises.
let answer = '';
const deliver = (code) => {
    try {
        answer = JSON.stringify(reading(code));
    } catch (error) {
        answer = JSON.stringify({ error: String(error) });
    }
    return null;
};
if (typeof __harness === 'undefined') globalThis.__harness = { deliver, step: () => null, turn: () => answer };
else __harness.reader = dropped;
