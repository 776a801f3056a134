// Elements, made without ever reading markup: whatever a span says becomes a text node or the value of a harmless attribute.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
    return element;
}

/** Makes an element: h('p', {class: 'note'}, 'text', otherElement). */
export function h(tag, properties, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/** Makes an element of a drawing. */
export function svg(tag, properties, ...children) {
    return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Calls a function once nothing has asked for it for some milliseconds. */
export function settled(milliseconds, call) {
    let timer = 0;
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => call(...values), milliseconds);
    };
}

/** Lets the browser draw and answer before work goes on. */
export function breathe() {
    return new Promise(resolve => setTimeout(resolve, 0));
}
