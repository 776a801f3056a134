// The search: a form or TraceQL, and the traces that answer.

import * as api from './api.js';
import {h} from './dom.js';
import * as query from './query.js';
import {range, rangeChoice} from './range.js';
import {scatter} from './scatter.js';
import {clock, colour, count, duration, many, moment, visible} from './text.js';

const OPERATORS = ['=', '!=', '=~', '!~', '>', '>=', '<', '<=', 'exists'];
const LIMITS = [20, 100, 500];
const MOST_SHOWN_SERVICES = 4;
let lists = 0;

/** A field with the values that there are to choose from, asked when it is entered. */
function completed(label, properties, ask) {
    const list = h('datalist', {id: `list-${++lists}`});
    const input = h('input', {type: 'text', 'aria-label': label, placeholder: label, list: list.id, autocomplete: 'off', spellcheck: 'false', ...properties});
    let asked = '';
    input.addEventListener('focus', async () => {
        try {
            const {key, found} = ask();
            if (key === asked) return;
            asked = key;
            const values = await found();
            if (key === asked) list.replaceChildren(...values.map(value => h('option', {value})));
        } catch {
            asked = '';
        }
    });
    return {input, element: h('span', {class: 'completed'}, input, list)};
}

/** The view of a search, as an address says it. */
export class Search {
    constructor(address, navigate, say) {
        this.address = address;
        this.navigate = navigate;
        this.say = say;
        this.abort = new AbortController();
        this.range = range(address, '1h');
        this.byHand = address.has('q') && !address.has('form');
        this.form = this.#formOf(address);
        this.answer = h('section', {class: 'answer', 'aria-label': 'Answer'});
        this.element = h('div', {class: 'search'}, this.#fields(), this.answer);
        this.title = 'Search';
    }

    close() {
        this.abort.abort();
    }

    #formOf(address) {
        try {
            const form = JSON.parse(address.get('form') ?? '{}');
            const text = each => (typeof each === 'string' ? each : '');
            const attributes = (Array.isArray(form.attributes) ? form.attributes : [])
                .map(each => ({key: text(each?.key), operator: OPERATORS.includes(each?.operator) ? each.operator : '=', value: text(each?.value)}));
            return {service: text(form.service), operation: text(form.operation), min: text(form.min), max: text(form.max), errors: form.errors === true, attributes};
        } catch {
            return {service: '', operation: '', min: '', max: '', errors: false, attributes: []};
        }
    }

    #fields() {
        const window = () => ({start: this.range.start, end: this.range.end});
        const form = this.form;
        const changed = () => {
            form.service = service.input.value.trim();
            form.operation = operation.input.value.trim();
            form.min = min.value;
            form.max = max.value;
            form.errors = errors.checked;
            for (const field of [min, max]) field.setCustomValidity(query.durationFault(field.value));
            if (!this.byHand) text.value = query.traceQl(form);
        };
        const service = completed('service', {value: form.service, oninput: changed},
            () => ({key: 'service', found: () => api.values('resource.service.name', window(), this.abort.signal)}));
        const operation = completed('operation', {value: form.operation, oninput: changed},
            () => ({key: form.service, found: () => api.values('name', {...window(), q: query.traceQl({service: form.service})}, this.abort.signal)}));
        const min = h('input', {type: 'text', class: 'short', 'aria-label': 'at least', placeholder: 'min 100ms', value: form.min, oninput: changed});
        const max = h('input', {type: 'text', class: 'short', 'aria-label': 'at most', placeholder: 'max 2s', value: form.max, oninput: changed});
        const errors = h('input', {type: 'checkbox', checked: form.errors, onchange: changed});
        const attributes = h('div', {class: 'attributes'});
        const add = attribute => {
            const key = completed('attribute', {value: attribute.key, oninput: () => update()},
                () => ({key: 'names', found: () => api.attributeNames(window(), this.abort.signal)}));
            const operator = h('select', {'aria-label': 'comparison', onchange: () => update()},
                OPERATORS.map(each => h('option', {selected: each === attribute.operator}, each)));
            const value = completed('value', {value: attribute.value, oninput: () => update()},
                () => ({key: key.input.value, found: () => api.values(query.attribute(key.input.value.trim()),
                    {...window(), q: query.traceQl({service: form.service})}, this.abort.signal)}));
            const update = () => {
                Object.assign(attribute, {key: key.input.value, operator: operator.value, value: value.input.value});
                value.element.hidden = operator.value === 'exists';
                changed();
            };
            const remove = h('button', {
                type: 'button', class: 'quiet', 'aria-label': 'Remove this attribute', onclick: () => {
                    form.attributes.splice(form.attributes.indexOf(attribute), 1);
                    row.remove();
                    changed();
                },
            }, '×');
            const row = h('div', {class: 'attribute'}, key.element, operator, value.element, remove);
            value.element.hidden = attribute.operator === 'exists';
            attributes.append(row);
            return key.input;
        };
        form.attributes.forEach(add);
        const more = h('button', {
            type: 'button', class: 'quiet', onclick: () => {
                const attribute = {key: '', operator: '=', value: ''};
                form.attributes.push(attribute);
                add(attribute).focus();
            },
        }, '+ attribute');
        const text = h('textarea', {
            id: 'traceql', rows: 1, 'aria-label': 'TraceQL', spellcheck: 'false', autocomplete: 'off',
            oninput: () => show(true), onkeydown: event => {
                if (event.key === 'Enter' && !event.shiftKey) {
                    event.preventDefault();
                    whole.requestSubmit();
                }
            },
        });
        text.value = this.byHand ? this.address.get('q') : query.traceQl(form);
        const back = h('button', {type: 'button', class: 'quiet', onclick: () => show(false)}, 'back to the form');
        const fields = h('fieldset', {class: 'fields'}, h('legend', {}, 'What to look for'),
            service.element, operation.element, min, max, h('label', {class: 'check'}, errors, ' errors only'), more, attributes);
        const show = byHand => {
            this.byHand = byHand;
            fields.hidden = byHand;
            back.hidden = !byHand;
            if (!byHand) changed();
        };
        show(this.byHand);
        const limit = h('select', {'aria-label': 'Limit'},
            LIMITS.map(each => h('option', {value: String(each), selected: String(each) === (this.address.get('limit') ?? '100')}, `${each} traces`)));
        const time = rangeChoice(this.range, () => {});
        const whole = h('form', {
            class: 'question', onsubmit: event => {
                event.preventDefault();
                const next = new URLSearchParams();
                next.set('q', text.value.trim() || '{ }');
                if (!this.byHand) next.set('form', JSON.stringify(form));
                if (time.value === 'custom') {
                    next.set('start', String(this.range.start));
                    next.set('end', String(this.range.end));
                } else {
                    next.set('range', time.value);
                }
                next.set('limit', limit.value);
                this.navigate(`/?${next}`);
            },
        }, fields, h('div', {class: 'run'}, text, back, time, limit, h('button', {type: 'submit', class: 'main'}, 'Search')));
        this.text = text;
        return whole;
    }

    /** Puts the question and shows the answer. */
    async load() {
        const started = performance.now();
        this.answer.replaceChildren(h('p', {class: 'wait'}, 'Asking …'));
        const question = this.address.get('q') ?? '{ }';
        let found;
        try {
            found = await api.search(question, {limit: this.address.get('limit') ?? 100, ...this.range}, this.abort.signal);
        } catch (failure) {
            if (failure.name === 'AbortError') return;
            this.answer.replaceChildren(h('pre', {class: 'failure', role: 'alert'}, visibleFailure(failure)));
            return;
        }
        this.#show((found.traces ?? []).map(summary), performance.now() - started);
    }

    #show(traces, millis) {
        if (traces.length === 0) {
            this.answer.replaceChildren(h('p', {class: 'none'},
                'No trace answers this. ', this.range.name === 'all' ? 'Ask for less.' : 'Ask for less, or for a longer time.'));
            this.say('No trace found');
            return;
        }
        const limit = Number(this.address.get('limit') ?? 100);
        const sentence = `${many(traces.length, 'trace')}${traces.length >= limit ? ', the newest; there may be more' : ''}, answered in ${Math.round(millis)} ms`;
        this.say(sentence);
        const longest = Math.max(...traces.map(trace => trace.nanos), 1);
        const body = h('tbody', {});
        const orders = {
            newest: (a, b) => b.start - a.start,
            slowest: (a, b) => b.nanos - a.nanos,
            errors: (a, b) => b.errors - a.errors || b.start - a.start,
            spans: (a, b) => b.spans - a.spans,
        };
        const fill = order => body.replaceChildren(...[...traces].sort(orders[order]).map(trace => this.#row(trace, longest)));
        const order = h('select', {'aria-label': 'Order', onchange: () => fill(order.value)},
            h('option', {value: 'newest'}, 'newest first'), h('option', {value: 'slowest'}, 'slowest first'),
            h('option', {value: 'errors'}, 'errors first'), h('option', {value: 'spans'}, 'largest first'));
        fill('newest');
        this.answer.replaceChildren(
            scatter(traces, trace => this.navigate(`/trace/${trace.id}`)) ?? '',
            h('div', {class: 'summary'}, h('span', {}, sentence), order),
            h('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Traces'}, h('table', {class: 'traces'},
                h('thead', {}, h('tr', {}, ['Trace', 'Duration', 'Spans', 'Errors', 'Services', 'Start'].map(name => h('th', {scope: 'col'}, name)))),
                body)));
    }

    #row(trace, longest) {
        const bar = h('span', {class: trace.errors ? 'length bad' : 'length', 'aria-hidden': 'true'});
        bar.style.width = `${Math.max(1, 100 * trace.nanos / longest)}%`;
        const services = trace.services.slice(0, MOST_SHOWN_SERVICES)
            .map(name => h('span', {class: `chip c${colour(name)}`}, visible(name || 'no service')));
        if (trace.services.length > MOST_SHOWN_SERVICES) services.push(h('span', {class: 'chip more'}, `+${trace.services.length - MOST_SHOWN_SERVICES}`));
        const link = h('a', {href: `/trace/${trace.id}`}, h('b', {}, visible(trace.service)), ' ', visible(trace.root));
        return h('tr', {},
            h('td', {class: 'title'}, link, h('small', {}, trace.id.slice(0, 8), trace.matched ? ` · ${many(trace.matched, 'match').replace('matchs', 'matches')}` : '')),
            h('td', {class: 'length'}, h('span', {class: 'number'}, duration(trace.nanos)), bar),
            h('td', {class: 'number'}, trace.spans ? count(trace.spans) : '–'),
            h('td', {class: trace.errors ? 'number bad' : 'number'}, trace.errors ? count(trace.errors) : '–'),
            h('td', {class: 'services'}, services),
            h('td', {class: 'time', title: moment(trace.start)}, isToday(trace.start) ? clock(trace.start) : moment(trace.start)));
    }
}

function isToday(millis) {
    return new Date(millis).toDateString() === new Date().toDateString();
}

export function visibleFailure(failure) {
    return visible(failure.message).slice(0, 2000);
}

function summary(trace) {
    const stats = Object.entries(trace.serviceStats ?? {});
    const sets = trace.spanSets ?? (trace.spanSet ? [trace.spanSet] : []);
    const found = sets.flatMap(set => set.spans ?? []);
    const root = trace.rootTraceName || (found[0]?.name ?? '');
    return {
        id: (trace.traceID ?? '').padStart(32, '0'),
        root: root || '(no name)',
        service: trace.rootServiceName || 'no service',
        name: `${trace.rootServiceName ?? ''} ${root}`,
        start: Number(BigInt(trace.startTimeUnixNano ?? 0) / 1000000n),
        nanos: precise(trace, found),
        spans: stats.reduce((sum, [, each]) => sum + (each.spanCount ?? 0), 0),
        errors: stats.reduce((sum, [, each]) => sum + (each.errorCount ?? 0), 0),
        services: stats.map(([name]) => name).sort(),
        matched: sets.reduce((sum, set) => sum + (set.matched ?? 0), 0),
    };
}

/** The answer has whole milliseconds; of a trace that took less than one, a span that was found says more. */
function precise(trace, found) {
    if (trace.durationMs) return trace.durationMs * 1e6;
    return Math.max(0, ...found.map(span => Number(span.durationNanos ?? 0)));
}
