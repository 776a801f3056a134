// The traces of an answer as dots: when each began, and how long it took.

import {svg} from './dom.js';
import {clock, duration, many, visible} from './text.js';

const WIDTH = 1000;
const HEIGHT = 150;
const LEFT = 62;
const BOTTOM = 20;

/**
 * Draws traces; the list below it says the same in words.
 *
 * @param traces {id, name, start (milliseconds), nanos, errors}
 * @param open what is called with a trace when its dot is clicked
 */
export function scatter(traces, open) {
    const timed = traces.filter(trace => trace.start > 0);
    if (timed.length === 0) return null;
    let from = Infinity;
    let to = -Infinity;
    let shortest = Infinity;
    let longest = 0;
    for (const trace of timed) {
        from = Math.min(from, trace.start);
        to = Math.max(to, trace.start);
        shortest = Math.min(shortest, Math.max(1e3, trace.nanos));
        longest = Math.max(longest, trace.nanos, 1e3);
    }
    const low = Math.floor(Math.log10(shortest));
    const high = Math.max(low + 1, Math.ceil(Math.log10(longest)));
    const x = millis => LEFT + 8 + (WIDTH - LEFT - 24) * (to === from ? 0.5 : (millis - from) / (to - from));
    const y = nanos => 8 + (HEIGHT - BOTTOM - 16) * (1 - (Math.log10(Math.max(nanos, 10 ** low)) - low) / (high - low));
    const picture = svg('svg', {
        class: 'scatter', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img',
        'aria-label': `${many(timed.length, 'trace')} by start and duration, from ${duration(shortest)} to ${duration(longest)}`,
    });
    for (let power = low; power <= high; power++) {
        const at = y(10 ** power);
        picture.append(
            svg('line', {class: 'grid', x1: LEFT, x2: WIDTH, y1: at, y2: at}),
            svg('text', {class: 'axis', x: LEFT - 6, y: at + 4, 'text-anchor': 'end'}, duration(10 ** power).replace(/\.0+ /, ' ')));
    }
    picture.append(svg('text', {class: 'axis', x: LEFT, y: HEIGHT - 4}, clock(from)));
    if (to > from) picture.append(svg('text', {class: 'axis', x: WIDTH - 4, y: HEIGHT - 4, 'text-anchor': 'end'}, clock(to)));
    // Failed ones last, so that they lie on top.
    for (const trace of [...timed].sort((a, b) => Math.sign(a.errors) - Math.sign(b.errors))) {
        picture.append(svg('circle', {
            class: trace.errors ? 'dot bad' : 'dot', cx: x(trace.start), cy: y(trace.nanos), r: 4.5, onclick: () => open(trace),
        }, svg('title', {}, `${visible(trace.name)}, ${duration(trace.nanos)}`)));
    }
    return picture;
}

/** Draws a small line through numbers over time. */
export function spark(numbers) {
    const most = Math.max(...numbers, 1e-12);
    const points = numbers.map((number, i) => `${(100 * i / Math.max(1, numbers.length - 1)).toFixed(1)},${(19 - 18 * number / most).toFixed(1)}`);
    return svg('svg', {class: 'spark', viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true'},
        svg('polyline', {points: points.join(' ')}));
}
