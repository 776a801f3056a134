// The fields of the search form as TraceQL.

const NUMBER = /^-?\d+(\.\d+)?$/;
const DURATION = /^\d+(\.\d+)?(ns|us|µs|ms|s|m|h)$/;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_.\-\/]*$/;

/** Writes a text as TraceQL reads it. */
export function quote(text) {
    return `"${text.replace(/[\\"]/g, sign => `\\${sign}`).replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}"`;
}

/** Writes the name of an attribute, given with its scope or without. */
export function attribute(name) {
    const scoped = /^(span|resource|event|link|instrumentation)[.](.+)$/s.exec(name);
    const scope = scoped ? scoped[1] : '';
    const key = scoped ? scoped[2] : name.replace(/^[.]/, '');
    return `${scope}.${PLAIN.test(key) ? key : quote(key)}`;
}

/** Writes a value by what it looks like; who wants the text of a number gives it in quotation marks. */
export function value(text, operator) {
    const given = text.trim();
    if (operator === '=~' || operator === '!~') return quote(given);
    if (NUMBER.test(given) || given === 'true' || given === 'false' || DURATION.test(given)) return given;
    const quoted = /^"(.*)"$/s.exec(given);
    return quote(quoted ? quoted[1] : given);
}

/** Returns what is wrong with a duration, or an empty text. */
export function durationFault(text) {
    return text.trim() === '' || DURATION.test(text.trim()) ? '' : 'a number with ns, us, ms, s, m or h, such as 100ms';
}

/**
 * Writes a question.
 *
 * @param form {service, operation, min, max, errors, attributes: [{key, operator, value}]}
 */
export function traceQl(form) {
    const conditions = [];
    if (form.service) conditions.push(`resource.service.name = ${quote(form.service)}`);
    if (form.operation) conditions.push(`name = ${quote(form.operation)}`);
    for (const each of form.attributes ?? []) {
        if (!each.key.trim()) continue;
        const name = attribute(each.key.trim());
        if (each.operator === 'exists') conditions.push(`${name} != nil`);
        else if (each.value.trim() !== '') conditions.push(`${name} ${each.operator} ${value(each.value, each.operator)}`);
    }
    if (form.min && !durationFault(form.min)) conditions.push(`duration >= ${form.min.trim()}`);
    if (form.max && !durationFault(form.max)) conditions.push(`duration <= ${form.max.trim()}`);
    if (form.errors) conditions.push('status = error');
    return conditions.length ? `{ ${conditions.join(' && ')} }` : '{ }';
}
