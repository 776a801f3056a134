// How numbers, times and names are written.

/** Writes nanoseconds with three digits or so: 850 ns, 12.3 ms, 4.56 s. */
export function duration(nanos) {
    const size = Math.abs(nanos);
    if (size < 1e3) return `${Math.round(nanos)} ns`;
    if (size < 1e6) return `${digits(nanos / 1e3)} µs`;
    if (size < 1e9) return `${digits(nanos / 1e6)} ms`;
    if (size < 60e9) return `${digits(nanos / 1e9)} s`;
    if (size < 3600e9) return `${Math.floor(nanos / 60e9)} min ${Math.round(nanos / 1e9) % 60} s`;
    return `${Math.floor(nanos / 3600e9)} h ${Math.floor(nanos / 60e9) % 60} min`;
}

function digits(value) {
    const size = Math.abs(value);
    return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
}

const TWO = n => String(n).padStart(2, '0');

/** Writes milliseconds since the epoch as local time: 2026-11-28 14:03:07.123. */
export function moment(millis) {
    const date = new Date(millis);
    return `${date.getFullYear()}-${TWO(date.getMonth() + 1)}-${TWO(date.getDate())} ${clock(millis)}`;
}

/** Writes milliseconds since the epoch as local time without the day: 14:03:07.123. */
export function clock(millis) {
    const date = new Date(millis);
    return `${TWO(date.getHours())}:${TWO(date.getMinutes())}:${TWO(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Writes a count with separators: 3,318. */
export function count(number) {
    return number.toLocaleString('en-US');
}

/** Writes a count of things: 1 span, 3,318 spans. */
export function many(number, thing) {
    return `${count(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** Writes a rate with three digits or so. */
export function rate(number) {
    if (number === 0) return '0';
    return number < 0.01 ? number.toExponential(1) : number < 10 ? number.toFixed(2) : number < 100 ? number.toFixed(1) : count(Math.round(number));
}

/** Shows what is invisible or turns the direction of a text, so that a name is seen as it is. */
export function visible(text) {
    return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '\ufffd');
}

/** Does the same to a text of several lines. */
export function visibleLines(text) {
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '\ufffd');
}

/** Returns one of twelve colours for a name, the same each time: the number of a class of the style sheet. */
export function colour(name) {
    let hash = 2166136261;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
    return (hash >>> 0) % 12;
}
