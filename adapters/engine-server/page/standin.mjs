// Serves the page as the server does, with answers made up here.
import {createServer} from 'node:http';
import {readFileSync, existsSync} from 'node:fs';
import {join} from 'node:path';

const web = process.argv[2];
const TYPES = {html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml'};
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const NOW = Date.now();
const HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>\u202eevil';
const SERVICES = ['frontend', 'cart', 'checkout', 'payment', 'shipping', 'currency', HOSTILE];
let seed = 7;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const base64 = text => Buffer.from(text, 'hex').toString('base64');
const text = (key, value) => ({key, value: {stringValue: value}});

/** A trace of so many spans, hostile in every place where a text may be. */
export function trace(id, count) {
    const start = BigInt(NOW - 60000) * 1000000n;
    const byService = new Map(SERVICES.map(name => [name, []]));
    const depths = [];
    for (let i = 1; i <= count; i++) {
        const parent = i === 1 ? 0 : i % 997 === 5 ? 0xdead : Math.max(1, i - 1 - Math.floor(random() * Math.min(i - 1, 9)));
        const up = depths[parent];
        const from = up ? up[0] + up[1] * random() * 0.5 : 0;
        let length = up ? (up[1] - (from - up[0])) * (0.3 + 0.65 * random()) : 812345678;
        if (i % 41 === 3) length *= 3;
        depths[i] = [from, length];
        const failed = i % 53 === 6;
        byService.get(SERVICES[i % SERVICES.length]).push({
            traceId: base64(id), spanId: base64(hex(i, 16)), ...(parent ? {parentSpanId: base64(hex(parent, 16))} : {}),
            name: i === 1 ? 'GET /checkout' : i % 17 === 9 ? HOSTILE : ['GET /cart', 'SELECT items', 'POST /pay', 'convert', 'render'][i % 5],
            kind: ['SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT', 'SPAN_KIND_INTERNAL'][i % 3],
            startTimeUnixNano: String(start + BigInt(Math.round(from))), endTimeUnixNano: String(start + BigInt(Math.round(from + length))),
            attributes: [text('http.route', '/cart'), text('note', HOSTILE), text(HOSTILE, 'key'), {key: 'http.response.status_code', value: {intValue: failed ? '500' : '200'}}],
            events: failed ? [{timeUnixNano: String(start + BigInt(Math.round(from + length / 2))), name: 'exception', attributes: [text('exception.type', 'java.io.IOException'), text('exception.message', HOSTILE), text('exception.stacktrace', 'java.io.IOException: gone\n\tat com.example.Cart.get(Cart.java:42)\n\tat com.example.Main.main(Main.java:7)')]}] : [],
            links: i % 60 === 6 ? [{traceId: base64('5'.repeat(32)), spanId: base64('6'.repeat(16)), attributes: [text('reason', HOSTILE)]}] : [],
            status: failed ? {code: 'STATUS_CODE_ERROR', message: HOSTILE} : {},
        });
    }
    return {batches: [...byService].map(([name, spans]) => ({
        resource: {attributes: [text('service.name', name), text('service.version', '1.2.3')]},
        scopeSpans: [{scope: {name: 'shop', version: '1'}, spans}],
    }))};
}

function search(parameters) {
    if (parameters.get('q')?.includes('nonsense')) return [400, 'Line 1, column 3: found \'nonsense\', expected a condition'];
    const traces = [];
    for (let i = 0; i < Math.min(60, Number(parameters.get('limit') ?? 20)); i++) {
        const millis = Math.round(Math.exp(2 + 5 * random()));
        traces.push({
            traceID: hex(i + 1, 32), rootServiceName: i % 11 === 4 ? HOSTILE : 'frontend', rootTraceName: i % 13 === 5 ? HOSTILE : i === 3 ? '<root span not yet received>' : ['GET /checkout', 'GET /product', 'POST /cart'][i % 3],
            startTimeUnixNano: String(BigInt(NOW - i * 41000 - 1000) * 1000000n), durationMs: millis,
            spanSets: [{matched: 1 + i % 4, spans: [{spanID: hex(i, 16), name: 'x', startTimeUnixNano: '1', durationNanos: '5'}]}],
            serviceStats: Object.fromEntries(SERVICES.slice(0, 1 + i % 7).map((name, j) => [name, {spanCount: 3 + j, ...(i % 9 === 2 && j === 0 ? {errorCount: 2} : {})}])),
        });
    }
    return [200, {traces, metrics: {}}];
}

function series(parameters) {
    const q = parameters.get('q');
    const key = q.includes('by(name)') ? 'name' : 'resource.service.name';
    const names = key === 'name' ? ['GET /cart', HOSTILE, 'POST /pay'] : SERVICES;
    const series = [];
    names.forEach((name, i) => {
        const labels = [{key, value: {stringValue: name}}];
        if (q.includes('quantile')) {
            for (const p of [0.5, 0.9, 0.99]) series.push({labels: [...labels, {key: 'p', value: {doubleValue: p}}], samples: [{timestampMs: '1', value: p * (i + 1) / 10}]});
        } else if (q.includes('status = error')) {
            if (i % 3 === 1) series.push({labels, samples: [{timestampMs: '1', value: 40}]});
        } else {
            series.push({labels, samples: Array.from({length: 60}, (_, j) => ({timestampMs: String(j), value: Math.round(10 * (1 + Math.sin(j / (4 + i))) + i)}))});
        }
    });
    return [200, {series, metrics: {}}];
}

function answer(path, parameters) {
    if (path === '/api/search') return search(parameters);
    if (path === '/api/v2/search/tags') return [200, {scopes: [{name: 'span', tags: ['http.route', HOSTILE]}, {name: 'resource', tags: ['service.version']}], metrics: {}}];
    if (/^\/api\/v2\/search\/tag\/.*\/values$/.test(path)) return [200, {tagValues: SERVICES.map(value => ({type: 'string', value})), metrics: {}}];
    const id = /^\/api\/traces\/([0-9a-f]+)$/.exec(path);
    if (id) return id[1].endsWith('404') ? [404, 'no such trace'] : [200, trace(id[1], id[1].endsWith('9') ? 10000 : 120)];
    if (path === '/api/metrics/query_range') return series(parameters);
    if (path === '/api/metrics/query') {
        const sum = samples => samples.reduce((all, each) => all + each.value, 0);
        return [200, {series: series(parameters)[1].series.map(({labels, samples}) => ({labels, value: sum(samples)})), metrics: {}}];
    }
    return null;
}

createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const found = answer(url.pathname, url.searchParams);
    response.setHeader('Content-Security-Policy', CSP);
    if (found) {
        response.writeHead(found[0], {'Content-Type': typeof found[1] === 'string' ? 'text/plain' : 'application/json'});
        response.end(typeof found[1] === 'string' ? found[1] : JSON.stringify(found[1]));
        return;
    }
    const file = url.pathname === '/' || url.pathname.startsWith('/trace/') ? '/index.html' : url.pathname;
    const place = join(web, file);
    if (!/^\/[a-z-]+\.[a-z]+$/.test(file) || !existsSync(place)) {
        response.writeHead(404);
        response.end();
        return;
    }
    response.writeHead(200, {'Content-Type': TYPES[file.split('.').pop()]});
    response.end(readFileSync(place));
}).listen(Number(process.argv[3] ?? 0), '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}`); });
