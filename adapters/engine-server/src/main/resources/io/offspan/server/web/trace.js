// A trace as OTLP's JSON, read into spans in the order of a waterfall, with what is odd about each.

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const NO_PARENT = new Set(['', '0000000000000000']);

/** Reads an id that is base64, as in protobuf's JSON, or hexadecimal, as in OTLP's. */
export function id(text, bytes) {
    if (!text) return '';
    if (text.length === 2 * bytes && /^[0-9a-fA-F]+$/.test(text)) return text.toLowerCase();
    try {
        return Array.from(atob(text), c => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    } catch {
        return text;
    }
}

function number(enumeration, prefix, names) {
    if (typeof enumeration === 'number') return enumeration;
    if (typeof enumeration !== 'string') return 0;
    return Math.max(0, names.indexOf(enumeration.replace(prefix, '').toLowerCase()));
}

/** Writes a value of an attribute. */
export function valueText(value) {
    if (!value) return '';
    if (value.stringValue !== undefined) return value.stringValue;
    if (value.intValue !== undefined) return String(value.intValue);
    if (value.doubleValue !== undefined) return String(value.doubleValue);
    if (value.boolValue !== undefined) return String(value.boolValue);
    if (value.bytesValue !== undefined) return `base64:${value.bytesValue}`;
    if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(valueText).join(', ')}]`;
    if (value.kvlistValue) return `{${(value.kvlistValue.values ?? []).map(each => `${each.key}: ${valueText(each.value)}`).join(', ')}}`;
    return '';
}

function nanos(text) {
    return text === undefined || text === '' ? 0n : BigInt(text);
}

function textOf(attributes, key) {
    for (const each of attributes ?? []) if (each.key === key) return valueText(each.value);
    return '';
}

/** One span; times are nanoseconds since the first span of the trace, as numbers. */
class Span {
    constructor(raw, resource, scope, service) {
        this.raw = raw;
        this.resource = resource;
        this.scope = scope;
        this.service = service;
        this.id = id(raw.spanId, 8);
        this.parentId = id(raw.parentSpanId, 8);
        this.name = raw.name ?? '';
        this.kind = number(raw.kind, 'SPAN_KIND_', KINDS);
        const status = raw.status ?? {};
        this.error = status.code === 2 || status.code === 'STATUS_CODE_ERROR';
        this.message = status.message ?? '';
        this.startNanos = nanos(raw.startTimeUnixNano);
        this.endNanos = nanos(raw.endTimeUnixNano);
        this.start = 0;
        this.length = 0;
        this.timed = this.startNanos !== 0n;
        this.parent = null;
        this.children = [];
        this.depth = 0;
        this.notes = [];
        /** The number of rows below this one that belong to it. */
        this.below = 0;
        this.erroneousBelow = false;
        this.words = null;
    }

    get kindName() {
        return KINDS[this.kind] ?? 'unspecified';
    }

    get receives() {
        return this.kind === 2 || this.kind === 5;
    }

    get sends() {
        return this.kind === 3 || this.kind === 4;
    }

    get end() {
        return this.start + this.length;
    }

    /** Tells whether a text in small letters is somewhere in the span. */
    says(text) {
        if (this.words === null) {
            const words = [this.name, this.service, this.id, this.message, this.kindName];
            const add = attributes => {
                for (const each of attributes ?? []) words.push(`${each.key}=${valueText(each.value)}`);
            };
            add(this.raw.attributes);
            for (const event of this.raw.events ?? []) {
                words.push(event.name ?? '');
                add(event.attributes);
            }
            this.words = words.join('\n').toLowerCase();
        }
        return this.words.includes(text);
    }
}

/** A trace: its spans as rows, each below its parent, the earliest first. No span is left out. */
export class Trace {
    /** Reads `batches`, as Tempo's first form has it, or `resourceSpans`, in `trace` or not. */
    static of(json) {
        const batches = json.batches ?? json.resourceSpans ?? json.trace?.resourceSpans ?? json.trace?.batches ?? [];
        const spans = [];
        for (const batch of batches) {
            const service = textOf(batch.resource?.attributes, 'service.name');
            for (const scoped of batch.scopeSpans ?? batch.instrumentationLibrarySpans ?? []) {
                for (const raw of scoped.spans ?? []) spans.push(new Span(raw, batch.resource, scoped.scope, service));
            }
        }
        return new Trace(spans);
    }

    constructor(spans) {
        this.spans = spans;
        this.id = spans.length ? id(spans[0].raw.traceId, 16) : '';
        this.orphans = 0;
        this.skewed = 0;
        this.errors = 0;
        this.doubled = 0;
        this.#time();
        spans.sort((a, b) => (a.timed ? 0 : 1) - (b.timed ? 0 : 1) || a.start - b.start);
        this.byId = Map.groupBy ? Map.groupBy(spans, span => span.id) : groupBy(spans);
        for (const span of spans) this.#adopt(span);
        this.rows = [];
        const placed = new Set();
        for (const span of spans) if (!span.parent) this.#descend(span, placed, false);
        // What is left hangs together in circles.
        for (const span of spans) if (!placed.has(span)) this.#descend(span, placed, true);
        this.#sumUp();
        this.services = [...new Set(this.rows.map(span => span.service))];
    }

    #time() {
        let first = null;
        let last = null;
        for (const span of this.spans) {
            if (!span.timed) continue;
            if (first === null || span.startNanos < first) first = span.startNanos;
            const end = span.endNanos > span.startNanos ? span.endNanos : span.startNanos;
            if (last === null || end > last) last = end;
        }
        this.startNanos = first ?? 0n;
        this.length = first === null ? 0 : Number(last - first);
        for (const span of this.spans) {
            if (!span.timed) continue;
            span.start = Number(span.startNanos - this.startNanos);
            span.length = span.endNanos === 0n ? 0 : Number(span.endNanos - span.startNanos);
        }
    }

    /** Finds what a span stands below: a server below the client whose id it has taken over, as Zipkin lets it, else its parent. */
    #adopt(span) {
        const mates = this.byId.get(span.id);
        let parent = null;
        if (span.receives && mates.length > 1) parent = mates.find(mate => mate !== span && mate.sends) ?? null;
        if (!parent && !NO_PARENT.has(span.parentId) && span.parentId !== span.id) {
            let best = -1;
            for (const candidate of this.byId.get(span.parentId) ?? []) {
                const fit = (candidate.service === span.service ? 2 : 0) + (candidate.receives ? 1 : 0);
                if (fit > best) {
                    best = fit;
                    parent = candidate;
                }
            }
        }
        span.parent = parent;
        if (parent) parent.children.push(span);
    }

    /** Adds a span and what is below it, without recursion: traces may be as deep as they are long. */
    #descend(top, placed, circle) {
        const open = [[top, 0]];
        while (open.length) {
            const [span, depth] = open.pop();
            if (placed.has(span)) continue;
            placed.add(span);
            span.depth = depth;
            this.rows.push(span);
            this.#note(span, circle && span === top);
            for (let i = span.children.length - 1; i >= 0; i--) open.push([span.children[i], depth + 1]);
        }
    }

    #note(span, circle) {
        const notes = span.notes;
        if (this.byId.get(span.id).length > 1) {
            this.doubled++;
            notes.push({text: 'shared id', why: 'Another span of this trace has the same id.'});
        }
        if (circle || (span.parentId === span.id && span.id !== '')) {
            notes.push({text: 'circle of parents', why: 'The ids of parents lead back to this span.'});
        } else if (!NO_PARENT.has(span.parentId) && !span.parent) {
            this.orphans++;
            span.orphan = true;
            notes.push({text: 'parent missing', why: `It names the parent ${span.parentId}, of which no span is stored.`});
        }
        if (span.timed && span.length < 0) notes.push({text: 'ends before it starts', why: 'Its end is before its start.'});
        if (!span.timed) {
            notes.push({text: 'no time', why: 'It does not say when it started.'});
        } else if (span.parent?.timed && !circle) {
            const early = span.parent.start - span.start;
            const late = span.parent.length > 0 ? span.end - span.parent.end : 0;
            if (early > 0 || late > 0) {
                this.skewed++;
                notes.push({
                    skew: Math.max(early, late),
                    early: early > 0,
                    why: 'It lies outside of its parent: clocks that differ, or work that its parent did not wait for.',
                });
            }
        }
        if (span.error) this.errors++;
    }

    /** Counts what is below each row, from the last row to the first. */
    #sumUp() {
        const rows = this.rows;
        const open = [];
        for (let i = rows.length - 1; i >= 0; i--) {
            const span = rows[i];
            span.row = i;
            let below = 0;
            let erroneous = false;
            while (open.length && open[open.length - 1].depth > span.depth) {
                const child = open.pop();
                below += child.below + 1;
                erroneous ||= child.error || child.erroneousBelow;
            }
            span.below = below;
            span.erroneousBelow = erroneous;
            open.push(span);
        }
    }

    /** Returns the spans that failed without one below them that did: where the trouble began. */
    origins() {
        return this.rows.filter(span => span.error && !span.erroneousBelow);
    }
}

function groupBy(spans) {
    const groups = new Map();
    for (const span of spans) {
        const group = groups.get(span.id);
        if (group) group.push(span);
        else groups.set(span.id, [span]);
    }
    return groups;
}
