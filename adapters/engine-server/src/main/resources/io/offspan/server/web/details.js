// Everything that one span says.

import {h} from './dom.js';
import {quote, attribute as attributeOf} from './query.js';
import {duration, moment, visible, visibleLines} from './text.js';
import {id, valueText} from './trace.js';
import {noteText} from './waterfall.js';

const LONG = 2000;

/** Makes the panel of a span. */
export function details(trace, span, close) {
    const raw = span.raw;
    return h('aside', {class: 'details', 'aria-label': 'Span'},
        h('div', {class: 'bar-line'},
            h('h2', {}, visible(span.name) || '(no name)'),
            h('button', {type: 'button', class: 'quiet', 'aria-label': 'Close', onclick: close}, '×')),
        h('dl', {class: 'facts'},
            fact('Service', visible(span.service || 'no service')),
            fact('Kind', span.kindName),
            fact('Status', span.error ? h('span', {class: 'bad'}, 'error') : raw.status?.code ? 'ok' : 'unset'),
            fact('Start', span.timed ? `${moment(Number(span.startNanos / 1000000n))} (+${duration(span.start)})` : 'not said'),
            fact('Duration', span.endNanos === 0n ? 'no end' : duration(span.length)),
            fact('Span id', h('code', {}, span.id)),
            span.parentId ? fact('Parent', h('code', {}, span.parentId)) : null),
        span.message ? h('pre', {class: 'message'}, long(span.message)) : null,
        span.notes.length ? h('ul', {class: 'oddities'}, span.notes.map(note => h('li', {}, h('b', {}, noteText(note)), ' ', note.why))) : null,
        section('Attributes', raw.attributes, 'span'),
        events(raw.events ?? [], span),
        links(raw.links ?? []),
        section('Resource', span.resource?.attributes, 'resource'),
        span.scope?.name ? section(`Scope ${visible(span.scope.name)} ${visible(span.scope.version ?? '')}`, span.scope.attributes, 'instrumentation', true) : null);
}

function fact(name, value) {
    return [h('dt', {}, name), h('dd', {}, value)];
}

function section(title, attributes, scope, always) {
    if (!attributes?.length && !always) return null;
    return h('section', {}, h('h3', {}, title), attributes?.length ? table(attributes, scope) : null);
}

function table(attributes, scope) {
    return h('table', {class: 'attributes'}, h('tbody', {}, attributes.map(each => {
        const text = valueText(each.value);
        return h('tr', {}, h('th', {scope: 'row'}, visible(each.key ?? '')),
            h('td', {}, long(text)),
            h('td', {class: 'find'}, simple(each.value) ? h('a', {
                href: `/?${new URLSearchParams({q: `{ ${attributeOf(`${scope}.${each.key}`)} = ${literal(each.value)} }`, range: 'all', limit: '100'})}`,
                'aria-label': `Search for ${visible(each.key ?? '')} with this value`, title: 'Search for this',
            }, '⌕') : null));
    })));
}

function simple(value) {
    return value && (value.stringValue !== undefined && value.stringValue.length < 500 || value.intValue !== undefined
        || value.doubleValue !== undefined || value.boolValue !== undefined);
}

function literal(value) {
    return value.stringValue !== undefined ? quote(value.stringValue) : valueText(value);
}

/** Shows a long text in part, and whole when asked. */
function long(text) {
    const shown = visibleLines(text);
    if (shown.length <= LONG) return shown;
    const part = h('span', {}, `${shown.slice(0, LONG)}…`);
    const button = h('button', {type: 'button', class: 'quiet', onclick: () => {
        part.textContent = shown;
        button.remove();
    }}, `all ${shown.length.toLocaleString('en-US')} characters`);
    return [part, ' ', button];
}

function events(all, span) {
    if (all.length === 0) return null;
    return h('section', {}, h('h3', {}, `Events (${all.length})`), all.slice(0, 200).map(event => {
        const at = event.timeUnixNano ? Number(BigInt(event.timeUnixNano) - span.startNanos) : null;
        const failed = event.name === 'exception';
        return h('details', {class: 'event', open: failed || all.length <= 3},
            h('summary', {}, h('span', {class: failed ? 'bad' : ''}, visible(event.name ?? '') || '(no name)'), at === null ? '' : ` +${duration(at)}`),
            event.attributes?.length ? table(event.attributes, 'event') : null);
    }), all.length > 200 ? h('p', {}, `and ${all.length - 200} more`) : null);
}

function links(all) {
    if (all.length === 0) return null;
    return h('section', {}, h('h3', {}, `Links (${all.length})`), all.slice(0, 200).map(link => {
        const traceId = id(link.traceId, 16);
        const spanId = id(link.spanId, 8);
        return h('div', {class: 'event'},
            /^[0-9a-f]{32}$/.test(traceId) ? h('a', {href: `/trace/${traceId}?span=${encodeURIComponent(spanId)}`}, `${traceId.slice(0, 8)}… ${spanId}`) : visible(traceId),
            link.attributes?.length ? table(link.attributes, 'link') : null);
    }));
}
