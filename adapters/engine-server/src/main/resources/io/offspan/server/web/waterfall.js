// The rows of a trace, of which only those that are seen are in the document.

import {h} from './dom.js';
import {colour, duration, visible} from './text.js';

const ROW = 26;
/** More than any screen has room for; no trace puts more rows into the document. */
const MOST_ROWS = 200;
const SPARE = 8;
const MOST_INDENT = 24;
const TICKS = 4;

/** A list of rows that draws those around what is seen, and is moved about by keys. */
export class Waterfall {
    /** @param chosen what is called with a span when it is chosen */
    constructor(trace, chosen) {
        this.trace = trace;
        this.chosen = chosen;
        this.collapsed = new Set();
        this.matches = null;
        this.shown = trace.rows;
        this.selected = -1;
        this.from = 0;
        this.to = trace.length || 1;
        this.pool = [];
        this.ruler = h('div', {class: 'ruler', 'aria-hidden': 'true'});
        this.layer = h('div', {class: 'rows', role: 'presentation'});
        this.scroller = h('div', {
            class: 'scroller', role: 'treegrid', tabindex: '0', 'aria-label': 'Spans of the trace', 'aria-rowcount': String(trace.rows.length),
            'aria-colcount': '2', onscroll: () => this.#ask(), onkeydown: event => this.#key(event),
        }, this.layer);
        this.element = h('div', {class: 'waterfall'},
            h('div', {class: 'head', 'aria-hidden': 'true'}, h('div', {class: 'name'}, 'Span'), this.ruler), this.scroller);
        this.asked = false;
        this.observer = new ResizeObserver(() => this.#ask());
        this.observer.observe(this.scroller);
        this.#rule();
        this.#resize();
    }

    close() {
        this.observer.disconnect();
    }

    #rule() {
        this.ruler.replaceChildren();
        for (let i = 0; i <= TICKS; i++) {
            const tick = h('span', {class: i === TICKS ? 'tick last' : 'tick'}, duration(this.from + (this.to - this.from) * i / TICKS));
            tick.style.left = `${100 * i / TICKS}%`;
            this.ruler.append(tick);
        }
    }

    #resize() {
        this.layer.style.height = `${this.shown.length * ROW}px`;
        this.#ask();
    }

    #ask() {
        if (this.asked) return;
        this.asked = true;
        requestAnimationFrame(() => {
            this.asked = false;
            this.draw();
        });
    }

    /** Puts what is seen into the rows that are there; makes as many as fit into the window. */
    draw() {
        const height = this.scroller.clientHeight;
        const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - SPARE);
        const count = Math.min(MOST_ROWS, this.shown.length - first, Math.ceil(height / ROW) + 2 * SPARE);
        while (this.pool.length < count) this.pool.push(this.#row());
        for (let i = 0; i < this.pool.length; i++) {
            const row = this.pool[i];
            if (i < count) {
                this.#show(row, first + i);
                if (!row.element.isConnected) this.layer.append(row.element);
            } else if (row.element.isConnected) {
                row.element.remove();
                row.key = '';
            }
        }
        if (this.selected >= first && this.selected < first + count) this.scroller.setAttribute('aria-activedescendant', `row-${this.selected}`);
        else this.scroller.removeAttribute('aria-activedescendant');
    }

    #row() {
        const row = {key: ''};
        row.toggle = h('span', {class: 'toggle', 'aria-hidden': 'true'});
        row.service = h('span', {class: 'service'});
        row.label = h('span', {class: 'label'});
        row.notes = h('span', {class: 'notes'});
        row.name = h('div', {class: 'name', role: 'gridcell'}, row.toggle, row.service, row.label, row.notes);
        row.bar = h('span', {class: 'bar'});
        row.time = h('span', {class: 'time'});
        row.line = h('div', {class: 'timeline', role: 'gridcell'}, row.bar, row.time);
        row.element = h('div', {class: 'row', role: 'row'}, row.name, row.line);
        row.element.addEventListener('click', event => {
            this.scroller.focus({preventScroll: true});
            if (event.target === row.toggle) this.toggle(row.index);
            else this.select(row.index, true);
        });
        return row;
    }

    #show(row, index) {
        const span = this.shown[index];
        const isCollapsed = this.collapsed.has(span);
        const isMatch = this.matches?.has(span) ?? false;
        const key = `${span.row} ${index} ${isCollapsed} ${isMatch} ${index === this.selected}`;
        if (row.key === key) return;
        row.key = key;
        row.index = index;
        const element = row.element;
        element.style.transform = `translateY(${index * ROW}px)`;
        element.id = `row-${index}`;
        element.className = `row c${colour(span.service)}${span.error ? ' error' : ''}${index === this.selected ? ' selected' : ''}`
            + `${isMatch ? ' match' : ''}${span.orphan ? ' orphan' : ''}`;
        element.setAttribute('aria-level', String(span.depth + 1));
        element.setAttribute('aria-rowindex', String(index + 1));
        element.setAttribute('aria-selected', String(index === this.selected));
        if (span.below) element.setAttribute('aria-expanded', String(!isCollapsed));
        else element.removeAttribute('aria-expanded');
        row.name.style.paddingLeft = `${4 + 14 * Math.min(span.depth, MOST_INDENT)}px`;
        row.toggle.textContent = span.below ? (isCollapsed ? '▸' : '▾') : '';
        row.toggle.title = span.below ? `${span.below} below` : '';
        row.service.textContent = visible(span.service || 'no service');
        row.label.textContent = (span.depth > MOST_INDENT ? `${span.depth}› ` : '') + (visible(span.name) || '(no name)');
        row.name.title = visible(`${span.service} ${span.name}`);
        const notes = span.notes.map(noteText);
        if (isCollapsed) notes.unshift(`+${span.below}`);
        if (isCollapsed && span.erroneousBelow) notes.push('errors below');
        if (span.error) notes.unshift('error');
        row.notes.replaceChildren(...notes.map(note => h('span', {class: note === 'error' || note === 'errors below' ? 'note bad' : 'note'}, note)));
        this.#bar(row, span);
    }

    #bar(row, span) {
        const range = this.to - this.from;
        if (!span.timed || span.end < this.from || span.start > this.to) {
            row.bar.style.display = 'none';
            row.time.textContent = span.timed ? '' : '?';
            row.time.style.left = '0';
            row.time.style.right = '';
            return;
        }
        const left = Math.max(0, (span.start - this.from) / range);
        const right = Math.min(1, (Math.max(span.end, span.start) - this.from) / range);
        row.bar.style.display = '';
        row.bar.style.left = `${100 * left}%`;
        row.bar.style.width = `${100 * (right - left)}%`;
        row.time.textContent = span.endNanos === 0n ? 'no end' : duration(span.length);
        if (right < 0.8) {
            row.time.style.left = `${100 * right}%`;
            row.time.style.right = '';
            row.time.className = 'time';
        } else if (left > 0.2) {
            row.time.style.left = '';
            row.time.style.right = `${100 * (1 - left)}%`;
            row.time.className = 'time';
        } else {
            row.time.style.left = `${100 * left}%`;
            row.time.style.right = '';
            row.time.className = 'time inside';
        }
    }

    /** Shows a part of the time alone, or all of it. */
    zoom(from, to) {
        this.from = from;
        this.to = to > from ? to : from + 1;
        this.#rule();
        for (const row of this.pool) row.key = '';
        this.#ask();
    }

    #refill() {
        const keep = this.selected >= 0 ? this.shown[this.selected] : null;
        this.shown = [];
        const rows = this.trace.rows;
        for (let i = 0; i < rows.length; i++) {
            this.shown.push(rows[i]);
            if (this.collapsed.has(rows[i])) i += rows[i].below;
        }
        this.selected = keep ? this.shown.indexOf(keep) : -1;
        this.scroller.setAttribute('aria-rowcount', String(this.shown.length));
        this.#resize();
    }

    toggle(index) {
        const span = this.shown[index];
        if (!span?.below) return;
        if (!this.collapsed.delete(span)) this.collapsed.add(span);
        this.#refill();
    }

    collapseAll() {
        for (const span of this.trace.rows) if (span.below && span.depth > 0) this.collapsed.add(span);
        this.#refill();
    }

    expandAll() {
        this.collapsed.clear();
        this.#refill();
    }

    /** Marks the spans that a search has found; null for none searched. */
    mark(matches) {
        this.matches = matches;
        this.#ask();
    }

    /** Opens what hides a span, moves it into view and chooses it. */
    go(span, tell = true) {
        let hidden = false;
        for (let above = span.parent, steps = 0; above && steps <= this.trace.rows.length; above = above.parent, steps++) {
            hidden = this.collapsed.delete(above) || hidden;
        }
        if (hidden) this.#refill();
        const index = this.shown.indexOf(span);
        this.select(index, tell);
        this.#reveal(index, true);
    }

    /** Chooses the row with a number. */
    select(index, tell) {
        if (index < 0 || index >= this.shown.length) return;
        this.selected = index;
        this.#reveal(index, false);
        this.#ask();
        if (tell) this.chosen(this.shown[index]);
    }

    #reveal(index, centre) {
        const top = index * ROW;
        const {scrollTop, clientHeight} = this.scroller;
        if (top < scrollTop || top + ROW > scrollTop + clientHeight) {
            this.scroller.scrollTop = centre ? top - clientHeight / 2 : top < scrollTop ? top : top + ROW - clientHeight;
        }
    }

    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW) - 1);
        const span = this.shown[this.selected];
        const moves = {
            ArrowDown: () => this.select(this.selected + 1, true),
            j: () => this.select(this.selected + 1, true),
            ArrowUp: () => this.select(Math.max(0, this.selected - 1), true),
            k: () => this.select(Math.max(0, this.selected - 1), true),
            PageDown: () => this.select(Math.min(this.shown.length - 1, this.selected + page), true),
            PageUp: () => this.select(Math.max(0, this.selected - page), true),
            Home: () => this.select(0, true),
            End: () => this.select(this.shown.length - 1, true),
            ArrowRight: () => span && (this.collapsed.has(span) ? this.toggle(this.selected) : this.select(this.selected + 1, true)),
            ArrowLeft: () => {
                if (!span) return;
                if (span.below && !this.collapsed.has(span)) this.toggle(this.selected);
                else if (span.parent) this.select(this.shown.indexOf(span.parent), true);
            },
            Enter: () => span && this.chosen(span, true),
            ' ': () => this.toggle(this.selected),
        };
        if (moves[event.key]) {
            event.preventDefault();
            moves[event.key]();
        }
    }
}

/** Writes something odd about a span. */
export function noteText(note) {
    return note.skew === undefined ? note.text : note.early ? `starts ${duration(note.skew)} early` : `ends ${duration(note.skew)} late`;
}
