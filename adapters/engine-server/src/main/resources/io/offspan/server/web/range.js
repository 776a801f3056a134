// The time that is asked about.

import {h} from './dom.js';

const RANGES = [['15m', 'last 15 minutes', 900], ['1h', 'last hour', 3600], ['6h', 'last 6 hours', 21600], ['1d', 'last day', 86400],
    ['7d', 'last 7 days', 604800], ['all', 'all time', 0]];

/** Returns the range of an address, {name, start, end} with seconds since the epoch, or none for all time. */
export function range(address, fallback) {
    const start = Number(address.get('start'));
    const end = Number(address.get('end'));
    if (start > 0 && end > start) return {name: 'custom', start: Math.floor(start), end: Math.ceil(end)};
    const name = address.get('range') ?? fallback;
    const found = RANGES.find(each => each[0] === name) ?? RANGES[1];
    if (found[2] === 0) return {name: found[0]};
    const now = Math.ceil(Date.now() / 1000);
    return {name: found[0], start: now - found[2], end: now + 1};
}

/** Makes the choice of a range. */
export function rangeChoice(chosen, changed) {
    const options = RANGES.map(([name, words]) => h('option', {value: name, selected: name === chosen.name}, words));
    if (chosen.name === 'custom') {
        const words = [chosen.start, chosen.end].map(each => new Date(1000 * each).toLocaleString()).join(' to ');
        options.push(h('option', {value: 'custom', selected: true}, words));
    }
    return h('select', {'aria-label': 'Time', onchange: changed}, options);
}
