// How often spans of each service came, failed, and how long they took.

import * as api from './api.js';
import {h} from './dom.js';
import {quote} from './query.js';
import {range, rangeChoice} from './range.js';
import {spark} from './scatter.js';
import {visibleFailure} from './search.js';
import {colour, duration, many, rate, visible} from './text.js';
import {valueText} from './trace.js';

const STEPS = 60;
const DAY = 86400;

/** The view of services, or of the operations of one. */
export class Services {
    constructor(address, navigate, say) {
        this.navigate = navigate;
        this.say = say;
        this.service = address.get('service');
        this.range = range(address, '1h');
        if (this.range.name === 'all') this.range = {name: '7d', ...window(7 * DAY)};
        this.abort = new AbortController();
        this.answer = h('section', {class: 'answer', 'aria-label': 'Answer'});
        const time = rangeChoice(this.range, () => navigate(this.#address({range: time.value})));
        this.element = h('div', {class: 'services-view'},
            h('div', {class: 'bar-line'},
                h('h1', {}, this.service ? visible(this.service) : 'Services'),
                this.service ? h('a', {href: this.#address({service: ''})}, 'all services') : null, time),
            this.answer);
        this.title = this.service ?? 'Services';
    }

    #address(changes) {
        const next = new URLSearchParams({view: 'services', range: this.range.name});
        if (this.service) next.set('service', this.service);
        for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
        return `/?${next}`;
    }

    close() {
        this.abort.abort();
    }

    async load() {
        this.answer.replaceChildren(h('p', {class: 'wait'}, 'Asking …'));
        const field = this.service ? 'name' : 'resource.service.name';
        const among = this.service ? `resource.service.name = ${quote(this.service)}` : '';
        const {start, end} = this.range;
        const step = Math.max(1, Math.round((end - start) / STEPS));
        const whole = end - start;
        const ask = q => api.instant(q, {start, end}, this.abort.signal);
        const failed = among ? `${among} && status = error` : 'status = error';
        try {
            const answers = await Promise.all([
                api.series(`{ ${among} } | count_over_time() by(${field})`, {start, end, step: `${step}s`}, this.abort.signal),
                ask(`{ ${among} } | count_over_time() by(${field})`),
                ask(`{ ${failed} } | count_over_time() by(${field})`),
                ask(`{ ${among} } | quantile_over_time(duration, .5, .9, .99) by(${field})`),
            ]);
            this.#show(rows(field, ...answers), whole);
        } catch (failure) {
            if (failure.name === 'AbortError') return;
            this.answer.replaceChildren(h('pre', {class: 'failure', role: 'alert'}, visibleFailure(failure)));
        }
    }

    #show(found, seconds) {
        if (found.length === 0) {
            this.answer.replaceChildren(h('p', {class: 'none'}, 'No span began in this time.'));
            return;
        }
        const thing = this.service ? 'operation' : 'service';
        this.say(many(found.length, thing));
        const body = h('tbody', {}, found.map(row => {
            const share = row.spans ? row.errors / row.spans : 0;
            const form = JSON.stringify(this.service ? {service: this.service, operation: row.name} : {service: row.name});
            const conditions = this.service
                ? `resource.service.name = ${quote(this.service)} && name = ${quote(row.name)}` : `resource.service.name = ${quote(row.name)}`;
            const searched = q => `/?${new URLSearchParams({q, range: this.range.name, limit: '100'})}`;
            const into = this.service
                ? `/?${new URLSearchParams({q: `{ ${conditions} }`, form, range: this.range.name, limit: '100'})}` : this.#address({service: row.name});
            return h('tr', {},
                h('td', {class: 'title'}, h('a', {href: into}, h('span', {class: `mark c${colour(this.service ?? row.name)}`}), visible(row.name || 'no service'))),
                h('td', {class: 'picture'}, spark(row.numbers)),
                h('td', {class: 'number'}, rate(row.spans / seconds)),
                h('td', {class: share > 0 ? 'number bad' : 'number'},
                    share > 0 ? h('a', {href: searched(`{ ${conditions} && status = error }`)}, `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`) : '–'),
                ['0.5', '0.9', '0.99'].map(p => h('td', {class: 'number'}, row.quantiles[p] === undefined ? '–' : duration(1e9 * row.quantiles[p]))));
        }));
        this.answer.replaceChildren(h('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Rates'}, h('table', {class: 'red'},
            h('thead', {}, h('tr', {}, [this.service ? 'Operation' : 'Service', 'Spans over time', 'Spans/s', 'Errors', 'p50', 'p90', 'p99'].map(name => h('th', {scope: 'col'}, name)))),
            body)));
    }
}

function window(seconds) {
    const now = Math.ceil(Date.now() / 1000);
    return {start: now - seconds, end: now + 1};
}

function label(series, key) {
    for (const each of series.labels ?? []) if (each.key === key) return valueText(each.value);
    return undefined;
}

/** Brings the answers together, a row for each group, the busiest first. */
function rows(field, overTime, spans, errors, quantiles) {
    const found = new Map();
    for (const series of spans.series ?? []) {
        const name = label(series, field) ?? '';
        found.set(name, {name, spans: Number(series.value ?? 0), errors: 0, quantiles: {}, numbers: []});
    }
    const each = (answer, take) => {
        for (const series of answer.series ?? []) {
            const row = found.get(label(series, field) ?? '');
            if (row) take(row, series);
        }
    };
    each(overTime, (row, series) => { row.numbers = (series.samples ?? []).map(sample => Number(sample.value) || 0); });
    each(errors, (row, series) => { row.errors = Number(series.value ?? 0); });
    each(quantiles, (row, series) => { if (Number.isFinite(Number(series.value))) row.quantiles[label(series, 'p')] = Number(series.value); });
    return [...found.values()].filter(row => row.spans > 0).sort((a, b) => b.spans - a.spans);
}
