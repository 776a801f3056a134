// What the server is asked: Tempo's endpoints, on this host alone.

/** Says that the server refused, with its sentence. */
export class Refusal extends Error {
    constructor(status, sentence) {
        super(sentence);
        this.status = status;
    }
}

async function get(path, parameters, signal) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters ?? {})) {
        if (value !== undefined && value !== null && value !== '') query.set(name, value);
    }
    const text = query.toString();
    let answer;
    try {
        answer = await fetch(text ? `${path}?${text}` : path, {headers: {Accept: 'application/json'}, signal});
    } catch (failure) {
        if (failure.name === 'AbortError') throw failure;
        throw new Refusal(0, 'The server does not answer. Is it still running?');
    }
    if (!answer.ok) throw new Refusal(answer.status, (await answer.text()).trim() || `The server answered ${answer.status}`);
    return answer.json();
}

/** Returns the traces that answer a question; times are seconds since the epoch. */
export function search(q, {limit, start, end}, signal) {
    return get('/api/search', {q, limit, spss: 3, start, end}, signal);
}

/** Returns the names of attributes with their scopes. */
export async function attributeNames({start, end}, signal) {
    const found = await get('/api/v2/search/tags', {limit: 2000, start, end}, signal);
    const names = [];
    for (const scope of found.scopes ?? []) {
        if (scope.name === 'intrinsic') continue;
        for (const tag of scope.tags ?? []) names.push(`${scope.name}.${tag}`);
    }
    return names;
}

/** Returns the values of a field among the spans of a question. */
export async function values(field, {q, start, end}, signal) {
    const found = await get(`/api/v2/search/tag/${encodeURIComponent(field)}/values`, {limit: 500, q, start, end}, signal);
    return (found.tagValues ?? []).map(each => String(each.value));
}

/** Returns a trace as OTLP has it, or null where there is none. */
export async function trace(id, signal) {
    try {
        return await get(`/api/traces/${encodeURIComponent(id)}`, {}, signal);
    } catch (refusal) {
        if (refusal.status === 404) return null;
        throw refusal;
    }
}

/** Returns series over time. */
export function series(q, {start, end, step}, signal) {
    return get('/api/metrics/query_range', {q, start, end, step}, signal);
}

/** Returns one number for each series, over all of the time. */
export function instant(q, {start, end}, signal) {
    return get('/api/metrics/query', {q, start, end}, signal);
}
