// One trace: what it is as a whole, its waterfall, and the span that is looked at.

import * as api from './api.js';
import {details} from './details.js';
import {breathe, h, settled} from './dom.js';
import {visibleFailure} from './search.js';
import {count, duration, many, moment, visible} from './text.js';
import {Trace} from './trace.js';
import {Waterfall} from './waterfall.js';

const PIECE = 1000;
const MOST_ERRORS = 8;

/** The view of a trace by its id. */
export class TraceView {
    constructor(id, address, navigate, say) {
        this.id = id;
        this.wanted = address.get('span');
        this.say = say;
        this.abort = new AbortController();
        this.title = `Trace ${id.slice(0, 8)}`;
        this.element = h('div', {class: 'trace'});
        this.waterfall = null;
        this.found = [];
        this.at = -1;
        this.searches = 0;
    }

    close() {
        this.abort.abort();
        this.waterfall?.close();
    }

    async load() {
        this.element.replaceChildren(h('p', {class: 'wait'}, 'Asking …'));
        try {
            const json = await api.trace(this.id, this.abort.signal);
            const trace = json === null ? null : Trace.of(json);
            if (trace === null || trace.rows.length === 0) {
                this.element.replaceChildren(h('p', {class: 'none', role: 'alert'}, 'No span is stored of trace ', h('code', {}, this.id), '.'));
                return;
            }
            this.#show(trace);
        } catch (failure) {
            if (failure.name === 'AbortError') return;
            this.element.replaceChildren(h('pre', {class: 'failure', role: 'alert'}, visibleFailure(failure)));
        }
    }

    #show(trace) {
        this.trace = trace;
        const top = trace.rows[0];
        this.panel = h('div', {class: 'panel', hidden: true});
        this.waterfall = new Waterfall(trace, span => this.#open(span));
        this.counter = h('span', {class: 'counter', 'aria-live': 'polite'});
        this.field = h('input', {
            type: 'search', placeholder: 'Find in trace  /', 'aria-label': 'Find in this trace',
            oninput: settled(150, () => this.#find()), onkeydown: event => {
                if (event.key === 'Enter') this.#next(event.shiftKey ? -1 : 1);
                if (event.key === 'Escape') {
                    this.field.value = '';
                    this.#find();
                    this.waterfall.scroller.focus();
                }
            },
        });
        const title = top.parentId ? `${top.name} (its root is missing)` : top.name;
        const button = (text, call, hint) => h('button', {type: 'button', class: 'quiet', title: hint, onclick: call}, text);
        const odd = [];
        if (trace.orphans) odd.push(`${many(trace.orphans, 'span')} without their parent`);
        if (trace.skewed) odd.push(`${many(trace.skewed, 'span')} outside of their parent's time`);
        if (trace.doubled) odd.push(`${many(trace.doubled, 'span')} with the id of another`);
        this.element.replaceChildren(
            h('div', {class: 'trace-head'},
                h('h1', {}, h('span', {class: 'quiet-text'}, visible(top.service || 'no service'), ' '), visible(title) || '(no name)'),
                h('p', {class: 'facts-line'},
                    h('b', {}, duration(trace.length)), ` · ${many(trace.rows.length, 'span')} · ${many(trace.services.length, 'service')} · `,
                    trace.errors ? h('span', {class: 'bad'}, many(trace.errors, 'error')) : 'no errors',
                    ` · ${trace.startNanos ? moment(Number(trace.startNanos / 1000000n)) : 'no time'} · `, h('code', {}, trace.id)),
                odd.length ? h('p', {class: 'odd'}, odd.join(', ')) : null,
                this.#errors(trace),
                h('div', {class: 'tools'}, this.field, button('‹', () => this.#next(-1), 'Previous match (Shift+N)'), button('›', () => this.#next(1), 'Next match (N)'), this.counter,
                    button('Collapse all', () => this.waterfall.collapseAll(), 'All but the roots'), button('Expand all', () => this.waterfall.expandAll()),
                    h('span', {class: 'hint'}, '↑ ↓ move · ← → close and open · e next error · / find'))),
            h('div', {class: 'split'}, this.waterfall.element, this.panel));
        this.say(`Trace of ${many(trace.rows.length, 'span')}, ${many(trace.errors, 'error')}`);
        const wanted = this.wanted && trace.rows.find(span => span.id === this.wanted);
        if (wanted) this.waterfall.go(wanted);
        else this.waterfall.select(0, false);
        this.waterfall.draw();
    }

    /** Lists where trouble began, before everything else. */
    #errors(trace) {
        const origins = trace.origins();
        if (origins.length === 0) return null;
        const shown = origins.slice(0, MOST_ERRORS).map(span => h('li', {}, h('button', {
            type: 'button', class: 'origin', onclick: () => this.waterfall.go(span),
        }, h('b', {}, visible(span.service || 'no service')), ` ${visible(span.name)}`, span.message ? h('span', {class: 'quiet-text'}, ` ${visible(span.message).slice(0, 200)}`) : null)));
        if (origins.length > MOST_ERRORS) shown.push(h('li', {class: 'quiet-text'}, `and ${count(origins.length - MOST_ERRORS)} more`));
        return h('ul', {class: 'origins', 'aria-label': 'Where errors began'}, shown);
    }

    #open(span) {
        this.panel.hidden = false;
        this.panel.replaceChildren(details(this.trace, span, () => {
            this.panel.hidden = true;
            this.waterfall.scroller.focus();
        }));
        history.replaceState(history.state, '', `/trace/${this.id}?span=${span.id}`);
    }

    /** Looks for a text in all spans, a piece at a time so that the page stays awake. */
    async #find() {
        const mine = ++this.searches;
        const text = this.field.value.trim().toLowerCase();
        if (text === '') {
            this.found = [];
            this.counter.textContent = '';
            this.waterfall.mark(null);
            return;
        }
        const found = [];
        for (let i = 0; i < this.trace.rows.length; i += PIECE) {
            for (const span of this.trace.rows.slice(i, i + PIECE)) if (span.says(text)) found.push(span);
            await breathe();
            if (mine !== this.searches) return;
        }
        this.found = found;
        this.at = -1;
        this.waterfall.mark(new Set(found));
        this.counter.textContent = many(found.length, 'span');
        if (found.length) this.#next(1, false);
    }

    #next(step, tell = true) {
        if (this.found.length === 0) return;
        this.at = (this.at + step + this.found.length) % this.found.length;
        this.counter.textContent = `${this.at + 1} of ${count(this.found.length)}`;
        this.waterfall.go(this.found[this.at], tell);
    }

    #nextError() {
        const rows = this.trace.rows;
        const from = this.waterfall.selected >= 0 ? this.waterfall.shown[this.waterfall.selected].row : -1;
        for (let i = 1; i <= rows.length; i++) {
            const span = rows[(from + i) % rows.length];
            if (span.error) {
                this.waterfall.go(span);
                return;
            }
        }
    }

    /** Answers a key that no field has taken. */
    key(event) {
        if (!this.waterfall) return;
        if (event.key === '/') {
            event.preventDefault();
            this.field.focus();
        } else if (event.key === 'e') {
            this.#nextError();
        } else if (event.key === 'n') {
            this.#next(1);
        } else if (event.key === 'N') {
            this.#next(-1);
        } else if (event.key === 'Escape') {
            this.panel.hidden = true;
        }
    }
}
